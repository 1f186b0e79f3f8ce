// SPDX-License-Identifier: Apache-2.0
// Servers that the configuration files of clients name. The monitor sees a home of the test's making in place of
// root's.
#include <algorithm>
#include <thread>

#include "scenario.h"

namespace vedette::scenario {
namespace {

class Recognition : public Scenario {
 protected:
  void SetUp() override {
    program_ = ServerProcess::install(scratch(), "configured");
    fs::create_directories(scratch() / "home");
  }

  [[nodiscard]] MonitorOptions with_home() const {
    return {.config = config(), .prepare = "mount --bind " + (scratch() / "home").string() + " /root"};
  }

  [[nodiscard]] std::string entry(const std::string& key) const {
    return "{// as people write it\n\"" + key + R"(": {"mine": {"command": ")" + program_.string() +
           R"(", "args": ["sleeper"], "env": {"TOKEN": "x"},},},})";
  }

  void write_home(const std::string& file, const std::string& text) const {
    fs::path path = scratch() / "home" / file;
    fs::create_directories(path.parent_path());
    scratch().write("home/" + file, text);
  }

  // The listed server of that name once it is there; null when it does not come.
  json listed(const std::string& name) {
    for (auto end = Clock::now() + 15s; Clock::now() < end; std::this_thread::sleep_for(20ms)) {
      for (const auto& server : monitor().servers()) {
        if (server["name"] == name) {
          return server;
        }
      }
    }
    return {};
  }

  fs::path program_;
};

struct ClientFile {
  const char* client;
  const char* file;
  const char* key;
};

class OfClient : public Recognition, public testing::WithParamInterface<ClientFile> {};

TEST_P(OfClient, EntryNamesTheServer) {
  write_home(GetParam().file, entry(GetParam().key));
  start_monitor(with_home());
  ServerProcess server(scratch(), "configured");
  json found = listed("mine");
  ASSERT_TRUE(found.is_object()) << monitor().servers();
  EXPECT_EQ(found["client"], GetParam().client);
  EXPECT_EQ(found["pid"], server.pid());
  EXPECT_EQ(found["evidence"], json::array({"config"}));

  act({"read_environ", "openat", server.pid_text()});
  json alert = monitor().wait_alert([&](const json& a) { return a["target"]["pid"] == server.pid(); });
  EXPECT_EQ(alert["server"]["name"], "mine");
  EXPECT_EQ(alert["server"]["client"], GetParam().client);
}

INSTANTIATE_TEST_SUITE_P(Of, OfClient,
                         testing::Values(ClientFile{"claude-desktop", ".config/Claude/claude_desktop_config.json",
                                                    "mcpServers"},
                                         ClientFile{"claude-code", ".claude.json", "mcpServers"},
                                         ClientFile{"cursor", ".cursor/mcp.json", "mcpServers"},
                                         ClientFile{"vscode", ".config/Code/User/mcp.json", "servers"}),
                         [](const auto& parameter) {
                           std::string name = parameter.param.client;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_F(Recognition, EntryThatComesLaterNamesARunningServer) {
  start_monitor(with_home());
  ServerProcess server(scratch(), "configured");
  EXPECT_TRUE(std::ranges::none_of(monitor().servers(), [](const json& s) { return s["name"] == "mine"; }));
  write_home(".cursor/mcp.json", entry("mcpServers"));
  json found = listed("mine");
  ASSERT_TRUE(found.is_object()) << monitor().servers();
  EXPECT_EQ(found["pid"], server.pid());
}

}  // namespace
}  // namespace vedette::scenario
