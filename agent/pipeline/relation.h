// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "process/table.h"

namespace vedette {

enum class Relation {
  kSelf,
  kLauncher,    // the actor is an ancestor of the root of the target's server: the client, or what started it
  kDescendant,  // the target is an ancestor of the actor
  kSameServer,
  kStranger,
};
std::string_view name(Relation relation);

// `target_root`, `actor_root`: roots of the servers they belong to, nullptr when to none.
Relation relation(const ProcessTable& table, const Process& actor, const Process& target, const ProcessId* actor_root,
                  const ProcessId* target_root);

}  // namespace vedette
