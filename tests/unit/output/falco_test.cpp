// SPDX-License-Identifier: Apache-2.0
#include "output/falco.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "alerts.h"
#include "samples.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

Json falco(const Alert& alert) { return Json::parse(to_falco(alert)); }

TEST(Falco, IsWhatFalcosidekickReads) {
  for (const Alert& alert : all_alerts()) {
    Json event = falco(alert);
    for (const char* key : {"uuid", "time", "rule", "priority", "source", "hostname", "output"}) {
      EXPECT_TRUE(event[key].is_string()) << key;
    }
    for (const char* key : {"time", "priority", "source", "output"}) {
      EXPECT_NE(event[key], "") << key;
    }
    EXPECT_TRUE(event["tags"].is_array());
    EXPECT_FALSE(event["output_fields"].empty());
    for (const auto& [key, value] : event["output_fields"].items()) {
      EXPECT_TRUE(value.is_string() || value.is_number_unsigned()) << key << ": " << value;
      EXPECT_NE(value, "") << key;
    }
  }
}

TEST(Falco, LevelsArePriorities) {
  auto priority = [](Level level) {
    Alert alert = sample_alert();
    alert.rule.level = level;
    return falco(alert)["priority"];
  };
  EXPECT_EQ(priority(Level::kInformational), "Informational");
  EXPECT_EQ(priority(Level::kLow), "Notice");
  EXPECT_EQ(priority(Level::kMedium), "Warning");
  EXPECT_EQ(priority(Level::kHigh), "Error");
  EXPECT_EQ(priority(Level::kCritical), "Critical");
}

TEST(Falco, TheOutputIsASentence) {
  EXPECT_EQ(falco(sample_alert())["output"],
            "02:03:04.123456789: Error cat (pid 1, user a) read the environment of MCP server github (pid 2)");
}

TEST(Falco, TagsAreWrittenAsFalcoDoes) {
  Alert alert = sample_alert();
  alert.rule.tags = {"attack.credential-access", "attack.t1003.007", "cve.2024-1", "attack.", "attack.g0032"};
  EXPECT_EQ(falco(alert)["tags"].dump(),
            R"(["mitre_credential_access","T1003.007","cve.2024-1","attack.","mitre_g0032"])");
}

TEST(Falco, FieldsHaveItsNames) {
  Json fields = falco(sample_alert())["output_fields"];
  EXPECT_EQ(fields["proc.pid"], 1);
  EXPECT_EQ(fields["proc.name"], "cat");
  EXPECT_EQ(fields["proc.exepath"], "/usr/bin/cat");
  EXPECT_EQ(fields["proc.cmdline"], "cat /proc/2/environ");
  EXPECT_EQ(fields["proc.pname"], "bash");
  EXPECT_EQ(fields["proc.apid[2]"], 1);
  EXPECT_EQ(fields["user.uid"], 1000);
  EXPECT_EQ(fields["user.name"], "a");
  EXPECT_EQ(fields["vedette.target.pid"], 2);
  EXPECT_EQ(fields["vedette.server.evidence"], "config,signature");
  Json sent = falco(egress_alert())["output_fields"];
  EXPECT_EQ(sent["fd.sip"], "198.51.100.7");
  EXPECT_EQ(sent["fd.sport"], 443);
  EXPECT_EQ(sent["fd.l4proto"], "tcp");
}

TEST(Falco, ACorrelationCarriesItsEvents) {
  std::string events = falco(correlation_alert())["output_fields"]["vedette.events"];
  EXPECT_EQ(Json::parse(events)[1]["network"]["port"], 443);
}

}  // namespace
}  // namespace vedette::output
