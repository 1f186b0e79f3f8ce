// SPDX-License-Identifier: Apache-2.0
#include "servers/client_configs.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/client_files.h"
#include "servers/lenient_json.h"
#include "support.h"

namespace vedette::servers {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string line(const ConfigEntry& entry) {
  std::string text = entry.client + " " + entry.name + ": " + entry.command;
  for (const auto& arg : entry.args) {
    text += " " + arg;
  }
  return text;
}

std::vector<std::string> lines(const std::vector<ConfigEntry>& entries) {
  std::vector<std::string> result;
  for (const auto& entry : entries) {
    result.push_back(line(entry));
  }
  return result;
}

std::vector<std::string> lines_of(const std::string& json, bool servers_only = true) {
  return lines(entries_of(parse_lenient_json("f", json).value(), {"c", "f", servers_only}));
}

TEST(EntriesOf, KnowsEveryShape) {
  const std::vector<std::string> expected = {"c a: npx -y p"};
  const std::string server = R"({"command": "npx", "args": ["-y", "p"], "env": {"TOKEN": "s3cret"}})";
  for (const std::string start :
       {R"({"mcpServers":)", R"({"servers":)", R"({"context_servers":)", R"({"mcp":{"servers":)", R"({"mcp.servers":)",
        R"({"mcp":)", R"({"customizations":{"vscode":{"mcp":{"servers":)"}) {
    std::string end(static_cast<size_t>(std::count(start.begin(), start.end(), '{')), '}');
    EXPECT_EQ(lines_of(start + R"({"a":)" + server + "}" + end), expected) << start;
  }
  EXPECT_EQ(lines_of(R"({"a":)" + server + "}"), expected);
  EXPECT_THAT(lines_of(R"({"a":)" + server + "}", false), IsEmpty());
  EXPECT_EQ(lines_of(R"({"mcp":{"a":{"command":["npx","-y","p"]}}})"), expected);
  EXPECT_EQ(lines_of(R"({"context_servers":{"a":{"command":{"path":"npx","args":["-y","p"]}}}})"), expected);
}

TEST(EntriesOf, SkipsWhatTheClientDoesNotStart) {
  EXPECT_THAT(lines_of(R"({"mcpServers":{"a":{"url":"https://h"},"b":{"command":""},"c":{"command":null},"d":1,
                           "e":{"command":"x","args":"y"},"f":{"command":"x","args":[{}]},"g":[],"h":{"command":{}},
                           "i":{"command":"x","args":["a\u0000b"]}}})"),
              IsEmpty());
  EXPECT_THAT(lines_of(R"({"mcpServers":{"a":{"command":"x","args":[1,true]},"b":{"command":"y","args":null}}})"),
              ElementsAre("c a: x 1 true", "c b: y"));
}

TEST(EntriesOf, KeepsNoSecret) {
  EXPECT_THAT(lines_of(R"({"mcpServers":{"a":{"command":"x","args":["--api-key","k","--h","ghp_abcdefghijkl",
                           "${TOKEN:-default}","${input:id}"],"env":{"A":"B"}}}})"),
              ElementsAre("c a: x --api-key [redacted] --h [redacted] ${TOKEN} ${input}"));
}

TEST(EntriesOf, BearsHostileShapes) {
  for (const char* text : {"null", "[]", "1", "\"x\"", R"({"mcpServers":[]})", R"({"mcpServers":1})", R"({"mcp":[1]})",
                           R"({"projects":[]})", R"({"projects":{"/a":1,"/b":{"mcpServers":[]},"":{}}})",
                           R"({"mcp":{"servers":[]}})", R"({"":{"command":"x"}})"}) {
    auto json = parse_lenient_json("f", text).value();
    (void)entries_of(json, {"c", "f", true});
    (void)projects_of(json);
  }
  nlohmann::json many;
  for (int i = 0; i < 5000; ++i) {
    many["mcpServers"][std::to_string(i)]["command"] = "x";
    many["projects"]["/" + std::to_string(i)] = 1;
  }
  EXPECT_LE(entries_of(many, {"c", "f", true}).size(), 512U);
  EXPECT_LE(projects_of(many).size(), 256U);
}

class ClientConfigsTest : public testing::Test {
 protected:
  ClientConfigs read() { return read_client_configs(root_.path(), {user_}); }
  void home(const std::string& file, const std::string& text) { root_.write("home/u/" + file, text); }

  TemporaryDirectory root_;
  User user_{::getuid(), "u", "/home/u"};
  const std::string server_ = R"({"mcpServers":{"a":{"command":"x"}}})";
};

TEST_F(ClientConfigsTest, ReadsEveryClient) {
  home(".config/Claude/claude_desktop_config.json", R"({"mcpServers":{"a":{"command":"1"}}})");
  home(".claude.json",
       R"({"mcpServers":{"b":{"command":"2"}},"projects":{"/p":{"mcpServers":{"c":{"command":"3"}}}}})");
  home(".cursor/mcp.json", R"({"mcpServers":{"d":{"command":"4"}}})");
  home(".config/Code/User/mcp.json", R"({"servers":{"e":{"command":"5"}},"inputs":[]})");
  home(".config/Code/User/settings.json", "{// x\n\"mcp\":{\"servers\":{\"f\":{\"command\":\"6\"}}},}");
  home(".config/Code - Insiders/User/mcp.json", R"({"servers":{"g":{"command":"7"}}})");
  home(".vscode-server/data/User/mcp.json", R"({"servers":{"h":{"command":"8"}}})");
  root_.write("etc/claude-code/managed-mcp.json", R"({"mcpServers":{"i":{"command":"9"}}})");
  auto configs = read();
  EXPECT_THAT(configs.warnings, IsEmpty());
  EXPECT_THAT(
      lines(configs.entries),
      testing::UnorderedElementsAre("claude-desktop a: 1", "claude-code b: 2", "claude-code c: 3", "cursor d: 4",
                                    "vscode e: 5", "vscode f: 6", "vscode g: 7", "vscode h: 8", "claude-code i: 9"));
  EXPECT_EQ(configs.files.size(), 8U);
  EXPECT_EQ(configs.entries[0].uid, 0U);
  EXPECT_EQ(configs.entries[1].uid, user_.uid);
  EXPECT_EQ(configs.entries[1].file, root_.path() + "/home/u/.config/Claude/claude_desktop_config.json");
}

TEST_F(ClientConfigsTest, ReadsProjects) {
  home(".claude.json", R"({"projects":{"/home/u/w/p/sub":{},"/srv/q":{},"/home/u/../../../etc":{},"relative":{}}})");
  home("w/p/.mcp.json", R"({"mcpServers":{"a":{"command":"1"}}})");
  home("w/p/sub/.vscode/mcp.json", R"({"servers":{"b":{"command":"2"}}})");
  root_.write("srv/q/.cursor/mcp.json", R"({"mcpServers":{"c":{"command":"3"}}})");
  EXPECT_THAT(lines(read().entries), testing::UnorderedElementsAre("claude-code a: 1", "vscode b: 2", "cursor c: 3"));
}

TEST_F(ClientConfigsTest, WarnsOfWhatItCannotUse) {
  home(".cursor/mcp.json", "{\"mcpServers\":\n oops");
  home(".mcp.json", std::string(2'000'000, ' '));
  home(".gemini/settings.json", "  \n");
  home(".codeium/x", "");
  ASSERT_EQ(::mkfifo((root_.path() + "/home/u/.codeium/mcp_config.json").c_str(), 0600), 0);
  std::filesystem::create_symlink("/etc/passwd", root_.path() + "/home/u/.claude.json");
  auto configs = read();
  EXPECT_THAT(configs.entries, IsEmpty());
  std::vector<std::string> texts;
  for (const auto& warning : configs.warnings) {
    texts.push_back(warning.text());
  }
  EXPECT_EQ(texts.size(), 4U);
  EXPECT_THAT(texts, Contains(HasSubstr(".cursor/mcp.json:2:")));
  EXPECT_THAT(texts, Contains(HasSubstr("larger than 1 MiB")));
  EXPECT_THAT(texts, Contains(HasSubstr("not a regular file")));
  EXPECT_THAT(texts, Contains(HasSubstr(".claude.json:0:0: leads out of")));
}

TEST_F(ClientConfigsTest, SeesChanges) {
  DiskConfigSource source(root_.path(), {user_});
  EXPECT_THAT(source.read().entries, IsEmpty());
  EXPECT_FALSE(source.changed());
  home(".cursor/mcp.json", server_);
  EXPECT_TRUE(source.changed());
  auto configs = source.read();
  EXPECT_EQ(configs.entries.size(), 1U);
  EXPECT_EQ(configs.stamp, read().stamp);
  EXPECT_FALSE(source.changed());
  home(".claude.json", R"({"projects":{"/home/u/p":{}}})");
  EXPECT_TRUE(source.changed());
  (void)source.read();
  home("p/.mcp.json", server_);
  EXPECT_TRUE(source.changed());
}

TEST_F(ClientConfigsTest, TreatsAllUsersAlike) {
  home(".cursor/mcp.json", server_);
  root_.write("home/v/.cursor/mcp.json", server_);
  auto configs = read_client_configs(root_.path(), {user_, {::getuid(), "v", "/home/v"}, {7, "w", "/nonexistent"}});
  EXPECT_EQ(configs.entries.size(), 2U);
}

TEST(Users, HaveEachAHomeOfTheirOwn) {
  std::vector<std::string> homes;
  for (const auto& user : users()) {
    EXPECT_TRUE(std::filesystem::is_directory(user.home)) << user.home;
    EXPECT_THAT(homes, testing::Not(Contains(user.home)));
    homes.push_back(user.home);
  }
}

}  // namespace
}  // namespace vedette::servers
