// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "alerts.h"
#include "certificates.h"
#include "output/sinks.h"
#include "output/syslog_message.h"
#include "received.h"
#include "test_server.h"

namespace vedette::output {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kSmallBuffer = 4096;  // a message larger than the client's and this needs a reader

// The id of the alert in a message.
std::string id_of(const std::string& message) {
  size_t begin = message.find("id=\"") + 4;
  return message.substr(begin, message.find('"', begin) - begin);
}

std::vector<std::string> ids(const std::vector<std::string>& messages) {
  std::vector<std::string> result(messages.size());
  std::ranges::transform(messages, result.begin(), id_of);
  return result;
}

// One octet-counted message; "" at the end.
std::string read_frame(Peer& peer) {
  std::string length;
  for (std::string digit = peer.read(1); digit != " "; digit = peer.read(1)) {
    if (digit.empty()) {
      return "";
    }
    length += digit;
  }
  std::string message = peer.read(std::stoul(length));
  return message.size() == std::stoul(length) ? message : "";
}

TestServer::Serve reading_into(Received& received) {
  return [&received](Peer& peer) {
    for (std::string message = read_frame(peer); !message.empty(); message = read_frame(peer)) {
      received.add(message);
    }
  };
}

std::unique_ptr<Sink> sink_to(const std::string& address, const std::string& ca_file = "",
                              milliseconds timeout = kSinkTimeout) {
  std::signal(SIGPIPE, SIG_IGN);
  auto sink = syslog_sink({.address = address, .ca_file = ca_file, .timeout = timeout});
  EXPECT_TRUE(sink) << (sink ? "" : sink.error().message);
  return std::move(*sink);
}

std::string tcp(uint16_t port) { return "tcp://127.0.0.1:" + std::to_string(port); }

Alert large_alert(const std::string& id, size_t bytes) {
  Alert alert = sample_alert();
  alert.id = id;
  alert.message = std::string(bytes, 'x');
  return alert;
}

TEST(SyslogTcp, DeliversInOrder) {
  Received received;
  TestServer server(reading_into(received));
  auto sink = sink_to(tcp(server.port()));
  EXPECT_THAT(deliver_all(*sink, numbered_alerts(3)).errors, testing::IsEmpty());
  EXPECT_THAT(deliver_all(*sink, numbered_alerts(2)).errors, testing::IsEmpty());
  EXPECT_THAT(ids(received.wait_for(5)), ElementsAre("alert-1", "alert-2", "alert-3", "alert-1", "alert-2"));
}

TEST(SyslogTcp, IsMadeWhileTheReceiverIsDownAndDeliversOnceItIsThere) {
  uint16_t port = free_port();
  auto sink = sink_to(tcp(port));
  auto alerts = numbered_alerts(2);
  Delivery delivery = sink->write(alerts);
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_EQ(delivery.error, tcp(port) + ": cannot connect: Connection refused");
  Received received;
  TestServer server(reading_into(received), {.port = port});
  deliver_all(*sink, alerts);
  EXPECT_THAT(ids(received.wait_for(2)), ElementsAre("alert-1", "alert-2"));
}

TEST(SyslogTcp, AReceiverThatClosedBetweenBatchesLosesNothing) {
  Received received;
  Received closed;
  TestServer server([&](Peer& peer) { received.add(read_frame(peer)); }, {.closed = [&] { closed.add(""); }});
  auto sink = sink_to(tcp(server.port()));
  size_t writes = 0;
  for (const Alert& alert : numbered_alerts(3)) {
    size_t done = 0;
    while (done == 0) {
      done = sink->write(std::span(&alert, 1)).done;
      ASSERT_EQ(closed.wait_for(++writes).size(), writes);
    }
  }
  auto arrived = ids(received.wait_for(writes));
  arrived.erase(std::ranges::unique(arrived).begin(), arrived.end());
  EXPECT_THAT(arrived, ElementsAre("alert-1", "alert-2", "alert-3")) << "each once or more, in order";
}

TEST(SyslogTcp, AReceiverThatDiesAmidABatchGetsItAgain) {
  Received received;
  bool first = true;
  TestServer server(
      [&](Peer& peer) {
        if (std::exchange(first, false)) {
          received.add("first " + id_of(read_frame(peer)));
          peer.reset_on_close();
          return;
        }
        reading_into(received)(peer);
      },
      {.receive_buffer = kSmallBuffer});
  auto sink = sink_to(tcp(server.port()));
  std::vector<Alert> alerts = {sample_alert(), large_alert("large", 10 << 20), sample_alert()};
  alerts[0].id = "before";
  alerts[2].id = "after";
  EXPECT_EQ(sink->write(alerts).done, 0U);
  deliver_all(*sink, alerts);
  auto messages = received.wait_for(4);
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[0], "first before");
  EXPECT_THAT(ids({messages.begin() + 1, messages.end()}), ElementsAre("before", "large", "after"));
}

TEST(SyslogTcp, AReceiverThatHangsIsGivenUp) {
  TestServer server([](Peer& peer) { peer.wait_for_stop(); }, {.receive_buffer = kSmallBuffer});
  auto sink = sink_to(tcp(server.port()), "", milliseconds(200));
  std::vector<Alert> alerts = {large_alert("large", 10 << 20)};
  Delivery delivery = sink->write(alerts);
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_THAT(delivery.error, testing::AnyOf(HasSubstr("timed out"), HasSubstr("does not acknowledge")));
}

TEST(SyslogTcp, ConnectsAnewWhenAsked) {
  Received received;
  Received connections;
  TestServer server([&](Peer& peer) {
    connections.add("one");
    reading_into(received)(peer);
  });
  auto sink = sink_to(tcp(server.port()));
  deliver_all(*sink, numbered_alerts(1));
  sink->reopen();
  deliver_all(*sink, numbered_alerts(1));
  EXPECT_EQ(received.wait_for(2).size(), 2U);
  EXPECT_EQ(connections.wait_for(2).size(), 2U);
}

TEST(SyslogTcp, FramesSurviveHostileText) {
  Received received;
  TestServer server(reading_into(received));
  auto sink = sink_to(tcp(server.port()));
  std::vector<Alert> alerts;
  for (const char* text : {"\n<0>1 forged", "12 345", "\xff\xfe\x01", "naïve \xf0\x9f\x90\xb4", "]\"\\"}) {
    alerts.push_back(sample_alert());
    alerts.back().rule.title = alerts.back().message = text;
  }
  deliver_all(*sink, alerts);
  auto messages = received.wait_for(alerts.size());
  ASSERT_EQ(messages.size(), alerts.size());
  for (const auto& message : messages) {
    EXPECT_TRUE(message.starts_with("<131>1 ")) << message;
    EXPECT_TRUE(message.ends_with("}")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(SyslogTcp, FramesHoldEveryAlertInEveryForm) {
  Received received;
  TestServer server(reading_into(received));
  auto alerts = many_alerts();
  std::vector<std::string> expected;
  for (Format form : {Format::kNative, Format::kOcsf, Format::kEcs, Format::kFalco, Format::kCef}) {
    auto sink = syslog_sink({.address = tcp(server.port()), .format = form});
    deliver_all(**sink, alerts);
    for (const Alert& alert : alerts) {
      expected.push_back(syslog_message(alert, form, 16, static_cast<uint32_t>(::getpid())));
    }
  }
  EXPECT_TRUE(received.wait_for(expected.size()) == expected);
}

class SyslogTls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    good_ = std::make_unique<Certificates>("DNS:localhost,IP:127.0.0.1");
    other_ = std::make_unique<Certificates>("DNS:elsewhere.example");
  }
  static void TearDownTestSuite() {
    good_.reset();
    other_.reset();
  }
  TestServer server(const Certificates& certificates) {
    return {reading_into(received_), {.certificate = certificates.certificate(), .key = certificates.key()}};
  }
  static std::string tls(const std::string& host, uint16_t port) {
    return "tls://" + host + ":" + std::to_string(port);
  }

  static inline std::unique_ptr<Certificates> good_;
  static inline std::unique_ptr<Certificates> other_;
  Received received_;
};

TEST_F(SyslogTls, DeliversToATrustedReceiverByNameAndByAddress) {
  TestServer receiver(server(*good_));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    deliver_all(*sink_to(tls(host, receiver.port()), good_->authority()), numbered_alerts(2));
  }
  EXPECT_THAT(ids(received_.wait_for(4)), ElementsAre("alert-1", "alert-2", "alert-1", "alert-2"));
}

TEST_F(SyslogTls, RefusesAnAuthorityThatIsNotTrusted) {
  TestServer receiver(server(*good_));
  auto alerts = numbered_alerts(1);
  for (const std::string& ca_file : {std::string(), other_->authority()}) {
    Delivery delivery = sink_to(tls("localhost", receiver.port()), ca_file)->write(alerts);
    EXPECT_EQ(delivery.done, 0U);
    EXPECT_THAT(delivery.error, HasSubstr("the certificate is refused: unable to get local issuer certificate"));
  }
}

TEST_F(SyslogTls, RefusesTheCertificateOfAnotherHost) {
  TestServer receiver(server(*other_));
  auto alerts = numbered_alerts(1);
  Delivery by_name = sink_to(tls("localhost", receiver.port()), other_->authority())->write(alerts);
  EXPECT_THAT(by_name.error, HasSubstr("the certificate is refused: hostname mismatch"));
  Delivery by_address = sink_to(tls("127.0.0.1", receiver.port()), other_->authority())->write(alerts);
  EXPECT_THAT(by_address.error, HasSubstr("the certificate is refused: IP address mismatch"));
}

TEST_F(SyslogTls, SaysThatTheAuthorityCannotBeRead) {
  TestServer receiver(server(*good_));
  auto alerts = numbered_alerts(1);
  EXPECT_THAT(sink_to(tls("localhost", receiver.port()), "/no/such")->write(alerts).error,
              HasSubstr("cannot use the certificates of /no/such: "));
}

TEST_F(SyslogTls, AReceiverWithoutTlsIsAnErrorWithinTheTimeout) {
  TestServer plain([](Peer& peer) {
    peer.read();
    peer.write("this is not TLS\n");
  });
  TestServer hung([](Peer& peer) { peer.wait_for_stop(); });
  auto alerts = numbered_alerts(1);
  EXPECT_THAT(sink_to(tls("localhost", plain.port()))->write(alerts).error, HasSubstr("TLS: wrong version number"));
  EXPECT_THAT(sink_to(tls("localhost", hung.port()), "", milliseconds(200))->write(alerts).error,
              HasSubstr("TLS: timed out"));
}

TEST_F(SyslogTls, AReceiverThatDiesAmidABatchGetsItAgain) {
  bool first = true;
  TestServer receiver(
      [&](Peer& peer) {
        if (std::exchange(first, false)) {
          read_frame(peer);
          peer.reset_on_close();
          return;
        }
        reading_into(received_)(peer);
      },
      {.certificate = good_->certificate(), .key = good_->key(), .receive_buffer = kSmallBuffer});
  auto sink = sink_to(tls("localhost", receiver.port()), good_->authority());
  std::vector<Alert> alerts = {sample_alert(), large_alert("large", 10 << 20)};
  EXPECT_EQ(sink->write(alerts).done, 0U);
  deliver_all(*sink, alerts);
  EXPECT_THAT(ids(received_.wait_for(2)), ElementsAre(sample_alert().id, "large"));
}

class SyslogUnix : public testing::Test {
 protected:
  SyslogUnix() {
    char name[] = "/tmp/vedette-syslog-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ / "log";
  }
  ~SyslogUnix() override { fs::remove_all(directory_); }

  Fd bind(int type) {
    fs::remove(path_);
    Fd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(::listen(fd.get(), 4), 0);
    }
    return fd;
  }
  static std::string receive(const Fd& fd) {
    std::string text(65536, '\0');
    ssize_t n = ::recv(fd.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return text;
  }

  fs::path directory_;
  fs::path path_;
};

TEST_F(SyslogUnix, SendsADatagramAMessage) {
  Fd socket = bind(SOCK_DGRAM);
  auto sink = sink_to("unix:" + path_.string());
  deliver_all(*sink, numbered_alerts(2));
  EXPECT_EQ(id_of(receive(socket)), "alert-1");
  std::string second = receive(socket);
  EXPECT_TRUE(second.starts_with("<131>1 "));
  EXPECT_TRUE(second.ends_with("}"));
}

TEST_F(SyslogUnix, FallsBackToAStream) {
  Fd socket = bind(SOCK_STREAM);
  auto sink = sink_to("unix:" + path_.string());
  deliver_all(*sink, numbered_alerts(2));
  Fd peer(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::string text = receive(peer);
  EXPECT_EQ(std::ranges::count(text, '\0'), 2);
  EXPECT_TRUE(text.ends_with(std::string("}\0", 2)));
}

TEST_F(SyslogUnix, FollowsAReceiverThatWasStartedAnew) {
  Fd socket = bind(SOCK_DGRAM);
  auto sink = sink_to("unix:" + path_.string());
  deliver_all(*sink, numbered_alerts(1));
  EXPECT_EQ(id_of(receive(socket)), "alert-1");
  socket.reset();
  fs::remove(path_);
  auto alerts = numbered_alerts(1);
  EXPECT_EQ(sink->write(alerts).done, 0U);
  EXPECT_THAT(sink->write(alerts).error, HasSubstr("cannot connect: No such file or directory"));
  socket = bind(SOCK_DGRAM);
  deliver_all(*sink, alerts);
  EXPECT_EQ(id_of(receive(socket)), "alert-1");
}

TEST_F(SyslogUnix, AReceiverThatHangsIsGivenUpAndGetsTheRestInOrder) {
  Fd socket = bind(SOCK_DGRAM);
  auto sink = sink_to("unix:" + path_.string(), "", milliseconds(100));
  auto alerts = numbered_alerts(2000);
  std::span<const Alert> left = alerts;
  Delivery delivery;
  while (delivery.error.empty() && !left.empty()) {
    delivery = sink->write(left.first(std::min(left.size(), sink->batch())));
    left = left.subspan(delivery.done);
  }
  EXPECT_THAT(delivery.error, HasSubstr("timed out"));
  ASSERT_FALSE(left.empty());
  std::string last;
  for (std::string message = receive(socket); !message.empty(); message = receive(socket)) {
    last = id_of(message);
  }
  EXPECT_EQ(last, alerts[alerts.size() - left.size() - 1].id);
  EXPECT_GT(sink->write(left.first(1)).done, 0U);
  EXPECT_EQ(id_of(receive(socket)), left.front().id);
}

TEST_F(SyslogUnix, ADatagramThatIsTooLargeIsRejectedAlone) {
  Fd socket = bind(SOCK_DGRAM);
  std::vector<Alert> alerts = {sample_alert(), large_alert("large", 20 << 20), sample_alert()};
  alerts[2].id = "after";
  Total total = deliver_all(*sink_to("unix:" + path_.string()), alerts);
  EXPECT_EQ(total.rejected, 1U);
  EXPECT_THAT(total.errors, ElementsAre(HasSubstr("bytes is too large")));
  EXPECT_EQ(id_of(receive(socket)), sample_alert().id);
  EXPECT_EQ(id_of(receive(socket)), "after");
}

TEST(Syslog, RefusesAnAddressOfAnotherShape) {
  EXPECT_FALSE(syslog_sink({.address = "udp://127.0.0.1:514"}));
  EXPECT_FALSE(syslog_sink({.address = ""}));
}

}  // namespace
}  // namespace vedette::output
