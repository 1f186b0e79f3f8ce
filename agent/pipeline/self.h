// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "event/event.h"

namespace vedette {

// What of its target the event concerns, as McpObject of rules and `object` of alerts: "SIGSTOP". "" none.
std::string object_of(const AccessEvent& event);

}  // namespace vedette
