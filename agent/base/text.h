// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

// Sigma wildcards: * any run, ? any one byte, \* \? \\ themselves. ASCII case does not matter. Linear in text × stars.
bool wildcard_match(std::string_view pattern, std::string_view text);

// ASCII only; other bytes stay. Text of any script: fold_case.h.
constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text);

// The part after the last '/'.
std::string_view base_name(std::string_view path);

// The candidate nearest to `word` by edit distance, "" when none is near enough to be a slip.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// Bytes that are not UTF-8 become "\xNN".
std::string printable_utf8(std::string_view bytes);

}  // namespace vedette
