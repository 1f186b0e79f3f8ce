// SPDX-License-Identifier: Apache-2.0
// Clients that want to hold up the endpoint, the monitor, or both.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>

#include "hostile_clients.h"
#include "metrics/metrics.h"

namespace vedette::metrics {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing_tools::answer_to;
using testing_tools::get;
using testing_tools::HostileClients;
using testing_tools::Way;

constexpr int kLimitSeconds = 60;
constexpr size_t kMany = 1000;
const std::vector<Way> kAllWays = {Way::kSilent, Way::kDribble, Way::kGarbage, Way::kUnread, Way::kFlood};

// Both ends of every connection are descriptors of this process.
void allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class HostileEndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    allow_many_descriptors();
    auto started = Endpoint::start("127.0.0.1:0", metrics_);
    ASSERT_TRUE(started) << started.error().message;
    endpoint_ = std::move(*started);
  }
  [[nodiscard]] int port() const { return endpoint_->port(); }

  // More than the buffers of a connection hold.
  void make_answer_large() {
    const std::string long_title(4096, 'a');
    for (int i = 0; i < 1000; ++i) {
      metrics_.known_rule(long_title + std::to_string(i), Level::kLow);
    }
  }

  // A whole answer, at the latest at a later try: the system may turn away a client among so many.
  void expect_scrape() {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kLimitSeconds);
    std::string answer;
    while (answer.find("\nprocess_start_time_seconds ") == std::string::npos &&
           std::chrono::steady_clock::now() < end) {
      answer = get(port(), "/metrics", kLimitSeconds);
    }
    EXPECT_THAT(answer.substr(0, 200), StartsWith("HTTP/1.1 200 OK"));
    EXPECT_NE(answer.find("\nprocess_start_time_seconds "), std::string::npos) << answer.size() << " bytes";
  }

  static void wait_for_attack(const HostileClients& clients, size_t connected = 50) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kLimitSeconds);
    while (clients.connected() < connected && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_GE(clients.connected(), connected);
  }

  Metrics metrics_{{"0.1.0", "abc"}};
  std::unique_ptr<Endpoint> endpoint_;
};

class AmongHostileClients : public HostileEndpointTest, public testing::WithParamInterface<Way> {};

TEST_P(AmongHostileClients, AScrapeIsAnswered) {
  HostileClients clients(port(), kMany, {GetParam()});
  wait_for_attack(clients);
  expect_scrape();
}

std::string name_of_way(const testing::TestParamInfo<Way>& info) {
  static constexpr std::array kNames = {"AreSilent", "Dribble", "SendGarbage", "DoNotRead", "Flood"};
  return kNames.at(static_cast<size_t>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Who, AmongHostileClients, testing::ValuesIn(kAllWays), name_of_way);

TEST_F(HostileEndpointTest, AScrapeIsAnsweredOnceTheyAreGone) {
  {
    HostileClients clients(port(), kMany, kAllWays);
    wait_for_attack(clients);
  }
  expect_scrape();
}

TEST_F(HostileEndpointTest, WhoDoesNotReadALongAnswerIsGivenUp) {
  make_answer_large();
  HostileClients clients(port(), 32, {Way::kUnread});
  wait_for_attack(clients, 32);
  expect_scrape();
}

// The monitor has five seconds to end.
TEST_F(HostileEndpointTest, StopsSoonAmongThem) {
  HostileClients clients(port(), kMany, kAllWays);
  wait_for_attack(clients);
  auto begin = std::chrono::steady_clock::now();
  endpoint_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

// What the thread of the probes does goes on, however many ask meanwhile.
TEST_F(HostileEndpointTest, CountingGoesOn) {
  constexpr uint64_t kLeastAsked = 20'000;  // bytes
  HostileClients clients(port(), kMany, {Way::kFlood, Way::kDribble});
  wait_for_attack(clients);
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kLimitSeconds);
  std::chrono::nanoseconds longest{};
  int events = 0;
  Alert raised;
  raised.rule.title = "rule";
  raised.rule.level = Level::kHigh;
  for (; clients.bytes_sent() < kLeastAsked && std::chrono::steady_clock::now() < end; ++events) {
    auto begin = std::chrono::steady_clock::now();
    metrics_.event(Behavior::kEnvironRead, 1);
    metrics_.lost("kernel", "read_fault", 1);
    metrics_.delay(0.001);
    metrics_.alert(raised);
    longest = std::max(longest, std::chrono::steady_clock::now() - begin);
  }
  RecordProperty("longest_microseconds", std::to_string(longest.count() / 1000));
  EXPECT_GE(clients.bytes_sent(), kLeastAsked);
  EXPECT_GT(events, 1000);
  EXPECT_THAT(get(port(), "/metrics", kLimitSeconds), HasSubstr("vedette_alerts_total{level=\"high\",rule=\"rule\"} "));
}

TEST_F(HostileEndpointTest, AWholeRequestIsAnsweredThoughNothingMoreWillCome) {
  EXPECT_THAT(answer_to(port(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", true, kLimitSeconds),
              testing::EndsWith("\r\n\r\nok\n"));
}

struct Nonsense {
  std::string name;
  std::string bytes;
  bool half_close = false;
};

class OfNonsense : public HostileEndpointTest, public testing::WithParamInterface<Nonsense> {};

TEST_P(OfNonsense, TheConnectionIsClosed) {
  std::string answer = answer_to(port(), GetParam().bytes, GetParam().half_close, kLimitSeconds);
  EXPECT_FALSE(answer.starts_with("HTTP/1.1 2")) << answer.substr(0, 200);
  expect_scrape();
}

std::string thousand_headers() {
  std::string headers;
  for (int i = 0; i < 1000; ++i) {
    headers += "X" + std::to_string(i) + ": y\r\n";
  }
  return headers;
}

std::vector<Nonsense> all_nonsense() {
  const std::string long_text(1 << 20, 'a');
  return {{"Nothing", "", true},
          {"Half", "GET /metr", true},
          {"HalfAndWaiting", "GET /metr"},
          {"NoVersion", "GET /metrics\r\n\r\n"},
          {"Tls", std::string("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 11) + "\r\n\r\n"},
          {"Zeros", std::string(100'000, '\0')},
          {"LongPath", "GET /" + long_text + " HTTP/1.1\r\n\r\n"},
          {"LongHeader", "GET /metrics HTTP/1.1\r\nX: " + long_text + "\r\n\r\n"},
          {"ManyHeaders", "GET /metrics HTTP/1.1\r\n" + thousand_headers() + "\r\n"},
          {"LongBody", "POST /metrics HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n" + long_text}};
}

INSTANTIATE_TEST_SUITE_P(Such, OfNonsense, testing::ValuesIn(all_nonsense()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace vedette::metrics
