// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "base/socket_address.h"
#include "output/sinks.h"
#include "output/stream.h"
#include "output/syslog_message.h"

namespace vedette::output {
namespace {

constexpr size_t kBatch = 100;

class SyslogSink final : public Sink {
 public:
  SyslogSink(SyslogOptions options, SocketAddress address)
      : options_(std::move(options)), address_(std::move(address)), pid_(static_cast<uint32_t>(::getpid())) {}

  // TCP takes what the receiver will never see: alerts are done when the receiver's kernel has acknowledged them and
  // the connection still stands.
  Delivery write(std::span<const Alert> alerts) override {
    if (auto status = connect(); !status) {
      return {.error = status.error().context(options_.address).message};
    }
    Delivery delivery;
    auto status = send(alerts, delivery);
    if (auto stands = confirm(); !stands) {
      delivery = {};
      status = stands;
    }
    if (!status) {
      stream_.reset();
      delivery.error = status.error().context(options_.address).message;
    }
    return delivery;
  }

  [[nodiscard]] size_t batch() const override { return kBatch; }

  void reopen() override { stream_.reset(); }

 private:
  [[nodiscard]] Deadline deadline() const { return std::chrono::steady_clock::now() + options_.timeout; }

  // A connection that stands; the last, when it does.
  Status connect() {
    if (stream_ && stream_->check()) {
      return {};
    }
    stream_.reset();
    auto stream = fresh();
    if (!stream) {
      return fail(stream.error());
    }
    stream_ = std::move(*stream);
    return {};
  }

  [[nodiscard]] Result<std::unique_ptr<Stream>> fresh() const {
    switch (address_.kind) {
      case SocketAddress::Kind::kTcp:
        return connect_tcp(address_.host, address_.port, deadline());
      case SocketAddress::Kind::kTls:
        return connect_tls(address_.host, address_.port, options_.ca_file, deadline());
      case SocketAddress::Kind::kUnix:
        break;
    }
    return connect_unix(address_.host);
  }

  // Octet counting where there are hosts; on a local stream a message ends in a zero byte, as syslog(3) has it.
  [[nodiscard]] std::string framed(const std::string& message) const {
    if (address_.kind != SocketAddress::Kind::kUnix) {
      return std::to_string(message.size()) + " " + message;
    }
    return stream_->keeps_boundaries() ? message : message + '\0';
  }

  // A receiver that is slow gets fewer at a time.
  Status send(std::span<const Alert> alerts, Delivery& delivery) {
    Deadline enough = deadline();
    for (const Alert& alert : alerts) {
      auto message = framed(syslog_message(alert, options_.format, options_.facility, pid_));
      auto status = stream_->send(message, deadline());
      if (!status && !stream_->too_large()) {
        return status;
      }
      if (!status) {  // it never is going to be taken
        ++delivery.rejected;
        delivery.error = options_.address + ": a message of " + std::to_string(message.size()) + " bytes is too large";
      }
      ++delivery.done;
      if (std::chrono::steady_clock::now() > enough) {
        break;
      }
    }
    return {};
  }

  Status confirm() {
    auto settled = stream_->settle(deadline());
    return settled ? stream_->check() : settled;
  }

  SyslogOptions options_;
  SocketAddress address_;
  uint32_t pid_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace

Result<std::unique_ptr<Sink>> syslog_sink(const SyslogOptions& options) {
  auto address = parse_socket_address(options.address);
  if (!address) {
    return fail(address.error());
  }
  return std::make_unique<SyslogSink>(options, std::move(*address));
}

}  // namespace vedette::output
