// SPDX-License-Identifier: Apache-2.0
// The encodings a rule's value may be looked for in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

// RFC 4648, with padding.
std::string base64(std::string_view bytes);

// What of `bytes` is the same in the Base64 of every longer text around it, for the three places it can begin at. Needs
// two bytes or more: of fewer nothing is left.
std::vector<std::string> base64_offsets(std::string_view bytes);

enum class ByteOrder { kLittle, kBig };

// UTF-8 to UTF-16; a byte that is not UTF-8 becomes U+FFFD.
std::string utf16(std::string_view text, ByteOrder order);

}  // namespace vedette::rules
