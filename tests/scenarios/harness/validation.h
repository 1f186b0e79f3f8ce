// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/process.h"

namespace vedette::scenario {

// tests/scenarios/validate.py over lines of alerts: status 0 when nothing is wrong with them, and what it said.
Finished validate(const Scratch& scratch, const LineReader::Lines& alerts);

// Whether $VEDETTE_OCSF_CHECK asks for the alerts of every scenario to be validated.
bool validates_every_scenario();

}  // namespace vedette::scenario
