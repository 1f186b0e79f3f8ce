// SPDX-License-Identifier: Apache-2.0
// What one value asks of an event.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <variant>

#include "rules/event_view.h"
#include "rules/modifiers.h"
#include "rules/network.h"
#include "rules/pattern.h"

namespace vedette::rules {

struct TextTest {
  Pattern pattern;
  bool cased;
};
struct RegexTest {
  std::unique_ptr<const re2::RE2> regex;
};
struct NetworkTest {
  Network network;
};
struct NumberTest {
  Comparison comparison;
  double limit;
};
struct TimeTest {
  TimePart part;
  Comparison comparison;
  int limit;
};
struct ExistsTest {
  bool wanted;
};
// Compares with another field of the event.
struct FieldTest {
  FieldName other;
  Pattern::Anchor anchor;
  bool cased;
};
struct NullTest {};

using ValueTest = std::variant<TextTest, RegexTest, NetworkTest, NumberTest, TimeTest, ExistsTest, FieldTest, NullTest>;

bool holds(const ValueTest& test, const EventView& event, const FieldName& field);

}  // namespace vedette::rules
