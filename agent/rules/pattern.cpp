// SPDX-License-Identifier: Apache-2.0
#include "rules/pattern.h"

#include <algorithm>
#include <iterator>

namespace vedette::rules {
namespace {

constexpr uint16_t kOne = 256;
constexpr uint16_t kRun = 257;

uint16_t byte(char c) { return static_cast<unsigned char>(c); }

bool escapable(char c) { return c == '*' || c == '?' || c == '\\'; }

// The end of the UTF-8 character that starts at `at`.
size_t after_character(std::string_view text, size_t at) {
  do {
    ++at;
  } while (at < text.size() && (byte(text[at]) & 0xc0U) == 0x80U);
  return at;
}

std::vector<uint16_t> parse(std::string_view text) {
  std::vector<uint16_t> elements;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && escapable(text[i + 1])) {
      elements.push_back(byte(text[++i]));
    } else if (text[i] == '*') {
      elements.push_back(kRun);
    } else if (text[i] == '?') {
      elements.push_back(kOne);
    } else {
      elements.push_back(byte(text[i]));
    }
  }
  return elements;
}

}  // namespace

Pattern::Pattern(std::string_view text, Anchor anchor) : elements_(parse(text)) { wrap(anchor); }

Pattern Pattern::literal(std::string_view bytes, Anchor anchor) {
  Pattern pattern;
  std::ranges::transform(bytes, std::back_inserter(pattern.elements_), byte);
  pattern.wrap(anchor);
  return pattern;
}

std::optional<std::string> without_escapes(std::string_view text) {
  std::string bytes;
  for (uint16_t element : parse(text)) {
    if (element >= kOne) {
      return std::nullopt;
    }
    bytes += static_cast<char>(element);
  }
  return bytes;
}

void Pattern::wrap(Anchor anchor) {
  if (anchor == Anchor::kEnd || anchor == Anchor::kAnywhere) {
    elements_.insert(elements_.begin(), kRun);
  }
  if (anchor == Anchor::kStart || anchor == Anchor::kAnywhere) {
    elements_.push_back(kRun);
  }
  auto both_runs = [](uint16_t a, uint16_t b) { return a == kRun && b == kRun; };
  elements_.erase(std::unique(elements_.begin(), elements_.end(), both_runs), elements_.end());
  simplify();
}

void Pattern::simplify() {
  auto begin = elements_.begin();
  auto end = elements_.end();
  bool run_first = begin != end && *begin == kRun;
  begin += run_first ? 1 : 0;
  bool run_last = begin != end && *(end - 1) == kRun;
  end -= run_last ? 1 : 0;
  if (std::any_of(begin, end, [](uint16_t e) { return e >= kOne; })) {
    return;
  }
  std::for_each(begin, end, [this](uint16_t e) { literal_ += static_cast<char>(e); });
  if (run_first && (run_last || literal_.empty())) {
    shape_ = Shape::kInside;
  } else if (run_first) {
    shape_ = Shape::kSuffix;
  } else {
    shape_ = run_last ? Shape::kPrefix : Shape::kEqual;
  }
  elements_.clear();
}

std::string Pattern::longest_literal() const {
  std::string longest = literal_;
  std::string piece;
  for (uint16_t element : elements_) {
    if (element < kOne) {
      piece += static_cast<char>(element);
    } else {
      piece.clear();
    }
    longest = piece.size() > longest.size() ? piece : longest;
  }
  return longest;
}

bool Pattern::matches(std::string_view text) const {
  switch (shape_) {
    case Shape::kEqual:
      return text == literal_;
    case Shape::kPrefix:
      return text.starts_with(literal_);
    case Shape::kSuffix:
      return text.ends_with(literal_);
    case Shape::kInside:
      return text.find(literal_) != std::string_view::npos;
    case Shape::kGlob:
      break;
  }
  return glob(text);
}

bool Pattern::glob(std::string_view text) const {
  size_t e = 0;
  size_t t = 0;
  size_t after_run = std::string::npos;
  size_t run_text = 0;
  while (t < text.size()) {
    if (e < elements_.size() && elements_[e] == kRun) {
      after_run = ++e;
      run_text = t;
    } else if (e < elements_.size() && elements_[e] == kOne) {
      t = after_character(text, t);
      ++e;
    } else if (e < elements_.size() && elements_[e] == byte(text[t])) {
      ++t;
      ++e;
    } else if (after_run != std::string::npos) {
      e = after_run;
      t = ++run_text;
    } else {
      return false;
    }
  }
  return std::all_of(elements_.begin() + static_cast<std::ptrdiff_t>(e), elements_.end(),
                     [](uint16_t element) { return element == kRun; });
}

}  // namespace vedette::rules
