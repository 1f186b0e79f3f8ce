// SPDX-License-Identifier: Apache-2.0
// Which probe of the table shows each part on this kernel: the first that loads, attaches and, if it can be exercised,
// shows what it should.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "sensor/capabilities.h"
#include "sensor/kernel_types.h"
#include "sensor/program_set.h"

namespace vedette::sensor {

class Probes {
 public:
  using Names = std::set<std::string, std::less<>>;  // of programs

  // `without`: programs not to try.
  Probes(Family family, const std::vector<std::string>& without, LoadOptions options);

  // Loads what every kernel must take; then the maps are there.
  Status load();
  // The error is of a probe without which nothing works.
  Status attach(Fd cgroup);
  // These showed nothing of what they should: the next probe of each part takes over, where there is one. True: others
  // are attached now.
  bool give_way(const Names& silent);
  // Attaches again what somebody else has detached; what cannot be is tried at each call, and silent meanwhile. The
  // hooks found detached now.
  std::vector<std::string> mend();
  // Attaching others needs what this gives back.
  void forget_types() { types_.reset(); }

  [[nodiscard]] const Names& attached() const { return attached_; }
  [[nodiscard]] ProgramSet& programs() { return programs_; }
  // kTrampoline: at least one is attached.
  [[nodiscard]] Family family() const;
  [[nodiscard]] std::vector<CapabilityStatus> coverage() const;

 private:
  const Probe* candidate(const Part& part);
  void refuse_changed(const Probe& probe);
  Status load_candidates(Family family);
  bool attach(const Probe& probe);
  Status attach_all();
  [[nodiscard]] PartStatus status_of(const Part& part) const;
  [[nodiscard]] Family family_of(std::string_view capability) const;

  Family wanted_;
  ProgramSet programs_;
  std::optional<Result<KernelTypes>> types_;  // while probes are chosen: it takes megabytes
  Fd cgroup_;
  ProgramSet::Refusals refused_;  // program → why it is not attached
  Names loaded_;
  Names attached_;
  Names silent_;
  Names detached_;  // by somebody else, and not attached again yet
};

}  // namespace vedette::sensor
