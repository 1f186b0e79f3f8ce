// SPDX-License-Identifier: Apache-2.0
#include "output/ecs.h"

#include <gmock/gmock.h>

#include <fstream>
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

const Json& reference() {
  static const Json kReference = Json::parse(std::ifstream(VEDETTE_SOURCE_DIR "/tests/format/ecs.json"));
  return kReference;
}

bool is_list_of_texts(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

bool fits(const std::string& type, const Json& value) {
  static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)");
  if (type == "keywords") {
    return is_list_of_texts(value);
  }
  if (type == "long") {
    return value.is_number_unsigned();
  }
  bool date = type != "date" || (value.is_string() && std::regex_match(value.get<std::string>(), kTime));
  bool ip = type != "ip" || (value.is_string() && ip_version(value) != 0);
  return value.is_string() && date && ip;
}

Json ecs(const Alert& alert) { return Json::parse(to_ecs(alert)); }

TEST(Ecs, EveryKeyIsAFieldOfEcsOrOurs) {
  for (const Alert& alert : all_alerts()) {
    visit_leaves(ecs(alert), "", [](const std::string& path, const Json& value) {
      bool ours = path.starts_with("vedette.");
      const Json& fields = reference()["fields"];
      EXPECT_TRUE(ours || (fields.contains(path) && fits(fields[path], value))) << path << ": " << value;
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
