// SPDX-License-Identifier: Apache-2.0
// Where servers have sent before: a destination new to a server without a declared list is told once.
#pragma once

#include <set>
#include <string>

#include "base/result.h"

namespace vedette {

class Destinations {
 public:
  // True the first time.
  bool remember(const std::string& server, const std::string& destination);

  // A file that is not there is an empty memory.
  Status load(const std::string& file);
  // Writes a new file beside and renames it, if anything changed since.
  Status save(const std::string& file);

 private:
  static constexpr size_t kLimit = 100'000;
  std::set<std::pair<std::string, std::string>> known_;
  bool changed_ = false;
};

}  // namespace vedette
