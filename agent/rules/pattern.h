// SPDX-License-Identifier: Apache-2.0
// A Sigma string: * any run of characters, ? one character, \* \? \\ themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

class Pattern {
 public:
  enum class Anchor : uint8_t { kWhole, kStart, kEnd, kAnywhere };

  Pattern(std::string_view text, Anchor anchor);

  // Byte for byte; the caller folds case on both sides.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  enum class Shape : uint8_t { kEqual, kPrefix, kSuffix, kInside, kGlob };

  void parse(std::string_view text);
  void simplify();
  [[nodiscard]] bool glob(std::string_view text) const;

  Shape shape_ = Shape::kGlob;
  std::string literal_;
  std::vector<uint16_t> elements_;  // a byte, or kOne, or kRun
};

}  // namespace vedette::rules
