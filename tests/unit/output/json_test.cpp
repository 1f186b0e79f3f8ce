// SPDX-License-Identifier: Apache-2.0
#include "output/json.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "samples.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

Json parsed(const Alert& alert) { return Json::parse(to_json(alert)); }

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> result;
  for (const auto& item : object.items()) {
    result.push_back(item.key());
  }
  return result;
}

// An alert of which nothing optional is known.
Alert bare_alert() {
  Alert alert;
  alert.id = sample_alert().id;
  alert.rule.title = "t";
  alert.behavior = Behavior::kEgress;
  return alert;
}

// Exit status of the schema validator; its complaints go to stdout.
int validate(const std::vector<std::string>& lines) {
  std::string source = VEDETTE_SOURCE_DIR;
  std::string command =
      "/usr/bin/python3 '" + source + "/tests/unit/output/validate.py' '" + source + "/docs/alert.schema.json'";
  FILE* pipe = ::popen(command.c_str(), "w");
  for (const auto& line : lines) {
    std::fprintf(pipe, "%s\n", line.c_str());
  }
  return ::pclose(pipe);
}

TEST(Json, MatchesTheSchema) {
  std::vector<std::string> lines = {to_json(sample_alert()), to_json(egress_alert()), to_json(correlation_alert()),
                                    to_json(bare_alert())};
  for (int i = 1; i < kBehaviorCount; ++i) {
    Alert alert = sample_alert();
    alert.behavior = static_cast<Behavior>(i);
    alert.outcome = static_cast<Outcome>(i % 3);
    alert.rule.level = static_cast<Level>(i % 5);
    alert.actor->executable = "\xff\n\033";
    lines.push_back(to_json(alert));
  }
  EXPECT_EQ(validate(lines), 0);
}

TEST(Json, AnObjectIsThereWhereThereIsOne) {
  Alert alert = sample_alert();
  EXPECT_FALSE(parsed(alert).contains("object"));
  alert.object = "SIGSTOP";
  EXPECT_EQ(parsed(alert)["object"], "SIGSTOP");
  EXPECT_EQ(validate({to_json(alert)}), 0);
}

TEST(Json, TheValidatorSeesMistakes) {
  Json broken = parsed(sample_alert());
  broken.erase("message");
  EXPECT_NE(validate({broken.dump()}), 0);
  EXPECT_NE(validate({}), 0);
}

TEST(Json, KeysAreAllThereInOrder) {
  const std::vector<std::string> top = {"schema",  "id",         "time",      "host",        "rule",   "behavior",
                                        "outcome", "actor",      "target",    "opener",      "server", "network",
                                        "count",   "first_seen", "last_seen", "lost_before", "events", "message"};
  const std::vector<std::string> process = {"pid", "start_time",   "executable", "command_line", "user",
                                            "cwd", "container_id", "ancestors",  "server"};
  EXPECT_EQ(keys(parsed(sample_alert())), top);
  EXPECT_EQ(keys(parsed(bare_alert())), top);
  EXPECT_EQ(keys(parsed(sample_alert())["actor"]), process);
}

TEST(Json, ValuesAreThoseOfTheAlert) {
  Json alert = parsed(sample_alert());
  EXPECT_EQ(alert["schema"], "vedette.alert/1");
  EXPECT_EQ(alert["time"], "2026-11-21T02:03:04.123456789Z");
  EXPECT_EQ(alert["behavior"], "environ_read");
  EXPECT_EQ(alert["outcome"], "allowed");
  EXPECT_EQ(alert["rule"].dump(),
            R"({"id":"66666666-2222-4333-8444-555555555555","title":"Environment of MCP server read",)"
            R"("level":"high","tags":["attack.t1003.007"],"digest":"0123456789abcdef"})");
  EXPECT_EQ(alert["server"].dump(),
            R"({"name":"github","client":"claude-code","pid":2,"evidence":["config","signature"]})");
  EXPECT_EQ(alert["actor"]["user"].dump(), R"({"id":1000,"name":"a"})");
  EXPECT_EQ(alert["actor"]["ancestors"][1].dump(), R"({"pid":1,"executable":null,"command_line":null})");
  EXPECT_EQ(alert["actor"]["server"], nullptr);
  EXPECT_EQ(alert["target"]["server"], "github");
  EXPECT_EQ(alert["message"], "cat (pid 1, user a) read the environment of MCP server github (pid 2)");
}

TEST(Json, UnknownIsNull) {
  Json alert = parsed(bare_alert());
  for (const char* key : {"actor", "target", "opener", "server", "network"}) {
    EXPECT_TRUE(alert[key].is_null()) << key;
  }
  EXPECT_EQ(alert["host"].dump(), R"({"name":null,"machine_id":null,"boot_id":null})");
  EXPECT_EQ(alert["events"].dump(), "[]");
  Alert half = egress_alert();
  half.actor = AlertProcess{};
  half.network = AlertNetwork{"packet", "", std::nullopt, ""};
  EXPECT_EQ(parsed(half)["actor"].dump(),
            R"({"pid":0,"start_time":null,"executable":null,"command_line":null,"user":null,"cwd":null,)"
            R"("container_id":null,"ancestors":[],"server":null})");
  EXPECT_EQ(parsed(half)["network"].dump(), R"({"protocol":"packet","address":null,"port":null,"hostname":null})");
}

TEST(Json, RootIsAUserAndPortZeroAPort) {
  Alert alert = egress_alert();
  alert.actor->uid = 0;
  alert.network->port = 0;
  EXPECT_EQ(parsed(alert)["actor"]["user"].dump(), R"({"id":0,"name":null})");
  EXPECT_EQ(parsed(alert)["network"]["port"], 0);
}

TEST(Json, ACorrelationCarriesItsEvents) {
  Json events = parsed(correlation_alert())["events"];
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(keys(events[0]), (std::vector<std::string>{"time", "behavior", "actor", "target", "opener", "network"}));
  EXPECT_EQ(events[0]["target"]["server"], "github");
  EXPECT_TRUE(events[0]["network"].is_null());
  EXPECT_EQ(events[1]["behavior"], "egress");
  EXPECT_EQ(events[1]["network"]["address"], "198.51.100.7");
}

TEST(Json, BytesThatAreNotUtf8AreSpelledOut) {
  Alert alert = sample_alert();
  alert.actor->command_line = "cat \xff\xc3";
  alert.rule.tags = {"\xff"};
  EXPECT_EQ(parsed(alert)["actor"]["command_line"], R"(cat \xff\xc3)");
  EXPECT_EQ(parsed(alert)["rule"]["tags"][0], R"(\xff)");
}

TEST(Json, IsOneLineAlsoWithNewlinesInside) {
  Alert alert = sample_alert();
  alert.actor->cwd = "/a\nb";
  EXPECT_EQ(to_json(alert).find('\n'), std::string::npos);
  EXPECT_EQ(parsed(alert)["actor"]["cwd"], "/a\nb");
}

}  // namespace
}  // namespace vedette::output
