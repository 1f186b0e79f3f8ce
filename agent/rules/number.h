// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace vedette::rules {

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(value) : std::nullopt;
}

inline std::optional<int> whole_number(std::string_view text) { return parse_number<int>(text); }

// Not infinity and its like.
inline std::optional<double> number(std::string_view text) {
  auto value = parse_number<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace vedette::rules
