// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

// The text with each dash that begins an argument (a word follows and none precedes) written as each of - / – — ―.
// nullopt: more than kMaxForms of placeholders.h.
std::optional<std::vector<std::string>> dash_forms(std::string_view text);

}  // namespace vedette::rules
