// SPDX-License-Identifier: Apache-2.0
// %name% in a value with the modifier 'expand': it stands for the values the configuration gives that name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

// The values a text may stand for are at most this many.
inline constexpr size_t kMaxForms = 1000;

using Placeholders = std::map<std::string, std::vector<std::string>>;

struct Expanded {
  std::vector<std::string> texts;  // every combination; more than kMaxForms are cut
  std::string undefined;           // not empty: the first name nobody defined
  bool too_many = false;
};

// \% is a plain percent sign. Values are not expanded again.
Expanded expand(std::string_view text, const Placeholders& placeholders);

}  // namespace vedette::rules
