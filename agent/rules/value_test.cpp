// SPDX-License-Identifier: Apache-2.0
#include "rules/value_test.h"

#include "rules/number.h"

namespace vedette::rules {
namespace {

template <typename Number>
bool compare(Comparison comparison, Number value, Number limit) {
  switch (comparison) {
    case Comparison::kEqual:
      return value == limit;
    case Comparison::kLess:
      return value < limit;
    case Comparison::kLessOrEqual:
      return value <= limit;
    case Comparison::kGreater:
      return value > limit;
    case Comparison::kGreaterOrEqual:
      break;
  }
  return value >= limit;
}

bool compare(Pattern::Anchor anchor, std::string_view value, std::string_view part) {
  switch (anchor) {
    case Pattern::Anchor::kWhole:
      return value == part;
    case Pattern::Anchor::kStart:
      return value.starts_with(part);
    case Pattern::Anchor::kEnd:
      return value.ends_with(part);
    case Pattern::Anchor::kAnywhere:
      break;
  }
  return value.find(part) != std::string_view::npos;
}

struct Holds {
  const EventView& event;
  const FieldName& field;

  [[nodiscard]] const std::string* value(const FieldName& of, bool cased) const {
    return cased ? event.raw(of) : event.folded(of);
  }

  bool operator()(const TextTest& test) const {
    const std::string* found = value(field, test.cased);
    return found != nullptr && test.pattern.matches(*found);
  }
  bool operator()(const RegexTest& test) const {
    const std::string* found = event.raw(field);
    return found != nullptr && re2::RE2::PartialMatch(*found, *test.regex);
  }
  bool operator()(const NetworkTest& test) const {
    const std::string* found = event.raw(field);
    return found != nullptr && test.network.contains(*found);
  }
  bool operator()(const NumberTest& test) const {
    const std::string* found = event.raw(field);
    auto read = found != nullptr ? number(*found) : std::nullopt;
    return read && compare(test.comparison, *read, test.limit);
  }
  bool operator()(const TimeTest& test) const {
    const std::string* found = event.raw(field);
    auto part = found != nullptr ? time_part(test.part, *found) : std::nullopt;
    return part && compare(test.comparison, *part, test.limit);
  }
  bool operator()(const FieldTest& test) const {
    const std::string* found = value(field, test.cased);
    const std::string* other = value(test.other, test.cased);
    return found != nullptr && other != nullptr && compare(test.anchor, *found, *other);
  }
  bool operator()(const ExistsTest& test) const { return (event.raw(field) != nullptr) == test.wanted; }
  bool operator()(const NullTest&) const { return event.raw(field) == nullptr; }
};

}  // namespace

bool holds(const ValueTest& test, const EventView& event, const FieldName& field) {
  return std::visit(Holds{event, field}, test);
}

}  // namespace vedette::rules
