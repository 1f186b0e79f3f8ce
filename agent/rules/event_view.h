// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "rules/fields.h"

namespace vedette::rules {

// A record whose values are folded to lower case once, when first asked for. Field::kCount stands for a field no
// event has: always null.
class EventView {
 public:
  explicit EventView(const Record& record) : record_(record) {}

  [[nodiscard]] const std::string* raw(Field field) const {
    if (field == Field::kCount || !record_.get(field)) {
      return nullptr;
    }
    return &*record_.get(field);
  }

  [[nodiscard]] const std::string* folded(Field field) const {
    const std::string* value = raw(field);
    if (value == nullptr) {
      return nullptr;
    }
    auto& slot = folded_[static_cast<size_t>(field)];
    if (!slot) {
      slot = lower(*value);
    }
    return &*slot;
  }

 private:
  const Record& record_;
  mutable std::array<std::optional<std::string>, kFieldCount> folded_;
};

}  // namespace vedette::rules
