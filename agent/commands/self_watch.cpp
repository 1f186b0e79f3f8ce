// SPDX-License-Identifier: Apache-2.0
#include "commands/self_watch.h"

#include <sys/stat.h>
#include <unistd.h>

namespace vedette::commands {
namespace {

SelfEvent event_of(uint64_t now_ns, Behavior behavior, const std::string& file) {
  return {
      .time_ns = now_ns, .behavior = behavior, .monitor = {.pid = static_cast<uint32_t>(::getpid())}, .object = file};
}

}  // namespace

std::optional<SelfWatch::Stamp> SelfWatch::stamp_of(const std::string& file) {
  struct stat status{};
  if (::lstat(file.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return Stamp{.device = status.st_dev,
               .inode = status.st_ino,
               .mode = status.st_mode,
               .owner = status.st_uid,
               .size = status.st_size,
               .modified_s = status.st_mtim.tv_sec,
               .modified_ns = status.st_mtim.tv_nsec};
}

void SelfWatch::adopt(const std::string& file) { state_[file] = stamp_of(file); }

void SelfWatch::keep(const std::string& file) { kept_[file] = Presence::kThere; }

// Editors take a file away for a moment.
bool SelfWatch::goes(const std::string& file, Presence& presence) {
  if (::access(file.c_str(), F_OK) == 0) {
    presence = Presence::kThere;
    return false;
  }
  bool gone = presence == Presence::kMissed;
  presence = presence == Presence::kThere ? Presence::kMissed : Presence::kGone;
  return gone;
}

std::vector<SelfEvent> SelfWatch::look(uint64_t now_ns) {
  std::vector<SelfEvent> events;
  for (auto& [file, known] : state_) {
    auto stamp = stamp_of(file);
    if (stamp != known) {
      events.push_back(event_of(now_ns, Behavior::kStateTamper, file));
      known = stamp;
    }
  }
  for (auto& [file, presence] : kept_) {
    if (goes(file, presence)) {
      events.push_back(event_of(now_ns, Behavior::kConfigurationRemoved, file));
    }
  }
  return events;
}

}  // namespace vedette::commands
