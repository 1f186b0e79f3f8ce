// SPDX-License-Identifier: Apache-2.0
// Matches → alerts.
#pragma once

#include <string>
#include <vector>

#include "event/alert.h"
#include "pipeline/context.h"
#include "pipeline/record_builder.h"
#include "process/table.h"
#include "rules/engine.h"

namespace vedette {

// What an alert will say of an event, whatever rule finds it.
struct Sighting {
  AlertEvidence evidence;
  Outcome outcome = Outcome::kAllowed;
  std::optional<AlertServer> server;
  uint64_t count = 1;
  uint64_t first_seen = 0;
};

class AlertBuilder {
 public:
  AlertBuilder(const Context& context, const ProcessTable& table) : context_(context), table_(table) {}

  [[nodiscard]] Sighting sight(const AccessEvent& event, const Parties& parties) const;
  [[nodiscard]] Sighting sight(const SelfEvent& event, const Parties& parties) const;
  [[nodiscard]] Sighting sight(const NetworkEvent& event, const Parties& parties) const;
  [[nodiscard]] Sighting sight(uint64_t time_ns, Behavior behavior, const Parties& parties, uint32_t uid) const;

  // `events`: those behind a correlation, oldest first. The id is the same for the same events and rule.
  [[nodiscard]] Alert build(const rules::RuleInfo& rule, const Sighting& sighting, std::vector<AlertEvidence> events,
                            uint64_t lost_before, uint64_t sequence) const;

 private:
  [[nodiscard]] AlertProcess process(const Process& process, const Server* server, const std::string& user,
                                     uint32_t uid) const;
  [[nodiscard]] uint64_t wall(uint64_t boot_ns) const;

  const Context& context_;
  const ProcessTable& table_;
};

// What folds with what: rule, actor, target, destination or object, outcome.
std::string fold_key(const Alert& alert);

}  // namespace vedette
