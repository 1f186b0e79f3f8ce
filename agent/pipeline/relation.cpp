// SPDX-License-Identifier: Apache-2.0
#include "pipeline/relation.h"

#include <array>

namespace vedette {

std::string_view name(Relation relation) {
  static constexpr std::array<std::string_view, 5> kNames = {"self", "launcher", "descendant", "same_server",
                                                             "stranger"};
  return kNames[static_cast<size_t>(relation)];
}

Relation relation(const ProcessTable& table, const Process& actor, const Process& target, const ProcessId* actor_root,
                  const ProcessId* target_root) {
  if (actor.id == target.id) {
    return Relation::kSelf;
  }
  if (table.is_ancestor(target.id, actor)) {
    return Relation::kDescendant;
  }
  if (target_root != nullptr) {
    const Process* root = table.find(*target_root);
    if (root != nullptr && table.is_ancestor(actor.id, *root)) {
      return Relation::kLauncher;
    }
  }
  bool same = actor_root != nullptr && target_root != nullptr && *actor_root == *target_root;
  return same ? Relation::kSameServer : Relation::kStranger;
}

}  // namespace vedette
