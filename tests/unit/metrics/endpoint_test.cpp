// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "base/fd.h"
#include "metrics/metrics.h"

namespace vedette::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Fd connect_to(int port, const char* address = "127.0.0.1") {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  ::inet_pton(AF_INET, address, &to.sin_addr);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0) {
    fd.reset();
  }
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  return text;
}

std::string request(int port, const std::string& method_and_path) {
  Fd fd = connect_to(port);
  std::string text = method_and_path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return read_all(fd.get());
}

class EndpointTest : public testing::Test {
 protected:
  void start(const std::string& listen = "127.0.0.1:0") {
    auto started = Endpoint::start(listen, metrics_);
    ASSERT_TRUE(started) << started.error().message;
    endpoint_ = std::move(*started);
  }
  [[nodiscard]] std::string error_of(const std::string& listen) {
    auto started = Endpoint::start(listen, metrics_);
    return started ? "started" : started.error().message;
  }

  Metrics metrics_{{"0.1.0", "abc"}};
  std::unique_ptr<Endpoint> endpoint_;
};

TEST_F(EndpointTest, ServesTheMetrics) {
  start();
  EXPECT_GT(endpoint_->port(), 0);
  std::string answer = request(endpoint_->port(), "GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
  EXPECT_THAT(answer, HasSubstr("\nvedette_build_info{revision=\"abc\",version=\"0.1.0\"} 1\n"));
}

TEST_F(EndpointTest, ServesHealthAndNothingElse) {
  start();
  EXPECT_THAT(request(endpoint_->port(), "GET /healthz"), testing::EndsWith("\r\n\r\nok\n"));
  EXPECT_THAT(request(endpoint_->port(), "GET /"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(request(endpoint_->port(), "GET /etc/passwd"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(request(endpoint_->port(), "POST /metrics"), StartsWith("HTTP/1.1 405"));
}

TEST_F(EndpointTest, HeadHasNoBody) {
  start();
  std::string answer = request(endpoint_->port(), "HEAD /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, Not(HasSubstr("vedette_build_info")));
}

TEST_F(EndpointTest, ListensWhereItIsToldOnly) {
  start("127.0.0.2:0");
  EXPECT_TRUE(connect_to(endpoint_->port(), "127.0.0.2"));
  EXPECT_FALSE(connect_to(endpoint_->port(), "127.0.0.1"));
}

TEST_F(EndpointTest, SaysThatThePortIsTaken) {
  start();
  std::string listen = "127.0.0.1:" + std::to_string(endpoint_->port());
  EXPECT_THAT(error_of(listen), StartsWith("cannot serve metrics on " + listen + ": "));
  EXPECT_THAT(error_of(listen), HasSubstr("already in use"));
}

TEST_F(EndpointTest, SaysThatTheAddressIsNotOurs) {
  EXPECT_THAT(error_of("192.0.2.1:9477"), HasSubstr("Cannot assign requested address"));
}

TEST_F(EndpointTest, RefusesWhatIsNoAddress) {
  for (const char* listen : {"", "9477", ":9477", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                             "127.0.0.1:80s", "127.0.0.1:1,0.0.0.0:2", "::1:9477", "[::1]:1", "+1:2"}) {
    EXPECT_THAT(error_of(listen), HasSubstr("expected ADDR:PORT with an IPv4 address or a host name, found \""))
        << listen;
  }
}

TEST_F(EndpointTest, StopsSoonWithAnIdleClient) {
  start();
  Fd idle = connect_to(endpoint_->port());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  auto begin = std::chrono::steady_clock::now();
  endpoint_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

TEST_F(EndpointTest, CanStartAgainOnTheSamePort) {
  start();
  int port = endpoint_->port();
  request(port, "GET /healthz");
  endpoint_.reset();
  start("127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(endpoint_->port(), port);
}

}  // namespace
}  // namespace vedette::metrics
