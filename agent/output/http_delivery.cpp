// SPDX-License-Identifier: Apache-2.0
#include "output/http_delivery.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "output/text.h"

namespace vedette::output {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kEnough{20};  // after which a batch that is being halved is left for later
constexpr size_t kShown = 200;               // characters of an answer in an error
constexpr std::array kAboutTheEndpoint = {401L, 403L, 404L, 405L, 407L, 408L, 421L, 425L, 429L};

enum class Verdict : uint8_t { kTaken, kLater, kRefused };

Verdict verdict(long status) {
  if (status >= 200 && status < 300) {
    return Verdict::kTaken;
  }
  bool refused =
      status >= 400 && status < 500 && std::ranges::find(kAboutTheEndpoint, status) == kAboutTheEndpoint.end();
  return refused ? Verdict::kRefused : Verdict::kLater;
}

// The same for the same alerts in the same order, whatever their ids hold.
std::string idempotency_key(std::span<const Alert> alerts) {
  std::string ids;
  for (const Alert& alert : alerts) {
    ids += alert.id + "\n";
  }
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(ids.data()), ids.size(), digest.data());
  std::string hex;
  for (unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 0xfU];
  }
  return hex;
}

std::string reason(const HttpReply& reply) {
  std::string redirect = reply.status >= 300 && reply.status < 400 ? " (redirects are not followed)" : "";
  std::string said = shortened(terminal_safe(reply.body), kShown);
  return "answered " + std::to_string(reply.status) + redirect + (said.empty() ? "" : ": " + said);
}

// A path or a query may hold what is secret.
std::string origin(const std::string& url) {
  size_t host = url.find("://");
  return host == std::string::npos ? url : url.substr(0, url.find_first_of("/?", host + 3));
}

class Batch {
 public:
  Batch(HttpClient& client, const BatchBody& body) : client_(client), body_(body) {}

  Delivery deliver(std::span<const Alert> alerts) {
    auto reply = client_.post(body_(alerts), {"Idempotency-Key: " + idempotency_key(alerts)});
    if (!reply) {
      return {.error = terminal_safe(reply.error().message)};
    }
    switch (verdict(reply->status)) {
      case Verdict::kTaken:
        return {.done = alerts.size()};
      case Verdict::kLater:
        return {.error = reason(*reply), .retry_after = reply->retry_after};
      case Verdict::kRefused:
        break;
    }
    return alerts.size() == 1 ? Delivery{.done = 1, .rejected = 1, .error = reason(*reply)} : halves(alerts);
  }

 private:
  Delivery halves(std::span<const Alert> alerts) {
    size_t half = alerts.size() / 2;
    Delivery left = deliver(alerts.first(half));
    if (left.done < half || steady_clock::now() > enough_) {
      return left;
    }
    Delivery right = deliver(alerts.subspan(half));
    return {.done = left.done + right.done,
            .rejected = left.rejected + right.rejected,
            .error = right.error.empty() ? left.error : right.error,
            .retry_after = right.retry_after};
  }

  HttpClient& client_;
  const BatchBody& body_;
  steady_clock::time_point enough_ = steady_clock::now() + kEnough;
};

}  // namespace

Delivery deliver(HttpClient& client, std::span<const Alert> alerts, const BatchBody& body) {
  Delivery delivery = Batch(client, body).deliver(alerts);
  if (!delivery.error.empty()) {
    delivery.error = origin(client.url()) + ": " + delivery.error;
  }
  return delivery;
}

}  // namespace vedette::output
