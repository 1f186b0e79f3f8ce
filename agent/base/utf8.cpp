// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

namespace vedette {
namespace {

// Length of the well-formed sequence at the start, 0 when there is none.
size_t length_of_first(std::string_view s) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  auto tail = [&](size_t i) { return i < s.size() && (byte(i) & 0xc0U) == 0x80U; };
  unsigned first = s.empty() ? 0xffU : byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xc2 && first <= 0xdf) {
    return tail(1) ? 2 : 0;
  }
  if (first >= 0xe0 && first <= 0xef) {
    bool overlong = first == 0xe0 && s.size() > 1 && byte(1) < 0xa0;
    bool surrogate = first == 0xed && s.size() > 1 && byte(1) >= 0xa0;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    bool overlong = first == 0xf0 && s.size() > 1 && byte(1) < 0x90;
    bool beyond = first == 0xf4 && s.size() > 1 && byte(1) >= 0x90;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

Utf8Character first_character(std::string_view text) {
  static constexpr unsigned kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  size_t size = length_of_first(text);
  if (size == 0) {
    return {};
  }
  char32_t code = static_cast<unsigned char>(text[0]) & kFirstBits[size];
  for (size_t i = 1; i < size; ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  return {code, size};
}

void append_utf8(std::string& text, char32_t code) {
  auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  auto tail = [&](unsigned shift) { add(0x80U | (code >> shift & 0x3fU)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0U | code >> 6U);
    tail(0);
  } else if (code < 0x10000) {
    add(0xe0U | code >> 12U);
    tail(6);
    tail(0);
  } else {
    add(0xf0U | code >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace vedette
