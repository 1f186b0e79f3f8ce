// SPDX-License-Identifier: Apache-2.0
// Batches of alerts over HTTP.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "output/http.h"
#include "output/sink.h"

namespace vedette::output {

using BatchBody = std::function<std::string(std::span<const Alert>)>;

// 2xx: done. What says nothing about the alerts is an error, to be tried again: no answer, 3xx, 401, 403, 404, 405,
// 407, 408, 421, 425, 429, 5xx. Any other answer refuses: the batch is halved down to the alert that is refused for
// good.
Delivery deliver(HttpClient& client, std::span<const Alert> alerts, const BatchBody& body);

}  // namespace vedette::output
