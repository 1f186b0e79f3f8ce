// SPDX-License-Identifier: Apache-2.0
#include "commands/time_point.h"

#include <array>
#include <ctime>

#include "config/duration.h"

namespace vedette::commands {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

bool is_end(const std::string& rest) {
  size_t end = rest.starts_with(".") ? rest.find_first_not_of("0123456789", 1) : 0;
  return end == std::string::npos || rest.substr(end).empty() || rest.substr(end) == "Z";
}

// Of ".5Z".
uint64_t fraction(const std::string& rest) {
  uint64_t result = 0;
  uint64_t unit = kSecond;
  for (size_t i = 1; i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; ++i) {
    unit /= 10;
    result += unit * static_cast<uint64_t>(rest[i] - '0');
  }
  return result;
}

}  // namespace

Result<uint64_t> parse_time(const std::string& text, uint64_t now) {
  if (auto duration = config::parse_duration(text)) {
    return now - static_cast<uint64_t>(duration->count()) * 1'000'000;
  }
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"}) {
    std::tm time{};
    const char* rest = ::strptime(text.c_str(), form, &time);
    if (rest != nullptr && is_end(rest)) {
      std::time_t seconds = ::timegm(&time);
      return seconds < 0 ? 0 : static_cast<uint64_t>(seconds) * kSecond + fraction(rest);
    }
  }
  return fail("expected a duration such as 90m or 2d, or a time such as 2026-11-21T02:03:04Z, found '" + text + "'");
}

}  // namespace vedette::commands
