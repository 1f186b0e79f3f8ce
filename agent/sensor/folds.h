// SPDX-License-Identifier: Apache-2.0
// Events the kernel counted instead of sending come back as records with a count.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "event/encode.h"

namespace vedette::sensor {

class FoldReader {
 public:
  FoldReader(int access_map, int network_map) : access_map_(access_map), network_map_(network_map) {}

  // Records for what was counted since the last call. Entries idle for a while are removed from the kernel's map; with
  // `finish`, all are.
  std::vector<Buffer> collect(uint64_t now_ns, bool finish);
  [[nodiscard]] size_t entries() const { return reported_.size(); }

 private:
  template <typename Key>
  void collect_map(int map, uint64_t now_ns, bool finish, std::vector<Buffer>& records);

  int access_map_;
  int network_map_;
  std::map<std::string, uint64_t> reported_;  // key bytes → total already reported
};

}  // namespace vedette::sensor
