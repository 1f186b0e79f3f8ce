// SPDX-License-Identifier: Apache-2.0
// Events as rules see them.
#pragma once

#include <string>
#include <string_view>

#include "event/event.h"
#include "pipeline/server_table.h"
#include "process/process.h"
#include "rules/fields.h"

namespace vedette {

// Who is concerned by an event, looked up once.
struct Parties {
  const Process* actor = nullptr;
  const Process* actor_parent = nullptr;
  const Process* target = nullptr;  // accesses only
  const Process* opener = nullptr;  // of the descriptor used, when it was another
  const Server* actor_server = nullptr;
  const Server* target_server = nullptr;
  const Server* opener_server = nullptr;
  bool target_is_monitor = false;
  std::string actor_user;
  std::string parent_user;  // of actor_parent
  std::string target_user;
  std::string opener_user;
};

// Each makes the record one of the event, whatever it was before.
void fill(rules::Record& record, const AccessEvent& event, const Parties& parties, std::string_view relation);
void fill(rules::Record& record, const SelfEvent& event, const Parties& parties);  // without an actor
void fill(rules::Record& record, const NetworkEvent& event, const Parties& parties, std::string_view egress);
void fill(rules::Record& record, const ExecEvent& event, const Parties& parties);
void fill(rules::Record& record, const ExitEvent& event, const Parties& parties);

// "pid-start"
std::string guid(const ProcessId& id);

}  // namespace vedette
