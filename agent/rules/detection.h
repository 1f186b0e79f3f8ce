// SPDX-License-Identifier: Apache-2.0
// The `detection` of a rule or the `filter` of a filter: named selections and a condition over them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/condition.h"
#include "rules/selection.h"

namespace vedette::rules {

class Detection {
 public:
  // `node` is a map of selections and a condition; `reserved` is a key of it that is neither. nullopt after reporting.
  static std::optional<Detection> parse(const YamlNode& node, std::string_view reserved, ValueContext& context);

  [[nodiscard]] bool matches(const EventView& event) const;
  // Whether the condition holds for an event no selection describes.
  [[nodiscard]] bool holds_by_default() const;
  // Why no event of the category can match, "" when some can.
  [[nodiscard]] std::string why_dead(Category category) const;
  // Not empty: a placeholder nobody defined, so that no event can match.
  [[nodiscard]] std::string undefined() const;
  // What of it does nothing, whatever the events.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // What of it no event of the category can satisfy.
  [[nodiscard]] std::vector<std::string> impossible(Category category) const;
  [[nodiscard]] const std::vector<Selection>& selections() const { return selections_; }
  // Over the selections' indices.
  [[nodiscard]] const Condition& condition() const { return condition_; }

 private:
  std::vector<Selection> selections_;
  Condition condition_;
  std::vector<std::string> notes_;
};

std::string why_undefined(const std::string& placeholder);

}  // namespace vedette::rules
