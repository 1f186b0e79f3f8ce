// SPDX-License-Identifier: Apache-2.0
// The records the agent makes itself, in the form of the wire contract (bpf/events.h).
#pragma once

#include <cstddef>
#include <vector>

#include "event/event.h"

namespace vedette {

using Buffer = std::vector<std::byte>;

// decode(encode(e)) gives e back. Strings longer than the contract's room are cut and flagged.
Buffer encode(const ExecEvent& event);
Buffer encode(const ContextEvent& event);
Buffer encode(const SelfEvent& event);
// `reason`: enum loss_reason.
Buffer encode_loss(uint64_t time_ns, uint32_t reason, uint64_t count);

}  // namespace vedette
