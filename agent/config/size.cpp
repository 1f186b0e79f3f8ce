// SPDX-License-Identifier: Apache-2.0
#include "config/size.h"

#include <charconv>

#include "base/text.h"

namespace vedette::config {
namespace {

struct Unit {
  std::string_view name;
  uint64_t bytes;
};

constexpr Unit kUnits[] = {{"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}};
constexpr uint64_t kMost = 1ULL << 40;

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  uint64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  if (error == std::errc() && count == 0 && rest.empty()) {
    return 0;
  }
  for (const Unit& unit : kUnits) {
    if (error == std::errc() && rest == unit.name && count <= kMost / unit.bytes) {
      return count * unit.bytes;
    }
  }
  return fail("expected a size such as 512KiB, 64MiB or 1GiB, at most 1024GiB, or 0; found '" +
              printable_utf8(text.substr(0, 80)) + "'");
}

}  // namespace vedette::config
