// SPDX-License-Identifier: Apache-2.0
// Alerts for the tests of formats.
#pragma once

#include <string>
#include <vector>

#include "event/alert.h"

namespace vedette::output {

Alert full_alert();          // every field is set, with one event of a correlation
Alert bare_alert();          // nothing optional is known
std::string hostile_text();  // quotes, separators, control characters, bytes that are not UTF-8, …

// Of every behavior, outcome and level; with every field unknown in turn; with hostile text everywhere.
std::vector<Alert> many_alerts();

// Those of tests/recordings: of real sessions.
std::vector<Alert> recorded_alerts();

// many_alerts() and recorded_alerts().
std::vector<Alert> all_alerts();

}  // namespace vedette::output
