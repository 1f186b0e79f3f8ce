// SPDX-License-Identifier: Apache-2.0
// The BPF programs: loaded as far as this kernel takes them, and attached.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

struct vedette_bpf;
struct bpf_link;
struct bpf_program;

namespace vedette::sensor {

struct LoadOptions {
  uint32_t agent_pid = 0;  // whose doings are no events
  uint64_t fold_ns = 0;    // 0: every event is sent
};

class ProgramSet {
 public:
  // Loads the programs named; those the kernel refuses are left out with a reason, the rest goes on without them.
  static Result<std::unique_ptr<ProgramSet>> load(const std::vector<std::string>& programs, const LoadOptions& options);
  ~ProgramSet();
  ProgramSet(const ProgramSet&) = delete;
  ProgramSet& operator=(const ProgramSet&) = delete;

  // Attaches a loaded program and keeps it so. The error says why the kernel would not.
  Status attach(std::string_view program, int cgroup_fd);
  void detach_all();

  [[nodiscard]] vedette_bpf& skeleton() { return *skeleton_; }

 private:
  ProgramSet() = default;
  [[nodiscard]] bpf_program* find(std::string_view program) const;

  vedette_bpf* skeleton_ = nullptr;
  std::map<std::string, std::string, std::less<>> refused_;  // program → why
  std::vector<bpf_link*> links_;
};

// One sentence naming what the kernel lacks for any of this to work.
Status kernel_can_run_us();

}  // namespace vedette::sensor
