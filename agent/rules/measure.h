// SPDX-License-Identifier: Apache-2.0
// The number a correlation compares, kept up to date while entries come in their order and leave oldest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "rules/correlation.h"

namespace vedette::rules {

using Entries = std::deque<Entry>;

class Measure {
 public:
  Measure() = default;
  virtual ~Measure() = default;
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;

  virtual void add(const Entry& entry) = 0;
  virtual void remove(const Entry& entry) = 0;
  virtual void clear() = 0;
  // Of the entries since that time.
  [[nodiscard]] virtual double value(uint64_t since_ns) const = 0;
  // Values it remembers.
  [[nodiscard]] virtual size_t size() const { return 1; }

  // Which entries from `begin` up to and with `end` make it what it is, ascending.
  [[nodiscard]] virtual std::vector<size_t> named(const Entries& entries, size_t begin, size_t end) const;
  // Whether an entry that is neither among the oldest nor the newest keeps the right to be named.
  [[nodiscard]] virtual bool names_all() const { return true; }
  // Gives up entries from `begin` to before `end` that no later value depends on; with `force` also the precision of
  // some. Returns the number of events that lost their own time or value.
  virtual uint64_t thin(Entries& entries, size_t begin, size_t end, bool force) const = 0;
};

std::unique_ptr<Measure> make_measure(const Correlation& correlation);

}  // namespace vedette::rules
