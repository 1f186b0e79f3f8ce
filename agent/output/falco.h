// SPDX-License-Identifier: Apache-2.0
// Falco's JSON output, as falcosidekick reads it. https://falco.org/docs/reference/rules/supported-fields/
#pragma once

#include <string>

#include "event/alert.h"

namespace vedette::output {

std::string to_falco(const Alert& alert);

}  // namespace vedette::output
