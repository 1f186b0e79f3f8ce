// SPDX-License-Identifier: Apache-2.0
#include "output/ocsf.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "alerts.h"
#include "samples.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

Json ocsf(const Alert& alert) { return Json::parse(to_ocsf(alert)); }

std::vector<std::string> observables(const Json& finding) {
  std::vector<std::string> result;
  for (const auto& item : finding["observables"]) {
    result.push_back(std::to_string(item["type_id"].get<int>()) + ":" + item["value"].get<std::string>());
  }
  return result;
}

// Each observable's name leads to its value.
void expect_observables_are_there(const Json& finding) {
  for (const auto& item : finding.value("observables", Json::array())) {
    std::string path = item["name"];
    for (char& c : path) {
      c = c == '.' || c == '[' ? '/' : c;
    }
    std::erase(path, ']');
    const Json& value = finding.at(Json::json_pointer("/" + path));
    EXPECT_EQ(value.is_string() ? value.get<std::string>() : value.dump(), item["value"]) << item;
  }
}

TEST(Ocsf, IsADetectionFinding) {
  Json finding = ocsf(sample_alert());
  EXPECT_EQ(finding["activity_id"], 1);
  EXPECT_EQ(finding["category_uid"], 2);
  EXPECT_EQ(finding["class_uid"], 2004);
  EXPECT_EQ(finding["type_uid"], 200401);
  EXPECT_EQ(finding["severity_id"], 4);
  EXPECT_EQ(finding["status_id"], 1);
  EXPECT_EQ(finding["is_alert"], true);
  EXPECT_EQ(finding["time"], 1'795'226'584'123);
  EXPECT_EQ(finding["metadata"]["version"], "1.8.0");
  EXPECT_EQ(finding["metadata"]["product"]["name"], "Vedette");
  EXPECT_EQ(finding["metadata"]["profiles"].dump(), R"(["host","security_control"])");
  EXPECT_EQ(finding["finding_info"]["uid"], sample_alert().id);
  EXPECT_EQ(finding["finding_info"]["analytic"].dump(),
            R"({"type_id":1,"type":"Rule","name":"Environment of MCP server read",)"
            R"("uid":"66666666-2222-4333-8444-555555555555","version":"0123456789abcdef"})");
  EXPECT_EQ(finding["attacks"], finding["finding_info"]["attacks"]);
  EXPECT_EQ(finding["attacks"][0]["sub_technique"]["name"], "Proc Filesystem");
  EXPECT_EQ(finding["device"]["os"]["type_id"], 200);
  EXPECT_EQ(finding["device"]["uid"], "machine");
}

TEST(Ocsf, TellsWhoDidWhatToWhom) {
  Json evidence = ocsf(sample_alert())["evidences"][0];
  const Json& actor = evidence["actor"]["process"];
  EXPECT_EQ(actor["name"], "cat");
  EXPECT_EQ(actor["uid"], "boot-1-1795226583123");
  EXPECT_EQ(actor["user"].dump(), R"({"uid":"1000","name":"a"})");
  EXPECT_EQ(actor["parent_process"]["name"], "bash");
  EXPECT_EQ(actor["ancestry"].size(), 2U);
  EXPECT_EQ(evidence["process"]["pid"], 2);
  EXPECT_FALSE(evidence["process"].contains("uid"));
  EXPECT_EQ(evidence["file"]["path"], "/proc/2/environ");
  EXPECT_EQ(ocsf(sample_alert())["resources"][0].dump(),
            R"({"name":"github","type":"MCP server","role_id":1,"role":"Target",)"
            R"("data":{"pid":2,"client":"claude-code","evidence":["config","signature"]}})");
}

TEST(Ocsf, TellsWhereTo) {
  Json finding = ocsf(egress_alert());
  EXPECT_EQ(finding["evidences"][0]["dst_endpoint"].dump(), R"({"ip":"198.51.100.7","port":443})");
  EXPECT_EQ(finding["evidences"][0]["connection_info"]["direction_id"], 2);
  EXPECT_EQ(finding["resources"][0]["role"], "Actor");
  EXPECT_THAT(observables(finding), testing::IsSupersetOf({"2:198.51.100.7", "9:node", "15:2", "45:/usr/bin/node"}));
}

TEST(Ocsf, ObservablesAreThoseOfTheEvidence) {
  for (const Alert& alert : all_alerts()) {
    expect_observables_are_there(ocsf(alert));
  }
}

TEST(Ocsf, OutcomesAreActionsAndDispositions) {
  auto control = [](Outcome outcome) {
    Alert alert = sample_alert();
    alert.outcome = outcome;
    Json finding = ocsf(alert);
    return std::pair(finding["action_id"].get<int>(), finding["disposition_id"].get<int>());
  };
  EXPECT_EQ(control(Outcome::kAllowed), std::pair(1, 15));
  EXPECT_EQ(control(Outcome::kDenied), std::pair(2, 26));
  EXPECT_EQ(control(Outcome::kBlocked), std::pair(2, 2));
}

TEST(Ocsf, ACorrelationHasItsEventsAndTheirEvidence) {
  Json finding = ocsf(correlation_alert());
  const Json& related = finding["finding_info"]["related_events"];
  ASSERT_EQ(related.size(), 2U);
  EXPECT_EQ(related[0]["type"], "environ_read");
  EXPECT_EQ(related[1]["uid"], finding["evidences"][1]["uid"]);
  EXPECT_EQ(finding["evidences"][0]["file"]["path"], "/proc/2/environ");
  EXPECT_EQ(finding["evidences"][1]["dst_endpoint"]["port"], 443);
}

TEST(Ocsf, AnOpenerHasAnEvidenceOfItsOwn) {
  Alert alert = sample_alert();
  alert.opener = cat_process();
  alert.opener->pid = 9;
  Json evidences = ocsf(alert)["evidences"];
  ASSERT_EQ(evidences.size(), 2U);
  EXPECT_EQ(evidences[1]["name"], "opener");
  EXPECT_EQ(evidences[1]["actor"]["process"]["pid"], 9);
}

TEST(Ocsf, AContainerNeedsItsProfile) {
  Alert alert = sample_alert();
  alert.target->container_id = "4f1d";
  EXPECT_EQ(ocsf(alert)["metadata"]["profiles"][2], "container");
  EXPECT_EQ(ocsf(alert)["evidences"][0]["process"]["container"].dump(), R"({"uid":"4f1d"})");
}

TEST(Ocsf, WhatIsNotKnownIsLeftOut) {
  Json finding = ocsf(bare_alert());
  for (const char* key : {"device", "evidences", "observables", "resources", "attacks"}) {
    EXPECT_FALSE(finding.contains(key)) << key;
  }
}

TEST(Ocsf, TheSchemaHasNothingToSay) {
  const char* checker = std::getenv("VEDETTE_OCSF_CHECK");
  if (checker == nullptr) {
    GTEST_SKIP() << "VEDETTE_OCSF_CHECK names no checker of OCSF events: a Python script that reads JSON lines";
  }
  FILE* pipe = ::popen(("/usr/bin/python3 '" + std::string(checker) + "'").c_str(), "w");
  ASSERT_NE(pipe, nullptr);
  for (const Alert& alert : all_alerts()) {
    std::fprintf(pipe, "%s\n", to_ocsf(alert).c_str());
  }
  EXPECT_EQ(::pclose(pipe), 0);
}

}  // namespace
}  // namespace vedette::output
