// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <functional>

#include "output/json.h"
#include "output/line_writer.h"
#include "output/sinks.h"

namespace vedette::output {
namespace {

constexpr size_t kBatch = 100;

class StdoutSink final : public Sink {
 public:
  using Form = std::function<std::string(const Alert&)>;

  StdoutSink(Form form, std::chrono::milliseconds timeout) : form_(std::move(form)), timeout_(timeout) {}

  Delivery write(std::span<const Alert> alerts) override {
    Delivery delivery;
    for (const Alert& alert : alerts) {
      if (auto status = print(form_(alert)); !status) {
        delivery.error = status.error().message;
        break;
      }
      ++delivery.done;
    }
    return delivery;
  }

  [[nodiscard]] size_t batch() const override { return kBatch; }

 private:
  Status print(const std::string& line) {
    auto ready = wait_writable(STDOUT_FILENO, timeout_);
    return ready ? writer_.write(STDOUT_FILENO, line) : ready;
  }

  Form form_;
  std::chrono::milliseconds timeout_;
  LineWriter writer_;
};

}  // namespace

std::unique_ptr<Sink> stdout_sink(Format format, std::chrono::milliseconds timeout) {
  return std::make_unique<StdoutSink>([format](const Alert& alert) { return output::format(format, alert); }, timeout);
}

std::unique_ptr<Sink> stdout_text_sink(bool color, std::chrono::milliseconds timeout) {
  return std::make_unique<StdoutSink>([color](const Alert& alert) { return to_text(alert, color); }, timeout);
}

}  // namespace vedette::output
