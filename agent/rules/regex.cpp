// SPDX-License-Identifier: Apache-2.0
#include "rules/regex.h"

#include <algorithm>

namespace vedette::rules {
namespace {

constexpr int kMostRepetitions = 1000;  // RE2's limit

struct Construct {
  std::string_view begins;
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view kTwoSelections =
    "put what must be there and what must not into two selections, and 'and' or 'and not' into the condition";
constexpr std::string_view kNoRecursion = "write the nesting out as deep as it is needed";
constexpr std::string_view kNoReference = "write the repeated part out, or compare two fields by 'fieldref'";

// Longer ones before those they begin with.
constexpr Construct kGroups[] = {
    {"(?<=", "a lookbehind", kTwoSelections},
    {"(?<!", "a negative lookbehind", kTwoSelections},
    {"(?=", "a lookahead", kTwoSelections},
    {"(?!", "a negative lookahead", kTwoSelections},
    {"(?>", "an atomic group", "write '(?:'; RE2 never backtracks"},
    {"(?(", "a conditional", "write its cases as alternatives: 'ab|c'"},
    {"(?P=", "a backreference", kNoReference},
    {"(?P>", "a recursion", kNoRecursion},
    {"(?<", "a named group", "write '(?:'; nothing asks for the name"},
    {"(?'", "a named group", "write '(?:'; nothing asks for the name"},
    {"(?R", "a recursion", kNoRecursion},
    {"(?&", "a recursion", kNoRecursion},
    {"(?+", "a recursion", kNoRecursion},
    {"(?#", "a comment", "put it into the description"},
    {"(?|", "a branch reset", "write '(?:'; nothing asks for the groups' numbers"},
};

constexpr Construct kEscapes[] = {
    {"\\k", "a backreference", kNoReference},
    {"\\g", "a backreference", kNoReference},
    {"\\K", "a match reset", "leave it out; only whether it matches counts"},
    {"\\G", "an anchor", "write '^'"},
    {"\\Z", "an anchor", "write '$'"},
    {"\\h", "a class of white space", "write '[ \\t]'"},
    {"\\R", "a line break of any kind", "write '\\r?\\n'"},
    {"\\X", "a character with its marks", "write '.'"},
};

bool digit(char c) { return c >= '0' && c <= '9'; }

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  std::optional<Unmatchable> find() {
    while (at_ < text_.size()) {
      if (auto found = here()) {
        return found;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<Unmatchable> here() {
    switch (text_[at_]) {
      case '\\':
        return escape();
      case '[':
        skip_class();
        return std::nullopt;
      case '(':
        return group();
      case '{':
      case '*':
      case '+':
      case '?':
        return quantifier();
      default:
        ++at_;
        return std::nullopt;
    }
  }

  std::optional<Unmatchable> escape() {
    std::string_view rest = text_.substr(at_);
    if (rest.starts_with("\\Q")) {
      size_t end = text_.find("\\E", at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
      return std::nullopt;
    }
    if (rest.size() > 1 && digit(rest[1]) && rest[1] != '0') {
      return found(rest.substr(0, 2), "a backreference", kNoReference);
    }
    auto known = one_of(kEscapes, rest);
    at_ += 2;
    return known;
  }

  std::optional<Unmatchable> group() {
    std::string_view rest = text_.substr(at_);
    if (rest.size() > 2 && rest.starts_with("(?") && digit(rest[2])) {
      return found(rest.substr(0, 3), "a recursion", kNoRecursion);
    }
    auto known = one_of(kGroups, rest);
    at_ += rest.starts_with("(?") ? 2 : 1;
    return known;
  }

  std::optional<Unmatchable> quantifier() {
    std::string_view whole = quantifier_here();
    if (whole.empty()) {
      ++at_;
      return std::nullopt;
    }
    if (largest(whole) > kMostRepetitions) {
      return found(whole, "a repetition", "RE2 repeats at most 1000 times; write '*' or '+'");
    }
    std::string_view rest = text_.substr(at_ + whole.size());
    if (rest.starts_with('+')) {
      return found(text_.substr(at_, whole.size() + 1), "a possessive quantifier",
                   "leave its '+' out; RE2 never backtracks");
    }
    at_ += whole.size() + (rest.starts_with('?') ? 1 : 0);
    return std::nullopt;
  }

  // "" for a brace that is only a brace.
  [[nodiscard]] std::string_view quantifier_here() const {
    if (text_[at_] != '{') {
      return text_.substr(at_, 1);
    }
    size_t end = text_.find_first_not_of("0123456789,", at_ + 1);
    bool closed = end != std::string_view::npos && text_[end] == '}' && end > at_ + 1;
    return closed ? text_.substr(at_, end + 1 - at_) : std::string_view();
  }

  static int largest(std::string_view bounds) {
    int value = 0;
    int most = 0;
    for (char c : bounds) {
      value = digit(c) ? std::min(value * 10 + (c - '0'), kMostRepetitions + 1) : 0;
      most = std::max(most, value);
    }
    return most;
  }

  void skip_class() {
    at_ += text_.substr(at_).starts_with("[^") ? 2 : 1;
    at_ += text_.substr(at_).starts_with(']') ? 1 : 0;
    while (at_ < text_.size() && text_[at_] != ']') {
      if (text_.substr(at_).starts_with("[:")) {
        size_t end = text_.find(":]", at_);
        at_ = end == std::string_view::npos ? at_ + 1 : end + 1;
      }
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    ++at_;
  }

  template <size_t N>
  std::optional<Unmatchable> one_of(const Construct (&constructs)[N], std::string_view rest) const {
    const auto* known = std::ranges::find_if(constructs, [&](const auto& c) { return rest.starts_with(c.begins); });
    return known == std::end(constructs) ? std::nullopt : found(known->begins, known->name, known->instead);
  }

  [[nodiscard]] std::optional<Unmatchable> found(std::string_view text, std::string_view name,
                                                 std::string_view instead) const {
    return Unmatchable{at_, std::string(name) + " '" + std::string(text) + "'", std::string(instead)};
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Bytes that are not UTF-8 must not hide a value from an ASCII expression, so that one is matched byte by byte.
re2::RE2::Options options_for(std::string_view expression) {
  bool ascii = std::ranges::all_of(expression, [](char c) { return (c & 0x80) == 0; });
  re2::RE2::Options options(ascii ? re2::RE2::Latin1 : re2::RE2::DefaultOptions);
  options.set_log_errors(false);
  return options;
}

}  // namespace

std::unique_ptr<const re2::RE2> compile_regex(std::string_view expression, std::string_view flags) {
  std::string text = flags.empty() ? "" : "(?" + std::string(flags) + ")";
  return std::make_unique<const re2::RE2>(text + std::string(expression), options_for(expression));
}

std::optional<Unmatchable> find_unmatchable(std::string_view expression) { return Scan(expression).find(); }

}  // namespace vedette::rules
