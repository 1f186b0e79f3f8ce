// SPDX-License-Identifier: Apache-2.0
#include "rules/time_part.h"

#include <algorithm>
#include <chrono>

namespace vedette::rules {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

struct Date {
  std::chrono::year_month_day day;
  std::optional<int> hour;
  int minute = 0;
};

class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  std::optional<Date> read() {
    int year = number(4);
    bool good = take('-');
    int month = number(2);
    good = take('-') && good;
    int day = number(2);
    Date date{std::chrono::year(year) / month / day, std::nullopt, 0};
    if (!rest_.empty() && good_) {
      good = (take('T') || take('t') || take(' ')) && time(date) && good;
    }
    return good && good_ && date.day.ok() ? std::optional(date) : std::nullopt;
  }

 private:
  bool time(Date& date) {
    date.hour = number(2);
    bool good = take(':');
    date.minute = number(2);
    int second = take(':') ? number(2) : 0;
    if (take('.') || take(',')) {
      good = good && skip_digits() > 0;
    }
    return good && *date.hour < 24 && date.minute < 60 && second <= 60 && zone();
  }

  bool zone() {
    if (take('Z') || take('z') || rest_.empty()) {
      return rest_.empty();
    }
    bool good = take('+') || take('-');
    number(2);
    if (!rest_.empty()) {
      take(':');
      number(2);
    }
    return good && rest_.empty();
  }

  int number(size_t digits) {
    if (rest_.size() < digits || !std::all_of(rest_.begin(), rest_.begin() + static_cast<long>(digits), digit)) {
      good_ = false;
      return 0;
    }
    int value = 0;
    for (char c : rest_.substr(0, digits)) {
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  size_t skip_digits() {
    size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count;
  }

  bool take(char c) {
    bool found = rest_.starts_with(c);
    rest_.remove_prefix(found ? 1 : 0);
    return found;
  }

  std::string_view rest_;
  bool good_ = true;
};

// A week belongs to the year its Thursday is in.
int iso_week(std::chrono::year_month_day date) {
  std::chrono::sys_days day(date);
  unsigned weekday = std::chrono::weekday(day).iso_encoding();
  std::chrono::sys_days thursday = day + std::chrono::days(4 - static_cast<int>(weekday));
  std::chrono::sys_days new_year(std::chrono::year_month_day(thursday).year() / 1 / 1);
  return static_cast<int>((thursday - new_year).count() / 7) + 1;
}

}  // namespace

std::optional<int> time_part(TimePart part, std::string_view text) {
  auto date = DateReader(text).read();
  if (!date) {
    return std::nullopt;
  }
  switch (part) {
    case TimePart::kMinute:
      return date->hour ? std::optional(date->minute) : std::nullopt;
    case TimePart::kHour:
      return date->hour;
    case TimePart::kDay:
      return static_cast<int>(static_cast<unsigned>(date->day.day()));
    case TimePart::kWeek:
      return iso_week(date->day);
    case TimePart::kMonth:
      return static_cast<int>(static_cast<unsigned>(date->day.month()));
    case TimePart::kYear:
      break;
  }
  return static_cast<int>(date->day.year());
}

TimeRange range_of(TimePart part) {
  switch (part) {
    case TimePart::kMinute:
      return {0, 59};
    case TimePart::kHour:
      return {0, 23};
    case TimePart::kDay:
      return {1, 31};
    case TimePart::kWeek:
      return {1, 53};
    case TimePart::kMonth:
      return {1, 12};
    case TimePart::kYear:
      break;
  }
  return {0, 9999};
}

}  // namespace vedette::rules
