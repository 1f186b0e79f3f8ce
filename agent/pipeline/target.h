// SPDX-License-Identifier: Apache-2.0
// Which process an access reached for, when the kernel could name it only by a number or a path.
#pragma once

#include <optional>
#include <string_view>

#include "event/event.h"
#include "process/procfs.h"
#include "process/table.h"

namespace vedette {

// The pid or tid in "…/123/environ", "…/123/task/124/mem", "task/124/environ". nullopt: none, or the actor's own
// (self).
std::optional<uint32_t> number_in_path(std::string_view path);

// nullptr: not to be found, or the actor itself. `proc` may be null.
const Process* target_of(const AccessEvent& event, const Process& actor, const ProcessTable& table, ProcSource* proc);

}  // namespace vedette
