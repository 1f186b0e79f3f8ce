// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace vedette::commands {

// The state directory, made if need be with mode 0700, held by one monitor at a time. Refused when it, something in it
// or a directory on the way to it is, or may be changed by, somebody else's (self_paths.h); rights too wide on what is
// ours are taken away, with a warning in the log.
class StateDir {
 public:
  // Refuses when another instance holds it, naming its pid. One that is read-only cannot be held, and is no reason not
  // to monitor.
  static Result<StateDir> lock(const std::string& path);
  [[nodiscard]] bool held() const { return static_cast<bool>(lock_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  StateDir(std::string path, Fd fd) : path_(std::move(path)), lock_(std::move(fd)) {}
  std::string path_;
  Fd lock_;
};

std::string destinations_file(const StateDir& state);
constexpr const char* kMarkerFile = "running";  // self_marker.h

std::string control_socket(const std::string& state);
// Of state/store.h.
std::string state_file(const std::string& state);

}  // namespace vedette::commands
