// SPDX-License-Identifier: Apache-2.0
// The values of one event, as rules ask for them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "rules/fields.h"

namespace vedette::rules {

// A field as a rule writes it. kCount: none of our events has it.
struct FieldName {
  std::string text;
  Field field = Field::kCount;
};

class EventView {
 public:
  EventView() = default;
  virtual ~EventView() = default;
  EventView(const EventView&) = delete;
  EventView& operator=(const EventView&) = delete;

  // nullptr: the event has no such field.
  [[nodiscard]] virtual const std::string* raw(const FieldName& field) const = 0;
  // The same in lower case.
  [[nodiscard]] virtual const std::string* folded(const FieldName& field) const = 0;
  // All that may have a value: a keyword is looked for in each.
  [[nodiscard]] virtual std::span<const FieldName> fields() const = 0;
};

// Of a record; each value is folded to lower case once, when first asked for.
class RecordView : public EventView {
 public:
  explicit RecordView(const Record& record) : record_(record) {}

  [[nodiscard]] const std::string* raw(const FieldName& field) const override;
  [[nodiscard]] const std::string* folded(const FieldName& field) const override;
  [[nodiscard]] std::span<const FieldName> fields() const override;

 private:
  const Record& record_;
  mutable std::array<std::optional<std::string>, kFieldCount> folded_;
};

}  // namespace vedette::rules
