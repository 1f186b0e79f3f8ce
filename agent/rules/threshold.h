// SPDX-License-Identifier: Apache-2.0
// What a correlation's `condition` asks of a number: one criterion, or two that both hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

enum class Bound : uint8_t { kGt, kGte, kLt, kLte, kEq, kNeq };

std::optional<Bound> bound_by_name(std::string_view name);
std::vector<std::string> bound_names();

struct Criterion {
  Bound bound = Bound::kGte;
  double value = 0;

  [[nodiscard]] bool holds(double number) const;
};

struct Threshold {
  std::vector<Criterion> criteria;

  [[nodiscard]] bool holds(double number) const;
  // Once it holds it holds for all greater numbers.
  [[nodiscard]] bool growing() const;
  // Why no number satisfies it, "" when some does. `whole`: only whole numbers from 0 to `most` come.
  [[nodiscard]] std::string contradiction(bool whole, double most) const;
};

}  // namespace vedette::rules
