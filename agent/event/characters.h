// SPDX-License-Identifier: Apache-2.0
// ASCII, whatever the locale.
#pragma once

#include <cstddef>
#include <string_view>

namespace vedette {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) { return is_upper(c) || is_lower(c) || is_digit(c); }
constexpr bool is_name(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// Where the characters that pass the test end.
template <typename Test>
size_t run_end(std::string_view text, size_t from, Test test) {
  while (from < text.size() && test(text[from])) {
    ++from;
  }
  return from;
}

}  // namespace vedette
