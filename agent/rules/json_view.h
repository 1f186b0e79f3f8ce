// SPDX-License-Identifier: Apache-2.0
// An event of any log source, as one flat JSON object: field → text, number, boolean or null.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "rules/event_view.h"

namespace vedette::rules {

using FlatEvent = std::vector<std::pair<std::string, std::string>>;

// Numbers are in decimal, booleans "true" and "false"; a field that is null is left out. Nested values and a field that
// is there twice are errors.
Result<FlatEvent> parse_flat_event(std::string_view json);

class JsonView : public EventView {
 public:
  explicit JsonView(const FlatEvent& event);

  [[nodiscard]] const std::string* raw(const FieldName& field) const override;
  [[nodiscard]] const std::string* folded(const FieldName& field) const override;
  [[nodiscard]] std::span<const FieldName> fields() const override { return fields_; }

 private:
  struct Value {
    std::string raw;
    std::string folded;
  };

  std::map<std::string, Value, std::less<>> values_;
  std::vector<FieldName> fields_;
};

}  // namespace vedette::rules
