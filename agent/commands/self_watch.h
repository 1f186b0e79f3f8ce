// SPDX-License-Identifier: Apache-2.0
// What others do to the monitor's own files, found by looking at them again and again. Who it was cannot be told.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "event/event.h"

namespace vedette::commands {

class SelfWatch {
 public:
  // A file of the state: any change is told but one that adopt() follows.
  void adopt(const std::string& file);
  // A file users may change: that it goes is told, if it is still gone at the next look.
  void keep(const std::string& file);
  // kStateTamper and kConfigurationRemoved, each change once.
  std::vector<SelfEvent> look(uint64_t now_ns);

 private:
  struct Stamp {
    dev_t device;
    ino_t inode;
    mode_t mode;
    uid_t owner;
    off_t size;
    int64_t modified_s;
    int64_t modified_ns;

    bool operator==(const Stamp&) const = default;
  };
  enum class Presence : uint8_t { kThere, kMissed, kGone };

  static std::optional<Stamp> stamp_of(const std::string& file);
  static bool goes(const std::string& file, Presence& presence);

  std::map<std::string, std::optional<Stamp>> state_;  // nullopt: not there
  std::map<std::string, Presence> kept_;
};

}  // namespace vedette::commands
