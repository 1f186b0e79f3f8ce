// SPDX-License-Identifier: Apache-2.0
#include "metrics/server_alerts.h"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace vedette::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kSecond = 1'000'000'000;

Alert about(const std::string& server, const std::string& rule, uint64_t time) {
  Alert alert;
  alert.time = time;
  alert.rule.title = rule;
  alert.rule.level = Level::kHigh;
  alert.server = AlertServer{.name = server, .client = "cursor", .pid = 1, .evidence = {}};
  return alert;
}

class ServerAlertsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  [[nodiscard]] ptrdiff_t lines_with(const std::string& beginning) const {
    std::string all = text();
    ptrdiff_t found = 0;
    for (size_t at = all.find("\n" + beginning); at != std::string::npos; at = all.find("\n" + beginning, at + 1)) {
      ++found;
    }
    return found;
  }

  prometheus::Registry registry_;
  ServerAlerts alerts_{registry_};
};

TEST_F(ServerAlertsTest, AKnownServerHasNoneYet) {
  alerts_.known("github");
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"github\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"(none)\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"(other)\"} 0\n"));
}

TEST_F(ServerAlertsTest, CountsByServer) {
  alerts_.count(about("github", "r", kSecond));
  alerts_.count(about("github", "s", kSecond));
  alerts_.known("github");
  alerts_.count(Alert{});
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"github\"} 2\n"));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"(none)\"} 1\n"));
}

TEST_F(ServerAlertsTest, FewNamesBecomeLabels) {
  for (size_t i = 0; i < 2 * kMostServerLabels; ++i) {
    alerts_.known("server" + std::to_string(i));
  }
  alerts_.count(about("server0", "r", kSecond));
  alerts_.count(about("server150", "r", kSecond));
  alerts_.count(about("one more", "r", kSecond));
  EXPECT_EQ(lines_with("vedette_server_alerts_total{"), static_cast<ptrdiff_t>(kMostServerLabels));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"server0\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"(other)\"} 2\n"));
}

TEST_F(ServerAlertsTest, LongNamesAndThoseThatAreNotUtf8) {
  alerts_.count(about(std::string(kLongestServerLabel + 1, 'x'), "r", kSecond));
  alerts_.count(about("a\xff", "r", kSecond));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"(other)\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("vedette_server_alerts_total{server=\"a\\\\xff\"} 1\n"));
}

TEST_F(ServerAlertsTest, TheLatestOfEachRuleAndServer) {
  alerts_.count(about("github", "r", 7 * kSecond));
  alerts_.count(about("github", "r", 5 * kSecond));
  EXPECT_EQ(lines_with("vedette_last_alert_timestamp_seconds{"), 1);
  EXPECT_THAT(text(),
              HasSubstr("vedette_last_alert_timestamp_seconds{level=\"high\",rule=\"r\",server=\"github\"} 7\n"));
}

TEST_F(ServerAlertsTest, TheOldestMakesRoom) {
  alerts_.count(about("github", "early", 2 * kSecond));
  alerts_.count(about("github", "earliest", kSecond));
  for (size_t i = 0; i < kLatestAlerts - 1; ++i) {
    alerts_.count(about("github", "r" + std::to_string(i), (10 + i) * kSecond));
  }
  EXPECT_EQ(lines_with("vedette_last_alert_timestamp_seconds{"), static_cast<ptrdiff_t>(kLatestAlerts));
  EXPECT_THAT(text(), Not(HasSubstr("earliest")));
  EXPECT_THAT(text(), HasSubstr("rule=\"early\""));
  EXPECT_THAT(text(), HasSubstr("rule=\"r0\""));
}

}  // namespace
}  // namespace vedette::metrics
