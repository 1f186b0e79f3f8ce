// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/utf8.h"

namespace vedette {
namespace {

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
      if (element.kind == Element::kAny || lower_ascii(element.byte) == lower_ascii(text[t])) {
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
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_ascii);
  return result;
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
    size_t length = first_character(bytes).size;
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
