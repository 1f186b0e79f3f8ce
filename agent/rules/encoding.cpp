// SPDX-License-Identifier: Apache-2.0
#include "rules/encoding.h"

#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace vedette::rules {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char32_t kReplacement = 0xfffd;

void append_unit(std::string& bytes, char32_t unit, ByteOrder order) {
  auto high = static_cast<char>(unit >> 8U & 0xffU);
  auto low = static_cast<char>(unit & 0xffU);
  bytes += order == ByteOrder::kLittle ? std::string{low, high} : std::string{high, low};
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    size_t given = std::min<size_t>(3, bytes.size() - i);
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < given ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      text += j <= given ? kDigits[bits >> (18 - 6 * j) & 0x3fU] : '=';
    }
  }
  return text;
}

// The first digits mix with what stands before, the last with what follows.
std::vector<std::string> base64_offsets(std::string_view bytes) {
  constexpr std::array<size_t, 3> kFirst = {0, 2, 3};
  constexpr std::array<size_t, 3> kMixedLast = {0, 3, 2};
  std::vector<std::string> forms;
  for (size_t before = 0; before < 3; ++before) {
    std::string text = base64(std::string(before, ' ') + std::string(bytes));
    size_t last = kMixedLast[(bytes.size() + before) % 3];
    forms.push_back(text.substr(kFirst[before], text.size() - kFirst[before] - last));
  }
  return forms;
}

std::string utf16(std::string_view text, ByteOrder order) {
  std::string bytes;
  while (!text.empty()) {
    auto [code, size] = first_character(text);
    code = size == 0 ? kReplacement : code;
    if (code < 0x10000) {
      append_unit(bytes, code, order);
    } else {
      append_unit(bytes, 0xd800U + ((code - 0x10000U) >> 10U), order);
      append_unit(bytes, 0xdc00U + ((code - 0x10000U) & 0x3ffU), order);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return bytes;
}

}  // namespace vedette::rules
