// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vedette {
namespace {

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// One element of a wildcard pattern and how many bytes of the pattern it takes.
struct Element {
  enum { kStar, kAny, kByte } kind;
  char byte;
  size_t size;
};

Element element_at(std::string_view pattern, size_t at) {
  char c = pattern[at];
  if (c == '*') {
    return {Element::kStar, c, 1};
  }
  if (c == '?') {
    return {Element::kAny, c, 1};
  }
  if (c == '\\' && at + 1 < pattern.size()) {
    char next = pattern[at + 1];
    if (next == '*' || next == '?' || next == '\\') {
      return {Element::kByte, next, 2};
    }
  }
  return {Element::kByte, c, 1};
}

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replace, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// Length of the well-formed UTF-8 sequence at the start, 0 when there is none (RFC 3629).
size_t utf8_length(std::string_view s) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  auto tail = [&](size_t i) { return i < s.size() && (byte(i) & 0xc0U) == 0x80U; };
  unsigned first = byte(0);
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

bool wildcard_match(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t after_star = std::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size()) {
      Element element = element_at(pattern, p);
      if (element.kind == Element::kStar) {
        after_star = p = p + element.size;
        star_text = t;
        continue;
      }
      if (element.kind == Element::kAny || lower_char(element.byte) == lower_char(text[t])) {
        p += element.size;
        ++t;
        continue;
      }
    }
    if (after_star == std::string_view::npos) {
      return false;
    }
    p = after_star;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

std::string lower(std::string_view text) {
  std::string result;
  lower(text, result);
  return result;
}

void lower(std::string_view text, std::string& into) {
  into.resize(text.size());
  std::transform(text.begin(), text.end(), into.begin(), lower_char);
}

std::string_view base_name(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = word.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    size_t d = distance(lower(word), lower(candidate));
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string printable_utf8(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string result;
  result.reserve(bytes.size());
  while (!bytes.empty()) {
    size_t length = utf8_length(bytes);
    if (length == 0) {
      auto byte = static_cast<unsigned char>(bytes[0]);
      result += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xfU]};
      length = 1;
    } else {
      result += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return result;
}

}  // namespace vedette
