// SPDX-License-Identifier: Apache-2.0
#include "rules/value_test.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace vedette::rules {
namespace {

using Compiled = std::optional<ValueTest>;

std::optional<double> number(const std::string& text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(value) : std::nullopt;
}

Compiled compile_text(const FieldKey& key, const YamlNode& value) {
  return TextTest{Pattern(key.cased ? value.text : lower(value.text), key.anchor), key.cased};
}

// Bytes that are not UTF-8 must not hide a value from an ASCII expression, so that one is matched byte by byte.
re2::RE2::Options regex_options(const std::string& expression) {
  bool ascii = std::all_of(expression.begin(), expression.end(), [](char c) { return (c & 0x80) == 0; });
  re2::RE2::Options options(ascii ? re2::RE2::Latin1 : re2::RE2::DefaultOptions);
  options.set_log_errors(false);
  return options;
}

Compiled compile_regex(const FieldKey& key, const YamlNode& value, const Report& report) {
  std::string flags = key.regex_flags.empty() ? "" : "(?" + key.regex_flags + ")";
  auto regex = std::make_unique<const re2::RE2>(flags + value.text, regex_options(value.text));
  if (!regex->ok()) {
    report.at(value, "expected an RE2 regular expression, found " + describe(value) + ": " + regex->error());
    return std::nullopt;
  }
  return RegexTest{std::move(regex)};
}

Compiled compile_network(const YamlNode& value, const Report& report) {
  auto network = Network::parse(value.text);
  if (!network) {
    report.at(value, "expected an address range such as 10.0.0.0/8 or fe80::/10, found " + describe(value));
    return std::nullopt;
  }
  return NetworkTest{*network};
}

Compiled compile_number(const FieldKey& key, const YamlNode& value, const Report& report) {
  auto limit = number(value.text);
  if (!limit) {
    report.at(value, "expected a number, found " + describe(value));
    return std::nullopt;
  }
  return NumberTest{key.comparison, *limit};
}

Compiled compile_exists(const YamlNode& value, const Report& report) {
  std::string word = lower(value.text);
  if (word != "true" && word != "false") {
    report.at(value, "expected true or false after 'exists', found " + describe(value));
    return std::nullopt;
  }
  return ExistsTest{word == "true"};
}

Compiled compile_null(const FieldKey& key, const YamlNode& value, const Report& report) {
  bool plain = key.kind == FieldKey::Kind::kText && key.anchor == Pattern::Anchor::kWhole && !key.field.empty();
  if (!plain) {
    report.at(value, "expected a value, found null; null stands alone after a field without modifiers");
    return std::nullopt;
  }
  return NullTest{};
}

struct Holds {
  const EventView& event;
  const FieldName& field;

  bool operator()(const TextTest& test) const {
    const std::string* value = test.cased ? event.raw(field) : event.folded(field);
    return value != nullptr && test.pattern.matches(*value);
  }
  bool operator()(const RegexTest& test) const {
    const std::string* value = event.raw(field);
    return value != nullptr && re2::RE2::PartialMatch(*value, *test.regex);
  }
  bool operator()(const NetworkTest& test) const {
    const std::string* value = event.raw(field);
    return value != nullptr && test.network.contains(*value);
  }
  bool operator()(const NumberTest& test) const {
    const std::string* value = event.raw(field);
    auto found = value != nullptr ? number(*value) : std::nullopt;
    return found && compare(test, *found);
  }
  bool operator()(const ExistsTest& test) const { return (event.raw(field) != nullptr) == test.wanted; }
  bool operator()(const NullTest&) const { return event.raw(field) == nullptr; }

  static bool compare(const NumberTest& test, double value) {
    switch (test.comparison) {
      case Comparison::kLess:
        return value < test.limit;
      case Comparison::kLessOrEqual:
        return value <= test.limit;
      case Comparison::kGreater:
        return value > test.limit;
      case Comparison::kGreaterOrEqual:
        break;
    }
    return value >= test.limit;
  }
};

}  // namespace

std::optional<ValueTest> compile_value(const FieldKey& key, const YamlNode& value, const Report& report) {
  if (value.is_null()) {
    return compile_null(key, value, report);
  }
  if (!value.is_scalar()) {
    report.at(value, "expected a value, found " + describe(value));
    return std::nullopt;
  }
  switch (key.kind) {
    case FieldKey::Kind::kText:
      return compile_text(key, value);
    case FieldKey::Kind::kRegex:
      return compile_regex(key, value, report);
    case FieldKey::Kind::kNetwork:
      return compile_network(value, report);
    case FieldKey::Kind::kNumber:
      return compile_number(key, value, report);
    case FieldKey::Kind::kExists:
      break;
  }
  return compile_exists(value, report);
}

bool holds(const ValueTest& test, const EventView& event, const FieldName& field) {
  return std::visit(Holds{event, field}, test);
}

}  // namespace vedette::rules
