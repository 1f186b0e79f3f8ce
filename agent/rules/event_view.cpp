// SPDX-License-Identifier: Apache-2.0
#include "rules/event_view.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <vector>

#include "base/fold_case.h"

namespace vedette::rules {
namespace {

// Sysmon's form: "2026-11-21 02:03:04.123".
std::string utc_text(uint64_t wall_ns) {
  std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(wall_ns)};
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace

void RecordView::show(const Record& record) {
  record_ = &record;
  utc_time_.clear();
  is_folded_.reset();
}

const std::string* RecordView::raw(const FieldName& field) const {
  if (field.field == Field::kCount) {
    return nullptr;
  }
  if (const std::string* value = record_->get(field.field)) {
    return value;
  }
  return field.field == Field::kUtcTime ? utc_time() : nullptr;
}

const std::string* RecordView::utc_time() const {
  if (record_->wall_ns == 0) {
    return nullptr;
  }
  if (utc_time_.empty()) {
    utc_time_ = utc_text(record_->wall_ns);
  }
  return &utc_time_;
}

const std::string* RecordView::folded(const FieldName& field) const {
  const std::string* value = raw(field);
  if (value == nullptr) {
    return nullptr;
  }
  auto index = static_cast<size_t>(field.field);
  if (!is_folded_[index]) {
    fold_case(*value, folded_[index]);
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
