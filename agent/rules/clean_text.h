// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rules/yaml.h"

namespace vedette::rules {

// Reports bytes and lines no rule file may have. The text again, without a byte order mark and with spaces for the
// bytes.
std::string clean_text(const std::string& text, const Report& report);

}  // namespace vedette::rules
