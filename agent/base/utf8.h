// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vedette {

struct Utf8Character {
  char32_t code = 0;
  size_t size = 0;  // bytes; 0: no well-formed sequence is there
};

// The character `text` begins with (RFC 3629).
Utf8Character first_character(std::string_view text);

void append_utf8(std::string& text, char32_t code);

}  // namespace vedette
