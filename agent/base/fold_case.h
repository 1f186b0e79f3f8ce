// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vedette {

// Texts that differ in case alone become equal: simple case folding of Unicode, as the C library's locale C.UTF-8 knows
// it (where that is not installed, of ASCII alone). Bytes that are not UTF-8 stay.
std::string fold_case(std::string_view text);
// The same, into room that is kept.
void fold_case(std::string_view text, std::string& into);

}  // namespace vedette
