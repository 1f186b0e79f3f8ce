// SPDX-License-Identifier: Apache-2.0
#include "process/container.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr size_t kIdLength = 64;

bool hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string container_id(std::string_view cgroup) {
  size_t begin = 0;
  while (begin < cgroup.size()) {
    size_t end = begin;
    while (end < cgroup.size() && hex(cgroup[end])) {
      ++end;
    }
    if (end - begin == kIdLength) {
      return std::string(cgroup.substr(begin, kIdLength));
    }
    begin = std::max(end, begin + 1);
  }
  return {};
}

}  // namespace vedette
