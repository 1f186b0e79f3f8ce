// SPDX-License-Identifier: Apache-2.0
// Alerts as messages of RFC 5424.
#pragma once

#include <string>

#include "event/alert.h"
#include "output/format.h"

namespace vedette::output {

// RFC 5424, 6.2.1: 2 critical … 6 informational. 0 and 1 are left to what concerns the whole machine.
int syslog_severity(Level level);

// HEADER, STRUCTURED-DATA and MSG without framing, in one line. `pid` is the PROCID.
std::string syslog_message(const Alert& alert, Format format, int facility, uint32_t pid);

}  // namespace vedette::output
