// SPDX-License-Identifier: Apache-2.0
#include "output/http_delivery.h"
#include "output/sinks.h"

namespace vedette::output {
namespace {

class WebhookSink final : public Sink {
 public:
  explicit WebhookSink(const WebhookOptions& options)
      : client_(options.http), format_(options.format), batch_(options.batch) {}

  Delivery write(std::span<const Alert> alerts) override {
    return deliver(client_, alerts, [this](std::span<const Alert> part) { return body(part); });
  }

  // falcosidekick takes one object a request.
  [[nodiscard]] size_t batch() const override { return format_ == Format::kFalco ? 1 : batch_; }

  void reopen() override { client_.reopen(); }

 private:
  [[nodiscard]] std::string body(std::span<const Alert> alerts) const {
    if (format_ == Format::kFalco) {
      return output::format(format_, alerts.front());
    }
    std::string array = "[";
    for (const Alert& alert : alerts) {
      array += (array.size() > 1 ? "," : "") + output::format(format_, alert);
    }
    return array + "]";
  }

  HttpClient client_;
  Format format_;
  size_t batch_;
};

}  // namespace

Result<std::unique_ptr<Sink>> webhook_sink(const WebhookOptions& options) {
  if (options.format == Format::kCef) {
    return fail("a webhook takes JSON: native, ocsf, ecs or falco");
  }
  return std::make_unique<WebhookSink>(options);
}

}  // namespace vedette::output
