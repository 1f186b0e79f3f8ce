// SPDX-License-Identifier: Apache-2.0
// ArcSight Common Event Format, version 0 of the header, keys of its extension dictionary (revision 25); what that has
// no key for has one that begins with Vedette. In values "\", "=" and line ends are escaped as the format demands, in
// the header "\" and "|", where a line end becomes a space; other control characters are spelled out ("\x1b").
#pragma once

#include <string>

#include "event/alert.h"

namespace vedette::output {

std::string to_cef(const Alert& alert);

}  // namespace vedette::output
