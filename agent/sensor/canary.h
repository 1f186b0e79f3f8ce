// SPDX-License-Identifier: Apache-2.0
// Small processes that each do one harmless thing a probe must show: what stays unseen names a probe that is attached
// but silent.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"

namespace vedette::sensor {

struct CanaryAct {
  std::string_view program;  // the probe it exercises
  pid_t pid = 0;
};

// Whom the acts are done to.
struct Stage {
  pid_t victim = 0;
  Fd environ;  // its files in procfs, opened by the monitor
  Fd mem;
};

class Canary {
 public:
  // Starts the processes; they act on a process of their own and end.
  explicit Canary(const std::vector<std::string>& programs);
  ~Canary();  // waits for them
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;

  [[nodiscard]] const std::vector<CanaryAct>& acts() const { return acts_; }
  [[nodiscard]] bool owns(pid_t pid) const;

 private:
  Stage stage_;
  int release_ = -1;
  std::vector<CanaryAct> acts_;
};

}  // namespace vedette::sensor
