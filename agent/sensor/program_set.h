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
  explicit ProgramSet(LoadOptions options) : options_(options) {}
  ~ProgramSet();
  ProgramSet(const ProgramSet&) = delete;
  ProgramSet& operator=(const ProgramSet&) = delete;

  // Program → why the kernel refused it.
  using Refusals = std::map<std::string, std::string, std::less<>>;
  // Loads these beside what is loaded already; all share the maps of the first. What the kernel refuses is left out.
  Result<Refusals> load(const std::vector<std::string>& programs);

  // Attaches a loaded program and keeps it so. The error says why the kernel would not.
  Status attach(std::string_view program, int cgroup_fd);
  void detach(std::string_view program);
  void detach_all();
  // Programs attached by us that somebody else has detached or replaced.
  [[nodiscard]] std::vector<std::string> broken() const;

  // Of the first load: its maps are everybody's.
  [[nodiscard]] vedette_bpf& skeleton() { return *objects_.front(); }

 private:
  struct Destroy {
    void operator()(vedette_bpf* object) const;
  };
  using Object = std::unique_ptr<vedette_bpf, Destroy>;

  [[nodiscard]] Object open(const std::vector<std::string>& programs) const;
  [[nodiscard]] Result<Refusals> try_each(const std::vector<std::string>& programs) const;
  [[nodiscard]] bpf_program* find(std::string_view program) const;

  LoadOptions options_;
  std::vector<Object> objects_;
  std::map<std::string, size_t, std::less<>> loaded_;    // program → its object
  std::map<std::string, bpf_link*, std::less<>> links_;  // by program
};

// One sentence naming what the kernel lacks for any of this to work.
Status kernel_can_run_us();

}  // namespace vedette::sensor
