// SPDX-License-Identifier: Apache-2.0
#include "rules/event_view.h"

#include <vector>

#include "base/text.h"

namespace vedette::rules {

void RecordView::show(const Record& record) {
  record_ = &record;
  is_folded_.reset();
}

const std::string* RecordView::raw(const FieldName& field) const {
  if (field.field == Field::kCount || !record_->get(field.field)) {
    return nullptr;
  }
  return &*record_->get(field.field);
}

const std::string* RecordView::folded(const FieldName& field) const {
  const std::string* value = raw(field);
  if (value == nullptr) {
    return nullptr;
  }
  auto index = static_cast<size_t>(field.field);
  if (!is_folded_[index]) {
    lower(*value, folded_[index]);
    is_folded_.set(index);
  }
  return &folded_[index];
}

std::span<const FieldName> RecordView::fields() const {
  static const auto kFields = [] {
    std::vector<FieldName> fields;
    for (size_t i = 0; i < kFieldCount; ++i) {
      auto field = static_cast<Field>(i);
      fields.push_back({std::string(name(field)), field});
    }
    return fields;
  }();
  return kFields;
}

}  // namespace vedette::rules
