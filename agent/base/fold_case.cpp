// SPDX-License-Identifier: Apache-2.0
#include "base/fold_case.h"

#include <clocale>
#include <cwctype>

#include "base/text.h"
#include "base/utf8.h"

namespace vedette {
namespace {

constexpr char32_t kCapitalDottedI = 0x130;
constexpr char32_t kSmallDotlessI = 0x131;

locale_t unicode() {
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return kUnicode;
}

// By way of the capital, so that letters with two small forms (sigma, long s) become one. The Turkish i's stay: only
// a Turkish folding makes them i.
char32_t fold(char32_t code) {
  if (unicode() == nullptr || code == kCapitalDottedI || code == kSmallDotlessI) {
    return code;
  }
  return static_cast<char32_t>(towlower_l(towupper_l(static_cast<wint_t>(code), unicode()), unicode()));
}

bool ascii(char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; }

// False: there is more than ASCII in it.
bool fold_ascii(std::string_view text, std::string& into) {
  unsigned char all = 0;
  into.resize(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    all |= static_cast<unsigned char>(text[i]);
    into[i] = lower_ascii(text[i]);
  }
  return ascii(static_cast<char>(all));
}

void fold_utf8(std::string_view text, std::string& into) {
  into.clear();
  while (!text.empty()) {
    Utf8Character character = ascii(text[0]) ? Utf8Character{} : first_character(text);
    if (character.size == 0) {
      into += lower_ascii(text[0]);
      character.size = 1;
    } else {
      append_utf8(into, fold(character.code));
    }
    text.remove_prefix(character.size);
  }
}

}  // namespace

void fold_case(std::string_view text, std::string& into) {
  if (!fold_ascii(text, into)) {
    fold_utf8(text, into);
  }
}

std::string fold_case(std::string_view text) {
  std::string result;
  fold_case(text, result);
  return result;
}

}  // namespace vedette
