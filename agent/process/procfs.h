// SPDX-License-Identifier: Apache-2.0
// What /proc tells of processes that were running before the monitor, behind an interface so that a recording needs
// none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "event/event.h"

namespace vedette {

class ProcSource {
 public:
  virtual ~ProcSource() = default;
  // Fills executable, args (redacted), cwd and cgroup of event.process.pid. False: it is gone.
  virtual bool describe(ExecEvent& event) = 0;
  // A process as /proc alone knows it; its start time has the resolution of a clock tick. nullopt: gone.
  virtual std::optional<ExecEvent> find(uint32_t pid) = 0;
  // The process a thread belongs to; 0: gone.
  virtual uint32_t thread_group(uint32_t tid) = 0;
};

class Procfs : public ProcSource {
 public:
  explicit Procfs(std::string root = "/proc") : root_(std::move(root)) {}
  bool describe(ExecEvent& event) override;
  std::optional<ExecEvent> find(uint32_t pid) override;
  uint32_t thread_group(uint32_t tid) override;

 private:
  [[nodiscard]] std::string file(uint32_t pid, const char* name) const;
  std::string root_;
};

}  // namespace vedette
