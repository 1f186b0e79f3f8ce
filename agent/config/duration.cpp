// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <charconv>
#include <cstdint>

#include "base/text.h"

namespace vedette::config {
namespace {

struct Unit {
  std::string_view name;
  int64_t milliseconds;
};

constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr int64_t kMost = 365 * int64_t{86'400'000};

std::unexpected<Error> bad(std::string_view text) {
  return fail("expected a duration such as 500ms, 60s, 2m or 1h, at most 365d; found '" +
              printable_utf8(text.substr(0, 80)) + "'");
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  if (error != std::errc() || count < 0) {
    return bad(text);
  }
  for (const auto& unit : kUnits) {
    if (rest == unit.name) {
      return count <= kMost / unit.milliseconds ? Result<std::chrono::milliseconds>(count * unit.milliseconds)
                                                : bad(text);
    }
  }
  return bad(text);
}

}  // namespace vedette::config
