// SPDX-License-Identifier: Apache-2.0
#include "rules/condition.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "rules/pattern.h"

namespace vedette::rules {
namespace {

using Kind = Condition::Kind;

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxParts = 10000;

struct Token {
  std::string text;  // "" at the end
  size_t at = 0;
};

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool single(char c) { return c == '(' || c == ')' || c == '|'; }

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> tokens;
  size_t i = 0;
  while (i < text.size()) {
    if (space(text[i])) {
      ++i;
      continue;
    }
    size_t start = i++;
    while (!single(text[start]) && i < text.size() && !space(text[i]) && !single(text[i])) {
      ++i;
    }
    tokens.push_back({text.substr(start, i - start), start});
  }
  tokens.push_back({"", text.size()});
  return tokens;
}

std::optional<size_t> positive(const std::string& text) {
  size_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = error == std::errc() && end == text.data() + text.size() && value > 0;
  return good ? std::optional(value) : std::nullopt;
}

Condition of_selection(size_t index) {
  Condition condition;
  condition.selection = index;
  return condition;
}

Condition combine(Kind kind, std::vector<Condition> parts) {
  if (parts.size() == 1 && kind != Kind::kNot) {
    return std::move(parts[0]);
  }
  Condition condition;
  condition.kind = kind;
  condition.parts = std::move(parts);
  return condition;
}

class Parser {
 public:
  Parser(const YamlNode& node, const std::vector<std::string>& names, const Report& report)
      : node_(node), names_(names), report_(report), tokens_(tokens_of(node.text)) {}

  std::optional<Condition> parse() {
    auto condition = any_of(0);
    if (condition && !peek().text.empty()) {
      return trailing();
    }
    return good_ ? std::move(condition) : std::nullopt;
  }

 private:
  using Parsed = std::optional<Condition>;
  using Rule = Parsed (Parser::*)(size_t);

  Parsed any_of(size_t depth) { return chain(depth, "or", Kind::kOr, &Parser::all_of); }
  Parsed all_of(size_t depth) { return chain(depth, "and", Kind::kAnd, &Parser::negation); }

  Parsed chain(size_t depth, std::string_view word, Kind kind, Rule part) {
    std::vector<Condition> parts;
    do {
      auto parsed = (this->*part)(depth);
      if (!parsed) {
        return std::nullopt;
      }
      parts.push_back(std::move(*parsed));
    } while (take(word));
    return combine(kind, std::move(parts));
  }

  Parsed negation(size_t depth) {
    if (depth > kMaxDepth) {
      return mistake(peek(), "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    if (!take("not")) {
      return operand(depth);
    }
    auto inner = negation(depth + 1);
    if (!inner) {
      return std::nullopt;
    }
    std::vector<Condition> parts;
    parts.push_back(std::move(*inner));
    return combine(Kind::kNot, std::move(parts));
  }

  Parsed operand(size_t depth) {
    if (take("(")) {
      return group(depth);
    }
    if (tokens_.size() > at_ + 1 && lower(tokens_[at_ + 1].text) == "of" && lower(peek().text) != "of") {
      return quantified();
    }
    return selection();
  }

  Parsed group(size_t depth) {
    Token open = tokens_[at_ - 1];
    auto inner = any_of(depth + 1);
    if (inner && !take(")")) {
      return peek().text.empty() ? mistake(open, "this '(' is never closed; add a ')'") : trailing();
    }
    return inner;
  }

  Parsed selection() {
    Token token = next();
    auto found = std::find(names_.begin(), names_.end(), token.text);
    if (found != names_.end()) {
      return of_selection(static_cast<size_t>(found - names_.begin()));
    }
    std::string among = names_.empty() ? "expected a selection, but there is none above the condition, found "
                                       : "expected one of the selections (" + join(names_) + "), found ";
    if (is_operator(token.text)) {
      return mistake(token, "expected a selection, '(' or 'not', found " +
                                (token.text.empty() ? "the end of the condition" : "'" + token.text + "'"));
    }
    return goes_on(token, among + "'" + token.text + "'" + suggestion(token.text, names_));
  }

  static bool is_operator(const std::string& text) {
    std::string word = lower(text);
    return word.empty() || single(word[0]) || word == "and" || word == "or" || word == "of";
  }

  // A mistake after which the rest is still worth reading.
  Parsed goes_on(const Token& token, std::string message) {
    mistake(token, std::move(message));
    return Condition();
  }

  // "1 of them", "all of selection_*"
  Parsed quantified() {
    Token quantity = next();
    next();
    Token target = next();
    auto parts = chosen(target);
    if (parts.empty()) {
      return goes_on(target, "expected 'them' or a pattern of selections (" + join(names_) + "), found '" +
                                 target.text + "', which stands for none" + suggestion(target.text, names_));
    }
    budget_ += parts.size();
    if (budget_ > kMaxParts) {
      return mistake(target, "the condition is too large");
    }
    return quantify(quantity, std::move(parts));
  }

  Parsed quantify(const Token& quantity, std::vector<Condition> parts) {
    std::string word = lower(quantity.text);
    if (word == "all") {
      return combine(Kind::kAnd, std::move(parts));
    }
    auto count = word == "any" ? std::optional<size_t>(1) : positive(word);
    if (!count) {
      return goes_on(quantity, "expected a number, 'any' or 'all' before 'of', found '" + quantity.text + "'");
    }
    if (*count > parts.size()) {
      return goes_on(quantity, "asks for " + quantity.text + " of " + std::to_string(parts.size()) + " selections");
    }
    if (*count == 1) {
      return combine(Kind::kOr, std::move(parts));
    }
    Condition condition;
    condition.kind = Kind::kAtLeast;
    condition.at_least = *count;
    condition.parts = std::move(parts);
    return condition;
  }

  [[nodiscard]] std::vector<Condition> chosen(const Token& target) const {
    bool them = lower(target.text) == "them";
    Pattern pattern(target.text, Pattern::Anchor::kWhole);
    std::vector<Condition> parts;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (them ? !names_[i].starts_with('_') : pattern.matches(names_[i])) {
        parts.push_back(of_selection(i));
      }
    }
    return parts;
  }

  Parsed trailing() {
    if (peek().text == "|") {
      return mistake(peek(), "aggregations after '|' are no longer part of Sigma; write a correlation rule");
    }
    return mistake(peek(), "expected 'and', 'or' or the end, found '" + peek().text + "'");
  }

  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }

  Token next() {
    Token token = peek();
    at_ += token.text.empty() ? 0 : 1;
    return token;
  }

  bool take(std::string_view word) {
    bool found = lower(peek().text) == word;
    at_ += found ? 1 : 0;
    return found;
  }

  std::nullopt_t mistake(const Token& token, std::string message) {
    report_.inside(node_, token.at, "condition: " + std::move(message));
    good_ = false;
    return std::nullopt;
  }

  const YamlNode& node_;
  const std::vector<std::string>& names_;
  const Report& report_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t budget_ = 0;
  bool good_ = true;
};

}  // namespace

std::optional<Condition> parse_condition(const YamlNode& node, const std::vector<std::string>& names,
                                         const Report& report) {
  if (!node.is_scalar()) {
    report.at(node, "expected a condition such as 'selection and not filter', found " + describe(node));
    return std::nullopt;
  }
  return Parser(node, names, report).parse();
}

}  // namespace vedette::rules
