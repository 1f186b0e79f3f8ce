// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "http_server.h"
#include "output/json.h"
#include "output/sinks.h"
#include "received.h"

namespace vedette::output {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kProgram = "/usr/bin/prometheus-alertmanager";

uint64_t now_ns() {
  return static_cast<uint64_t>(std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

Alert recent_alert() {
  Alert alert = sample_alert();
  alert.time = alert.first_seen = alert.last_seen = now_ns();
  return alert;
}

// What one alert is posted as.
Json posted(const Alert& alert, AlertmanagerOptions options = {}, const std::string& path = "") {
  Received bodies;
  TestServer server(answering([&](const Request& request) {
    bodies.add(request.line + "\n" + request.body);
    return http_answer(200);
  }));
  options.http.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
  EXPECT_EQ(alertmanager_sink(options)->write({&alert, 1}).error, "");
  std::string text = bodies.wait_for(1).at(0);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "POST " + (path == "/prefix/" ? "/prefix" : std::string()) + "/api/v2/alerts HTTP/1.1");
  return Json::parse(text.substr(text.find('\n'))).at(0);
}

TEST(Alertmanager, LabelsSayWhatGroupsAnAlertAndAnnotationsTheRest) {
  Json alert = posted(sample_alert());
  EXPECT_EQ(alert["labels"], Json({{"alertname", "Environment of MCP server read"},
                                   {"severity", "high"},
                                   {"rule_id", "66666666-2222-4333-8444-555555555555"},
                                   {"server", "github"},
                                   {"client", "claude-code"},
                                   {"behavior", "environ_read"},
                                   {"host", "host"}}));
  EXPECT_EQ(alert["annotations"]["id"], sample_alert().id);
  EXPECT_EQ(alert["annotations"]["actor"], "cat /proc/2/environ (pid 1)");
  EXPECT_EQ(alert["annotations"]["target"], "node mcp-server-github (pid 2)");
  EXPECT_FALSE(alert["annotations"].contains("destination"));
  EXPECT_EQ(alert["startsAt"], "2026-11-21T02:03:04.123456789Z");
  EXPECT_FALSE(alert.contains("generatorURL"));
  EXPECT_EQ(posted(egress_alert())["annotations"]["destination"], "tcp 198.51.100.7 port 443");
}

TEST(Alertmanager, AnAlertLastsFromWhenItWasSeenOrWhenItCouldBeTold) {
  Alert recent = recent_alert();
  EXPECT_EQ(posted(recent)["endsAt"], timestamp(recent.last_seen + 3'600'000'000'000));
  EXPECT_EQ(posted(recent, {.resolve_after = std::chrono::minutes(5)})["endsAt"],
            timestamp(recent.last_seen + 300'000'000'000));
  Alert late = recent_alert();
  late.first_seen = late.last_seen -= 7'200'000'000'000;
  EXPECT_GT(posted(late)["endsAt"], timestamp(now_ns()));
}

TEST(Alertmanager, LinksToWhereItIsToldAndTakesAPrefix) {
  EXPECT_EQ(posted(sample_alert(), {.generator_url = "https://wiki.example/vedette"})["generatorURL"],
            "https://wiki.example/vedette");
  posted(sample_alert(), {}, "/prefix/");
  posted(sample_alert(), {}, "/api/v2/alerts");
}

TEST(Alertmanager, BearsHostileTextAndWhatIsUnknown) {
  Alert alert;
  alert.rule.title = "\xff\"}\n";
  Json sent = posted(alert);
  EXPECT_EQ(sent["labels"], Json({{"alertname", "\\xff\"}\n"}, {"severity", "medium"}}));
}

// The real one, on a port of its own.
class RealAlertmanager : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kProgram)) {
      GTEST_SKIP() << "package prometheus-alertmanager is not installed";
    }
    std::signal(SIGPIPE, SIG_IGN);
    char name[] = "/tmp/vedette-alertmanager-XXXXXX";
    directory_ = ::mkdtemp(name);
    std::ofstream(directory_ / "config.yml") << "route: {receiver: none}\nreceivers: [{name: none}]\n";
    start();
  }
  void TearDown() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    if (HasFailure()) {
      std::ostringstream log;
      log << std::ifstream(directory_ / "log").rdbuf();
      std::fputs(log.str().c_str(), stderr);
    }
    fs::remove_all(directory_);
  }

  void start() {
    url_ = "http://127.0.0.1:" + std::to_string(free_port());
    std::string config = "--config.file=" + (directory_ / "config.yml").string();
    std::string storage = "--storage.path=" + (directory_ / "data").string();
    std::string listen = "--web.listen-address=" + url_.substr(7);
    std::string log = directory_ / "log";
    pid_ = ::fork();
    if (pid_ == 0) {
      std::freopen(log.c_str(), "w", stderr);
      ::execl(kProgram, kProgram, config.c_str(), storage.c_str(), listen.c_str(),
              "--cluster.listen-address=", nullptr);
      std::_Exit(127);
    }
  }

  // Asked until something comes.
  [[nodiscard]] Json alerts() const {
    std::string command =
        "curl -s --max-time 5 --retry 60 --retry-delay 1 --retry-all-errors " + url_ + "/api/v2/alerts";
    std::string text;
    std::array<char, 4096> buffer{};
    FILE* pipe = ::popen(command.c_str(), "r");
    while (size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      text.append(buffer.data(), n);
    }
    ::pclose(pipe);
    return Json::parse(text, nullptr, false);
  }

  fs::path directory_;
  std::string url_;
  pid_t pid_ = -1;
};

TEST_F(RealAlertmanager, TakesAlertsAndTellsThem) {
  EXPECT_TRUE(alerts().empty());  // it is up
  auto sink = alertmanager_sink({.http = {.url = url_}, .generator_url = "https://wiki.example/vedette"});
  std::vector<Alert> sent = {recent_alert(), recent_alert(), recent_alert()};
  sent[1].rule.title = "hostile \xff \"\n";
  sent[2].server.reset();
  EXPECT_EQ(deliver_all(*sink, sent).rejected, 0U);
  Json told = alerts();
  ASSERT_EQ(told.size(), 3U) << told.dump(1);
  for (const Json& alert : told) {
    EXPECT_EQ(alert["status"]["state"], "active") << alert.dump(1);
    EXPECT_EQ(alert["labels"]["severity"], "high");
    EXPECT_EQ(alert["annotations"]["id"], sample_alert().id);
    EXPECT_EQ(alert["generatorURL"], "https://wiki.example/vedette");
  }
}

TEST_F(RealAlertmanager, AnAlertItRefusesDoesNotKeepTheOthers) {
  EXPECT_TRUE(alerts().empty());
  auto sink = alertmanager_sink({.http = {.url = url_}});
  std::vector<Alert> sent = {recent_alert(), recent_alert(), recent_alert()};
  sent[1].first_seen = now_ns() + 9'000'000'000'000;  // begins after its end
  sent[2].rule.title = "another";
  Total total = deliver_all(*sink, sent);
  EXPECT_EQ(total.rejected, 1U);
  EXPECT_THAT(total.errors, ElementsAre(HasSubstr("answered 400: ")));
  EXPECT_EQ(alerts().size(), 2U);
}

}  // namespace
}  // namespace vedette::output
