// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vedette::servers {

// JSON as editors write it: comments and trailing commas are passed over. A mistake has line and column in `file`.
std::expected<nlohmann::json, Diagnostic> parse_lenient_json(const std::string& file, std::string_view text);

// Overwrites every text in it: such files hold secrets.
void wipe_all(nlohmann::json& json);

// The same text with comments and trailing commas as spaces.
std::string strict_json(std::string_view text);

}  // namespace vedette::servers
