// SPDX-License-Identifier: Apache-2.0
#include <civetweb.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <mutex>
#include <string_view>

#include "metrics/metrics.h"
#include "metrics/shared_text.h"

namespace vedette::metrics {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr auto kTextInterval = 100ms;
constexpr auto kSendLimit = 2s;
constexpr size_t kSendChunk = 4096;

// A client gets one answer a connection, and has half a second to ask for it. So with 64 threads the last of the 1088
// connections that may wait is answered after nine seconds, even if all before it say nothing; Prometheus gives up
// after ten. Waiting ones cost the kernel's memory, and a descriptor only those in connection_queue.
constexpr std::array kOptions = {"num_threads",        "64",    //
                                 "connection_queue",   "64",    //
                                 "listen_backlog",     "1024",  //
                                 "request_timeout_ms", "500",   //
                                 "max_request_size",   "8192",  //
                                 "enable_keep_alive",  "no"};

// civetweb's timeout begins anew with each piece a client takes, so a slow reader is given up here.
void send(mg_connection* connection, std::string_view body) {
  auto end = Clock::now() + kSendLimit;
  while (!body.empty() && Clock::now() < end) {
    std::string_view chunk = body.substr(0, kSendChunk);
    if (mg_write(connection, chunk.data(), chunk.size()) != static_cast<int>(chunk.size())) {
      return;
    }
    body.remove_prefix(chunk.size());
  }
}

// Answers GET and HEAD; the status, as a request handler of civetweb returns it.
int answer(mg_connection* connection, const char* type, std::string_view body) {
  std::string_view method = mg_get_request_info(connection)->request_method;
  if (method != "GET" && method != "HEAD") {
    mg_send_http_error(connection, 405, "%s", "GET or HEAD is expected here");
    return 405;
  }
  mg_send_http_ok(connection, type, static_cast<long long>(body.size()));
  if (method == "GET") {
    send(connection, body);
  }
  return 200;
}

int answer_metrics(mg_connection* connection, void* text) {
  return answer(connection, kMetricsType, *static_cast<SharedText*>(text)->get());
}

int answer_health(mg_connection* connection, void* /*unused*/) { return answer(connection, "text/plain", "ok\n"); }

bool valid_port(std::string_view text) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

// civetweb takes lists and suffixes that mean TLS, and Debian's is built without IPv6.
bool valid_address(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-'; });
}

Status check_listen(const std::string& listen) {
  size_t colon = listen.rfind(':');
  if (colon != std::string::npos && valid_address(std::string_view(listen).substr(0, colon)) &&
      valid_port(std::string_view(listen).substr(colon + 1))) {
    return {};
  }
  return fail("expected ADDR:PORT with an IPv4 address or a host name, found \"" + listen + "\"");
}

}  // namespace

struct Endpoint::Impl {
  explicit Impl(const Metrics& metrics) : text([&metrics] { return metrics.text(); }, kTextInterval) {}
  ~Impl() { mg_stop(context); }

  static int keep_message(const mg_connection* connection, const char* message);
  Status start(const std::string& listen);
  std::string first_message();

  SharedText text;
  mg_context* context = nullptr;
  int port = 0;
  std::mutex mutex;
  std::string message;  // the first the server would have put on stderr
};

// civetweb's log_message; 1: said, not to be printed.
int Endpoint::Impl::keep_message(const mg_connection* connection, const char* message) {
  if (auto* impl = static_cast<Impl*>(mg_get_user_data(mg_get_context(connection)))) {
    std::scoped_lock lock(impl->mutex);
    impl->message = impl->message.empty() ? message : impl->message;
  }
  return 1;
}

std::string Endpoint::Impl::first_message() {
  std::scoped_lock lock(mutex);
  return message.empty() ? "the server did not start" : message;
}

Status Endpoint::Impl::start(const std::string& listen) {
  std::vector<const char*> options = {"listening_ports", listen.c_str()};
  options.insert(options.end(), kOptions.begin(), kOptions.end());
  options.push_back(nullptr);
  mg_callbacks callbacks{};
  callbacks.log_message = keep_message;
  context = mg_start(&callbacks, this, options.data());
  mg_server_port bound{};
  if (context == nullptr || mg_get_server_ports(context, 1, &bound) != 1) {
    return fail(first_message());
  }
  port = bound.port;
  return {};
}

Endpoint::Endpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Endpoint::~Endpoint() = default;

Result<std::unique_ptr<Endpoint>> Endpoint::start(const std::string& listen, Metrics& metrics) {
  auto impl = std::make_unique<Impl>(metrics);
  auto started = check_listen(listen);
  if (started) {
    started = impl->start(listen);
  }
  if (!started) {
    return fail(started.error().context("cannot serve metrics on " + listen));
  }
  mg_set_request_handler(impl->context, "/metrics", answer_metrics, &impl->text);
  mg_set_request_handler(impl->context, "/healthz", answer_health, nullptr);
  return std::unique_ptr<Endpoint>(new Endpoint(std::move(impl)));
}

int Endpoint::port() const { return impl_->port; }

}  // namespace vedette::metrics
