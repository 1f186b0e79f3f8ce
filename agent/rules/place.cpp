// SPDX-License-Identifier: Apache-2.0
#include "rules/place.h"

#include <algorithm>

namespace vedette::rules {
namespace {

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Goes through a scalar as written while its text is counted. Spaces are skipped: only they change by folding.
class Walk {
 public:
  Walk(std::string_view source, const YamlNode& scalar) : source_(source), scalar_(scalar) {}

  Place to(size_t offset) {
    if (!find_start()) {
      return {scalar_.line, scalar_.column};
    }
    const std::string& text = scalar_.text;
    for (size_t i = 0; i < offset && i < text.size(); ++i) {
      if (!space(text[i]) && !pass(text[i])) {
        return {scalar_.line, scalar_.column};
      }
    }
    if (offset < text.size() && !space(text[offset])) {
      skip_spaces();
    }
    return here();
  }

 private:
  [[nodiscard]] char at(size_t i) const { return i < source_.size() ? source_[i] : '\0'; }

  void skip_spaces() {
    while (space(at(at_))) {
      ++at_;
    }
  }

  bool find_start() {
    for (int line = 1; line < scalar_.line; ++line) {
      at_ = source_.find('\n', at_) + 1;
      if (at_ == 0) {
        return false;
      }
    }
    at_ += static_cast<size_t>(std::max(scalar_.column, 1) - 1);
    skip_properties();
    quote_ = at(at_) == '\'' || at(at_) == '"' ? at(at_) : '\0';
    if (quote_ != '\0') {
      ++at_;
    } else if (scalar_.quoted) {  // a block: its first line is the indicator
      at_ = source_.find('\n', at_);
    }
    return at_ < source_.size();
  }

  // Anchors and tags.
  void skip_properties() {
    while (at(at_) == '&' || at(at_) == '!') {
      while (at_ < source_.size() && !space(source_[at_])) {
        ++at_;
      }
      skip_spaces();
    }
  }

  bool pass(char wanted) {
    skip_spaces();
    bool escaped = (quote_ == '\'' && at(at_) == '\'') || (quote_ == '"' && at(at_) == '\\');
    at_ += escaped ? 1 : 0;
    return at(at_++) == wanted;
  }

  [[nodiscard]] Place here() const {
    std::string_view before = source_.substr(0, at_);
    auto line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
    return {line, static_cast<int>(at_ - (before.rfind('\n') + 1)) + 1};
  }

  std::string_view source_;
  const YamlNode& scalar_;
  size_t at_ = 0;
  char quote_ = '\0';
};

}  // namespace

Place place_inside(std::string_view source, const YamlNode& scalar, size_t offset) {
  return source.empty() ? Place{scalar.line, scalar.column} : Walk(source, scalar).to(offset);
}

void Report::inside(const YamlNode& node, size_t offset, std::string message) const {
  Place place = place_inside(text_, node, offset);
  at(place.line, place.column, std::move(message));
}

}  // namespace vedette::rules
