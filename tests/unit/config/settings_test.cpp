// SPDX-License-Identifier: Apache-2.0
#include "config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>

namespace vedette::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> result;
  for (const auto& error : parse("f", text).errors) {
    result.push_back(error.text());
  }
  return result;
}

std::string only_error(const std::string& text) {
  auto errors = errors_of(text);
  return errors.size() == 1 ? errors[0] : testing::PrintToString(errors);
}

constexpr const char* kFull = R"(
rules:
  - /usr/share/vedette/rules
  - {path: /etc/vedette/rules.d, scope: host}
  - {path: /srv/rules, scope: servers}
placeholders: {admins: [root, ann], shells: [/bin/sh]}
state: /var/lib/vedette
servers:                      # declared servers, beside those recognised
  - name: github
    match: {command_line: "*mcp-server-github*"}
    egress: [api.github.com:443, "140.82.112.0/20:443"]
egress:
  allow: [127.0.0.0/8, "::1/128"]
alerts: {fold_window: 500ms}
outputs:
  - {type: file, path: /var/log/vedette/alerts.jsonl, format: native}
  - {type: stdout}
metrics: {listen: "[::1]:9477"}
)";

TEST(Settings, AreRead) {
  auto loaded = parse("f", kFull);
  EXPECT_THAT(errors_of(kFull), IsEmpty());
  const auto& settings = loaded.settings;
  EXPECT_THAT(settings.rules,
              ElementsAre(RuleDirectory{"/usr/share/vedette/rules"},
                          RuleDirectory{"/etc/vedette/rules.d", rules::Scope::kHost}, RuleDirectory{"/srv/rules"}));
  EXPECT_THAT(settings.placeholders, ElementsAre(testing::Pair("admins", ElementsAre("root", "ann")),
                                                 testing::Pair("shells", ElementsAre("/bin/sh"))));
  EXPECT_EQ(settings.state, "/var/lib/vedette");
  ASSERT_EQ(settings.servers.size(), 1U);
  EXPECT_EQ(settings.servers[0].name, "github");
  EXPECT_EQ(settings.servers[0].match.command_line, "*mcp-server-github*");
  EXPECT_THAT(settings.servers[0].egress, ElementsAre("api.github.com:443", "140.82.112.0/20:443"));
  EXPECT_THAT(settings.egress_allow, ElementsAre("127.0.0.0/8", "::1/128"));
  EXPECT_EQ(settings.fold_window, std::chrono::milliseconds(500));
  ASSERT_EQ(settings.outputs.size(), 2U);
  EXPECT_EQ(settings.outputs[0].path, "/var/log/vedette/alerts.jsonl");
  EXPECT_EQ(settings.outputs[0].format, "native");
  EXPECT_EQ(settings.metrics_listen, "[::1]:9477");
}

TEST(Settings, HaveDefaults) {
  for (const char* text : {"", "# nothing\n", "---\n", "state: /s"}) {
    EXPECT_THAT(errors_of(text), IsEmpty());
    EXPECT_EQ(parse("f", text).settings.fold_window, std::chrono::minutes(1));
    EXPECT_EQ(parse("f", text).settings.metrics_listen, "127.0.0.1:9477");
  }
  EXPECT_EQ(parse("f", "metrics: {listen: off}").settings.metrics_listen, "off");
  EXPECT_EQ(parse("f", "alerts: {fold_window: 0s}").settings.fold_window.count(), 0);
  EXPECT_THAT(parse("f", "egress: {allow: []}").settings.egress_allow, IsEmpty());
}

TEST(Settings, NameAnUnknownKeyAndTheOneThatWasMeant) {
  EXPECT_EQ(only_error("state: /s\nmetric: {}"),
            "f:2:1: unknown key 'metric' in the configuration; did you mean 'metrics'?");
  EXPECT_EQ(only_error("alerts: {fold_windw: 1s}"),
            "f:1:10: unknown key 'fold_windw' in alerts; did you mean "
            "'fold_window'?");
  EXPECT_THAT(only_error("servers: [{name: a, match: {cmd: x}}]"),
              HasSubstr("f:1:29: unknown key 'cmd' in match; it takes command_line, executable, parent, user"));
  EXPECT_THAT(only_error("[a]: b"), HasSubstr("unknown key ''"));
}

struct Case {
  const char* text;
  const char* error;
};

TEST(Settings, SayWhatIsWrongAndWhere) {
  const Case cases[] = {
      {"- a", "f:1:1: the configuration must be a mapping"},
      {"just text", "f:1:1: the configuration must be a mapping"},
      {"rules: /x", "f:1:8: rules must be a list"},
      {"rules: [[x]]", "f:1:9: each of rules must be a text"},
      {"rules: [{}]", "f:1:9: a rule directory needs a path, as in"},
      {"rules: [{scope: host}]", "f:1:9: a rule directory needs a path, as in"},
      {"rules: [{path: ''}]", "f:1:16: path must be a text"},
      {"rules: [{path: x, scop: host}]", "f:1:19: unknown key 'scop' in a rule directory; did you mean 'scope'?"},
      {"rules: [{path: x, scope: hots}]",
       "f:1:26: unknown scope; expected one of: host, servers; did you mean 'host'?"},
      {"rules: [{path: x, scope: all}]", "f:1:26: unknown scope; expected one of: host, servers"},
      {"placeholders: [a]", "f:1:15: placeholders must be a mapping (name: list of texts)"},
      {"placeholders: {a: x}", "f:1:19: placeholder a must be a list"},
      {"placeholders: {a: []}", "f:1:19: placeholder a needs at least one text"},
      {"placeholders: {a: [x, {}]}", "f:1:23: each of placeholder a must be a text"},
      {"placeholders: {'%a%': [x]}", "f:1:16: the name of a placeholder has letters, digits, '_' and '-' only"},
      {"placeholders: {a: [x], a: [y]}", "f:1:24: placeholder 'a' is given twice"},
      {"state: [x]", "f:1:8: state must be a text"},
      {"state:", "state must be a text"},
      {"state: ''", "state must be a text"},
      {"state: a\nstate: b", "f:2:1: 'state' is given twice"},
      {"servers: {}", "servers must be a list"},
      {"servers: [x]", "a server must be a mapping"},
      {"servers: [{name: x}]", "f:1:11: a server needs `match`"},
      {"servers: [{match: {user: x}}]", "f:1:11: a server needs a name"},
      {"servers: [{name: x, match: {}}]", "match needs at least one of"},
      {"servers: [{name: x, match: y}]", "match must be a mapping"},
      {"servers: [{name: x, match: {user: ''}}]", "user must be a text"},
      {"servers: [{name: x, match: {user: a}}, {name: x, match: {user: b}}]", "server 'x' is declared twice"},
      {"servers: [{name: x, match: {user: a}, egress: [h:x]}]", "f:1:48: the port must be a number from 1 to 65535"},
      {"egress: {allow: [10.0.0.0/40]}", "f:1:18: the prefix must be a number from 0 to 32"},
      {"egress: {allow: x}", "egress.allow must be a list"},
      {"alerts: {fold_window: 60}", "f:1:23: expected a duration such as"},
      {"alerts: {fold_window: [1s]}", "fold_window must be a text"},
      {"metrics: {listen: 9477}", "f:1:19: expected address:port, as in 127.0.0.1:9477, or off; found '9477'"},
      {"metrics: {listen: localhost}", "expected address:port"},
      {"metrics: [", "not YAML"},
      {"a: &a [x]\nb: [*a]", "f:2:5: aliases"},
  };
  for (const auto& [text, error] : cases) {
    EXPECT_THAT(only_error(text), HasSubstr(error)) << text;
  }
}

TEST(Settings, TellAllMistakesAtOnce) {
  EXPECT_THAT(errors_of("rules: 1\nstat: x\nalerts: {fold_window: x}\nmetrics: {listen: y}\noutputs: [{type: q}]"),
              testing::SizeIs(5));
}

TEST(Settings, BearHostileText) {
  std::string keys;
  while (keys.size() < 900'000) {
    keys += "k" + std::to_string(keys.size()) + ": 1\n";
  }
  auto start = std::chrono::steady_clock::now();
  EXPECT_GT(errors_of(keys).size(), 1000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_THAT(only_error(std::string(2'000'000, '#')), HasSubstr("larger than 1 MiB"));
  EXPECT_THAT(errors_of(std::string("state: \"\\0\"")), ElementsAre(HasSubstr("zero byte")));
  (void)errors_of(std::string("\0\0", 2));
  (void)errors_of("\xff\xfe");
  (void)errors_of("!!binary x: !!int y");
  (void)errors_of("<<: {state: /x}");
}

TEST(Load, SaysWhatToDoWithoutAFile) {
  auto loaded = load("/nonexistent/vedette.yaml");
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(loaded.errors[0].line, 0);
  EXPECT_THAT(loaded.errors[0].text(), HasSubstr("No such file or directory; name a configuration with --config FILE"));
  EXPECT_THAT(load("/").errors[0].message, HasSubstr("not a regular file"));
}

TEST(Load, ReadsAFile) {
  const std::string file = testing::TempDir() + "vedette-settings-" + std::to_string(::getpid()) + ".yaml";
  std::ofstream(file) << "state: /s";
  EXPECT_EQ(load(file).settings.state, "/s");
  std::remove(file.c_str());
}

}  // namespace
}  // namespace vedette::config
