// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "alerts.h"
#include "certificates.h"
#include "http_server.h"
#include "output/sinks.h"
#include "received.h"

namespace vedette::output {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Requests in order, and what they are answered.
class Receiver {
 public:
  explicit Receiver(Answer answer) : answer_(std::move(answer)) {}
  std::string operator()(const Request& request) {
    std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    return answer_(request);
  }
  std::vector<Request> requests() {
    std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<Request> requests_;
  Answer answer_;
};

std::vector<std::string> ids(const Request& request) {
  std::vector<std::string> result;
  for (const auto& alert : nlohmann::json::parse(request.body)) {
    result.push_back(alert["id"]);
  }
  return result;
}

std::string url(const TestServer& server, const std::string& path = "/alerts") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

std::unique_ptr<Sink> sink_to(const WebhookOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  auto sink = webhook_sink(options);
  EXPECT_TRUE(sink) << (sink ? "" : sink.error().message);
  return std::move(*sink);
}

class Webhook : public testing::Test {
 protected:
  void answer(Answer answer) {
    receiver_ = std::make_unique<Receiver>(std::move(answer));
    server_ = std::make_unique<TestServer>(answering([this](const Request& request) { return (*receiver_)(request); }));
  }
  void answer(int status, const std::string& headers = "", const std::string& body = "") {
    answer([=](const Request&) { return http_answer(status, headers, body); });
  }
  std::unique_ptr<Sink> sink(size_t batch = 100) { return sink_to({.http = {.url = url(*server_)}, .batch = batch}); }

  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(Webhook, PostsArraysInOrder) {
  answer(200);
  auto alerts = numbered_alerts(5);
  EXPECT_THAT(deliver_all(*sink(2), alerts).errors, testing::IsEmpty());
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].line, "POST /alerts HTTP/1.1");
  EXPECT_EQ(requests[0].headers["content-type"], "application/json");
  EXPECT_FALSE(requests[0].headers.contains("authorization"));
  EXPECT_EQ(requests[0].body,
            "[" + format(Format::kNative, alerts[0]) + "," + format(Format::kNative, alerts[1]) + "]");
  EXPECT_THAT(ids(requests[1]), ElementsAre("alert-3", "alert-4"));
  EXPECT_THAT(ids(requests[2]), ElementsAre("alert-5"));
}

TEST_F(Webhook, TheSameBatchHasTheSameKeyAndNoOtherHas) {
  answer(500);
  auto alerts = numbered_alerts(3);
  auto one = sink();
  one->write(alerts);
  one->write(alerts);
  one->write(std::span(alerts).first(2));
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 3U);
  std::string key = requests[0].headers["idempotency-key"];
  EXPECT_EQ(key.size(), 64U);
  EXPECT_EQ(requests[1].headers["idempotency-key"], key);
  EXPECT_NE(requests[2].headers["idempotency-key"], key);
}

TEST_F(Webhook, FalcoIsOneObjectARequest) {
  answer(204);
  auto alerts = numbered_alerts(2);
  deliver_all(*sink_to({.http = {.url = url(*server_)}, .format = Format::kFalco}), alerts);
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].body, format(Format::kFalco, alerts[0]));
  EXPECT_FALSE(webhook_sink({.http = {.url = url(*server_)}, .format = Format::kCef}));
}

TEST_F(Webhook, LinesAreEnded) {
  answer(200);
  auto alerts = numbered_alerts(3);
  for (Format form : {Format::kEcs, Format::kFalco}) {
    deliver_all(*sink_to({.http = {.url = url(*server_)}, .format = form, .body = Body::kLines, .batch = 2}), alerts);
    auto requests = receiver_->requests();
    ASSERT_GE(requests.size(), 2U);
    const auto& last_but_one = requests[requests.size() - 2];
    EXPECT_EQ(last_but_one.headers.at("content-type"), "application/x-ndjson");
    EXPECT_EQ(last_but_one.body, format(form, alerts[0]) + "\n" + format(form, alerts[1]) + "\n");
    EXPECT_EQ(requests.back().body, format(form, alerts[2]) + "\n");
  }
}

TEST_F(Webhook, ObjectsComeOneARequest) {
  answer(201);
  auto alerts = numbered_alerts(2);
  deliver_all(*sink_to({.http = {.url = url(*server_)}, .format = Format::kEcs, .body = Body::kObject}), alerts);
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].headers["content-type"], "application/json");
  EXPECT_EQ(requests[1].body, format(Format::kEcs, alerts[1]));
}

TEST_F(Webhook, WhatSaysNothingAboutTheAlertsIsTriedAgain) {
  for (int status : {301, 302, 307, 401, 403, 404, 405, 407, 408, 421, 425, 429, 500, 502, 503, 504}) {
    answer(status, "Location: http://127.0.0.1:1/other\r\n", "why\n\x1b[31m");
    auto alerts = numbered_alerts(3);
    Delivery delivery = sink()->write(alerts);
    EXPECT_EQ(delivery.done, 0U) << status;
    EXPECT_EQ(delivery.rejected, 0U) << status;
    EXPECT_THAT(delivery.error, HasSubstr("answered " + std::to_string(status))) << status;
    EXPECT_THAT(delivery.error, HasSubstr("why\\x0a\\x1b[31m")) << status;
    EXPECT_EQ(receiver_->requests().size(), 1U) << status;
  }
}

TEST_F(Webhook, TellsHowLongToWait) {
  auto alerts = numbered_alerts(1);
  answer(429, "Retry-After: 17\r\n");
  EXPECT_EQ(sink()->write(alerts).retry_after, std::chrono::seconds(17));
  answer(503, "Retry-After: 999999999\r\n");
  EXPECT_EQ(sink()->write(alerts).retry_after, std::chrono::hours(1));
  answer(503, "Retry-After: soon\r\n");
  EXPECT_EQ(sink()->write(alerts).retry_after, std::chrono::seconds(0));
}

TEST_F(Webhook, ARefusedAlertIsFoundAndLeftOut) {
  std::vector<std::string> taken;
  answer([&](const Request& request) {
    auto offered = ids(request);
    if (std::ranges::find(offered, "alert-7") != offered.end() ||
        std::ranges::find(offered, "alert-8") != offered.end()) {
      return http_answer(400, "", "alert-7 is not to our taste");
    }
    taken.insert(taken.end(), offered.begin(), offered.end());
    return http_answer(200);
  });
  Total total = deliver_all(*sink(), numbered_alerts(10));
  EXPECT_EQ(total.rejected, 2U);
  EXPECT_THAT(total.errors, ElementsAre(HasSubstr("answered 400: alert-7 is not to our taste")));
  EXPECT_THAT(taken,
              ElementsAre("alert-1", "alert-2", "alert-3", "alert-4", "alert-5", "alert-6", "alert-9", "alert-10"));
}

TEST_F(Webhook, GoesOnFromTheFirstThatWasNotDone) {
  std::vector<std::string> taken;
  int requests = 0;
  answer([&](const Request& request) {
    auto offered = ids(request);
    if (++requests == 1) {
      return http_answer(413);
    }
    if (requests == 3) {
      return http_answer(503);
    }
    taken.insert(taken.end(), offered.begin(), offered.end());
    return http_answer(200);
  });
  auto alerts = numbered_alerts(4);
  auto one = sink();
  EXPECT_EQ(one->write(alerts).done, 2U);
  deliver_all(*one, std::span(alerts).subspan(2));
  EXPECT_THAT(taken, ElementsAre("alert-1", "alert-2", "alert-3", "alert-4"));
}

TEST_F(Webhook, NoAnswerIsAnErrorWithinTheTimeout) {
  auto alerts = numbered_alerts(1);
  TestServer hung([](Peer& peer) { peer.wait_for_stop(); });
  Delivery delivery = sink_to({.http = {.url = url(hung), .timeout = milliseconds(200)}})->write(alerts);
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_THAT(delivery.error, HasSubstr("timed out"));
  TestServer rude([](Peer& peer) { peer.write("\x01\x02 not HTTP\r\n\r\n"); });
  EXPECT_EQ(sink_to({.http = {.url = url(rude)}})->write(alerts).done, 0U);
  TestServer cut([](Peer& peer) { read_request(peer); });
  EXPECT_EQ(sink_to({.http = {.url = url(cut)}})->write(alerts).done, 0U);
}

TEST_F(Webhook, IsMadeWhileTheReceiverIsDownAndDeliversOnceItIsThere) {
  uint16_t port = free_port();
  auto one = sink_to({.http = {.url = "http://127.0.0.1:" + std::to_string(port) + "/secret/path?key=secret"}});
  auto alerts = numbered_alerts(2);
  Delivery delivery = one->write(alerts);
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_THAT(delivery.error, HasSubstr("http://127.0.0.1:" + std::to_string(port) + ": "));
  EXPECT_THAT(delivery.error, Not(HasSubstr("secret")));
  Received received;
  TestServer server(answering([&](const Request& request) {
                      received.add(request.body);
                      return http_answer(200);
                    }),
                    {.port = port});
  deliver_all(*one, alerts);
  EXPECT_EQ(received.wait_for(1).size(), 1U);
}

TEST_F(Webhook, ALargeAnswerIsNotReadToItsEnd) {
  answer([](const Request&) { return http_answer(200, "", std::string(8 << 20, 'x')); });
  auto alerts = numbered_alerts(1);
  EXPECT_EQ(sink()->write(alerts).done, 1U);
  answer([](const Request&) { return http_answer(500, "", std::string(8 << 20, 'x')); });
  EXPECT_LT(sink()->write(alerts).error.size(), 400U);
}

TEST_F(Webhook, HostileTextIsJson) {
  answer(200);
  auto alerts = numbered_alerts(2);
  alerts[0].id = alerts[0].message = "\"}]\r\nX-Forged: 1\xff\0";
  EXPECT_EQ(sink()->write(alerts).done, 2U);
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(ids(requests[0]).size(), 2U);
  EXPECT_FALSE(requests[0].headers.contains("x-forged"));
}

TEST_F(Webhook, PostsEveryAlertInEveryForm) {
  answer(200);
  auto alerts = many_alerts();
  for (Format form : {Format::kNative, Format::kOcsf, Format::kEcs}) {
    size_t before = receiver_->requests().size();
    deliver_all(*sink_to({.http = {.url = url(*server_)}, .format = form}), alerts);
    std::vector<std::string> posted;
    auto requests = receiver_->requests();
    for (const Request& request : std::span(requests).subspan(before)) {
      for (const auto& alert : nlohmann::ordered_json::parse(request.body)) {
        posted.push_back(alert.dump());
      }
    }
    ASSERT_EQ(posted.size(), alerts.size());
    for (size_t i = 0; i < alerts.size(); ++i) {
      EXPECT_EQ(nlohmann::json::parse(posted[i]), nlohmann::json::parse(format(form, alerts[i])));
    }
  }
}

class WebhookToken : public Webhook {
 protected:
  WebhookToken() {
    char name[] = "/tmp/vedette-webhook-XXXXXX";
    directory_ = ::mkdtemp(name);
    file_ = directory_ / "token";
  }
  ~WebhookToken() override { std::filesystem::remove_all(directory_); }
  std::unique_ptr<Sink> with_token() { return sink_to({.http = {.url = url(*server_), .token_file = file_}}); }

  std::filesystem::path directory_;
  std::filesystem::path file_;
};

TEST_F(WebhookToken, IsSentAndReadAnewAndNeverShown) {
  answer([](const Request& request) {
    auto authorization = request.headers.at("authorization");
    return authorization == "Bearer new" ? http_answer(200) : http_answer(401, "", "no such token: " + authorization);
  });
  auto alerts = numbered_alerts(1);
  auto one = with_token();
  EXPECT_THAT(one->write(alerts).error, HasSubstr("No such file or directory"));
  std::ofstream(file_) << "rotated-away\n";
  Delivery refused = one->write(alerts);
  EXPECT_EQ(refused.done + refused.rejected, 0U);
  EXPECT_THAT(refused.error, HasSubstr("answered 401: no such token: Bearer <token>"));
  EXPECT_THAT(refused.error, Not(HasSubstr("rotated-away")));
  std::ofstream(file_) << "new\n";
  EXPECT_EQ(one->write(alerts).done, 1U);
}

TEST_F(WebhookToken, ComesAfterItsScheme) {
  answer(200);
  std::ofstream(file_) << "0000-1111\n";
  auto alerts = numbered_alerts(1);
  sink_to({.http = {.url = url(*server_), .token_file = file_, .token_scheme = "Splunk"}})->write(alerts);
  auto requests = receiver_->requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].headers["authorization"], "Splunk 0000-1111");
}

TEST_F(Webhook, VerifiesTheCertificate) {
  Certificates good("DNS:localhost");
  Certificates other("DNS:elsewhere.example");
  auto alerts = numbered_alerts(1);
  auto write = [&](const Certificates& served, const std::string& ca_file) {
    TestServer server(answering([](const Request&) { return http_answer(200); }),
                      {.certificate = served.certificate(), .key = served.key()});
    auto port = std::to_string(server.port());
    return sink_to({.http = {.url = "https://localhost:" + port + "/", .ca_file = ca_file}})->write(alerts);
  };
  EXPECT_EQ(write(good, good.authority()).error, "");
  EXPECT_THAT(write(good, "").error, HasSubstr("certificate"));
  EXPECT_THAT(write(good, other.authority()).error, HasSubstr("certificate"));
  EXPECT_THAT(write(other, other.authority()).error, HasSubstr("no alternative certificate subject name matches"));
}

}  // namespace
}  // namespace vedette::output
