// SPDX-License-Identifier: Apache-2.0
// The values of one event, as rules ask for them.
#pragma once

#include <array>
#include <bitset>
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
  // The same with its case folded.
  [[nodiscard]] virtual const std::string* folded(const FieldName& field) const = 0;
  // All that may have a value: a keyword is looked for in each.
  [[nodiscard]] virtual std::span<const FieldName> fields() const = 0;
};

// Of one record after the other. Each value is folded to lower case once, and the time written out, when first asked
// for; the room for it is kept.
class RecordView : public EventView {
 public:
  RecordView() = default;
  explicit RecordView(const Record& record) : record_(&record) {}

  // The record must outlive what is asked of it. Drops what was handed out.
  void show(const Record& record);

  [[nodiscard]] const std::string* raw(const FieldName& field) const override;
  [[nodiscard]] const std::string* folded(const FieldName& field) const override;
  [[nodiscard]] std::span<const FieldName> fields() const override;

 private:
  [[nodiscard]] const std::string* utc_time() const;

  const Record* record_ = nullptr;
  mutable std::string utc_time_;
  mutable std::array<std::string, kFieldCount> folded_;
  mutable std::bitset<kFieldCount> is_folded_;
};

}  // namespace vedette::rules
