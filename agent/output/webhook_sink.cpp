// SPDX-License-Identifier: Apache-2.0
#include "output/http_delivery.h"
#include "output/sinks.h"

namespace vedette::output {
namespace {

// falcosidekick takes one object a request.
Body body_of(const WebhookOptions& options) {
  return options.body.value_or(options.format == Format::kFalco ? Body::kObject : Body::kArray);
}

HttpOptions http_of(const WebhookOptions& options) {
  HttpOptions http = options.http;
  http.content_type = body_of(options) == Body::kLines ? "application/x-ndjson" : "application/json";
  return http;
}

class WebhookSink final : public Sink {
 public:
  explicit WebhookSink(const WebhookOptions& options)
      : client_(http_of(options)), format_(options.format), body_(body_of(options)), batch_(options.batch) {}

  Delivery write(std::span<const Alert> alerts) override {
    return deliver(client_, alerts, [this](std::span<const Alert> part) { return body(part); });
  }

  [[nodiscard]] size_t batch() const override { return body_ == Body::kObject ? 1 : batch_; }

  void reopen() override { client_.reopen(); }

 private:
  [[nodiscard]] std::string body(std::span<const Alert> alerts) const {
    switch (body_) {
      case Body::kObject:
        return output::format(format_, alerts.front());
      case Body::kLines:
        return lines(alerts);
      case Body::kArray:
        break;
    }
    return array(alerts);
  }

  [[nodiscard]] std::string array(std::span<const Alert> alerts) const {
    std::string text = "[";
    for (const Alert& alert : alerts) {
      text += (text.size() > 1 ? "," : "") + output::format(format_, alert);
    }
    return text + "]";
  }

  [[nodiscard]] std::string lines(std::span<const Alert> alerts) const {
    std::string text;
    for (const Alert& alert : alerts) {
      text += output::format(format_, alert) + "\n";
    }
    return text;
  }

  HttpClient client_;
  Format format_;
  Body body_;
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
