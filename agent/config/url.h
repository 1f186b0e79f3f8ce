// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace vedette::config {

struct Url {
  bool secure = false;    // https
  bool loopback = false;  // the host is localhost, 127.0.0.0/8 or ::1
};

// An http or https URL with a host, and neither user, password nor fragment.
Result<Url> check_url(const std::string& text);

}  // namespace vedette::config
