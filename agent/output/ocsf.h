// SPDX-License-Identifier: Apache-2.0
// OCSF 1.8.0, class Detection Finding (2004), profiles host, security_control and, where a process runs in one,
// container. https://schema.ocsf.io/1.8.0/classes/detection_finding
#pragma once

#include <string>

#include "event/alert.h"

namespace vedette::output {

std::string to_ocsf(const Alert& alert);

}  // namespace vedette::output
