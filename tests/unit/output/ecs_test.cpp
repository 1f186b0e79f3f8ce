// SPDX-License-Identifier: Apache-2.0
#include "output/ecs.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "alerts.h"
#include "flat.h"
#include "output/known.h"
#include "samples.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

enum Type { kKeyword, kKeywords, kDate, kLong, kIp };

// Of the field reference of ECS 8.17; text, match_only_text and wildcard are keywords here. kKeywords: lists.
const std::map<std::string, Type>& ecs_fields() {
  static const std::map<std::string, Type> kFields = {
      {"@timestamp", kDate},
      {"message", kKeyword},
      {"tags", kKeywords},
      {"labels.mcp_server", kKeyword},  // below labels: any name
      {"labels.mcp_client", kKeyword},
      {"ecs.version", kKeyword},
      {"event.kind", kKeyword},
      {"event.module", kKeyword},
      {"event.dataset", kKeyword},
      {"event.provider", kKeyword},
      {"event.category", kKeywords},
      {"event.type", kKeywords},
      {"event.action", kKeyword},
      {"event.code", kKeyword},
      {"event.outcome", kKeyword},
      {"event.id", kKeyword},
      {"event.severity", kLong},
      {"event.reason", kKeyword},
      {"event.start", kDate},
      {"event.end", kDate},
      {"rule.id", kKeyword},
      {"rule.uuid", kKeyword},
      {"rule.name", kKeyword},
      {"rule.version", kKeyword},
      {"threat.framework", kKeyword},
      {"threat.tactic.id", kKeywords},
      {"threat.tactic.name", kKeywords},
      {"threat.technique.id", kKeywords},
      {"threat.technique.name", kKeywords},
      {"threat.technique.subtechnique.id", kKeywords},
      {"threat.technique.subtechnique.name", kKeywords},
      {"host.os.type", kKeyword},
      {"host.hostname", kKeyword},
      {"host.name", kKeyword},
      {"host.id", kKeyword},
      {"host.boot.id", kKeyword},
      {"observer.vendor", kKeyword},
      {"observer.product", kKeyword},
      {"observer.type", kKeyword},
      {"observer.version", kKeyword},
      {"process.pid", kLong},
      {"process.entity_id", kKeyword},
      {"process.name", kKeyword},
      {"process.executable", kKeyword},
      {"process.command_line", kKeyword},
      {"process.working_directory", kKeyword},
      {"process.start", kDate},
      {"process.user.id", kKeyword},
      {"process.user.name", kKeyword},
      {"process.parent.pid", kLong},
      {"process.parent.name", kKeyword},
      {"process.parent.executable", kKeyword},
      {"process.parent.command_line", kKeyword},
      {"user.id", kKeyword},
      {"user.name", kKeyword},
      {"container.id", kKeyword},
      {"destination.address", kKeyword},
      {"destination.ip", kIp},
      {"destination.port", kLong},
      {"destination.domain", kKeyword},
      {"network.transport", kKeyword},
      {"network.type", kKeyword},
      {"network.direction", kKeyword},
  };
  return kFields;
}

bool is_list_of_texts(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

bool fits(Type type, const Json& value) {
  static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)");
  switch (type) {
    case kKeyword:
      return value.is_string();
    case kKeywords:
      return is_list_of_texts(value);
    case kDate:
      return value.is_string() && std::regex_match(value.get<std::string>(), kTime);
    case kLong:
      return value.is_number_unsigned();
    case kIp:
      return value.is_string() && ip_version(value) != 0;
  }
  return false;
}

Json ecs(const Alert& alert) { return Json::parse(to_ecs(alert)); }

TEST(Ecs, EveryKeyIsAFieldOfEcsOrOurs) {
  for (const Alert& alert : all_alerts()) {
    visit_leaves(ecs(alert), "", [](const std::string& path, const Json& value) {
      auto field = ecs_fields().find(path);
      bool ours = path.starts_with("vedette.");
      EXPECT_TRUE(ours || (field != ecs_fields().end() && fits(field->second, value))) << path << ": " << value;
      EXPECT_FALSE(value.is_null() || (value.is_structured() && value.empty())) << path;
    });
  }
}

// Elasticsearch refuses a document in which a field is not of the type it had before.
TEST(Ecs, AFieldOfOursHasOneTypeInEveryAlert) {
  std::map<std::string, Json::value_t> types;
  for (const Alert& alert : all_alerts()) {
    visit_leaves(ecs(alert), "", [&](const std::string& path, const Json& value) {
      auto [known, added] = types.try_emplace(path, value.type());
      EXPECT_EQ(known->second, value.type()) << path;
    });
  }
  for (const auto& [path, type] : types) {
    for (const auto& [other, unused] : types) {
      EXPECT_FALSE(other.starts_with(path + ".") || other.starts_with(path + "[]")) << path << " and " << other;
    }
  }
}

TEST(Ecs, CategoriesAndTypesAreOnesItKnows) {
  const std::vector<std::string> types = {"access",   "allowed", "change", "connection",
                                          "deletion", "denied",  "end",    "start"};
  for (const Alert& alert : all_alerts()) {
    Json event = ecs(alert)["event"];
    EXPECT_THAT(event["category"][0], testing::AnyOf("process", "network", "file", "configuration"));
    EXPECT_EQ(event["category"][1], "intrusion_detection");
    EXPECT_THAT(types, testing::IsSupersetOf(event["type"].get<std::vector<std::string>>()));
  }
}

TEST(Ecs, TellsAnAccess) {
  Json event = ecs(sample_alert());
  EXPECT_EQ(event["@timestamp"], "2026-11-21T02:03:04.123456789Z");
  EXPECT_EQ(event["event"]["kind"], "alert");
  EXPECT_EQ(event["event"]["category"].dump(), R"(["process","intrusion_detection"])");
  EXPECT_EQ(event["event"]["type"].dump(), R"(["access","allowed"])");
  EXPECT_EQ(event["event"]["severity"], 73);
  EXPECT_EQ(event["process"]["entity_id"], "boot-1-1795226583123");
  EXPECT_EQ(event["process"]["parent"]["pid"], 3);
  EXPECT_EQ(event["threat"]["technique"]["subtechnique"]["id"].dump(), R"(["T1003.007"])");
  EXPECT_EQ(event["vedette"]["target"]["executable"], "/usr/bin/node");
  EXPECT_EQ(event["labels"].dump(), R"({"mcp_server":"github","mcp_client":"claude-code"})");
}

TEST(Ecs, TellsADestination) {
  Alert alert = egress_alert();
  alert.outcome = Outcome::kDenied;
  Json event = ecs(alert);
  EXPECT_EQ(event["event"]["category"].dump(), R"(["network","intrusion_detection"])");
  EXPECT_EQ(event["event"]["outcome"], "failure");
  EXPECT_EQ(event["destination"].dump(), R"({"address":"198.51.100.7","ip":"198.51.100.7","port":443})");
  EXPECT_EQ(event["network"].dump(), R"({"transport":"tcp","type":"ipv4","direction":"egress"})");
}

TEST(Ecs, ACorrelationCarriesItsEvents) {
  Json events = ecs(correlation_alert())["vedette"]["events"];
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["target"]["pid"], 2);
  EXPECT_EQ(events[1]["destination"]["port"], 443);
}

}  // namespace
}  // namespace vedette::output
