// SPDX-License-Identifier: Apache-2.0
// Elastic Common Schema 8.17. What it has no field for is below `vedette`, the target of an access in
// `vedette.target`. https://www.elastic.co/guide/en/ecs/8.17/ecs-field-reference.html
#pragma once

#include <string>

#include "event/alert.h"

namespace vedette::output {

std::string to_ecs(const Alert& alert);

}  // namespace vedette::output
