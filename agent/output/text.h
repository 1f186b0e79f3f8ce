// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vedette::output {

// Text that cannot steer a terminal or forge a line: bytes that are not UTF-8 and control characters (C0, DEL, C1)
// become "\xNN", line separators and the characters that reorder text (Unicode Bidi_Control) "\uNNNN".
std::string terminal_safe(std::string_view bytes);

// At most `characters` code points, "…" for what is left out.
std::string shortened(const std::string& utf8, size_t characters);

}  // namespace vedette::output
