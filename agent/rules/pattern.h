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
  // What is left of it to compare: the literal and where it stands in the text, or for kGlob more than one piece.
  enum class Shape : uint8_t { kEqual, kPrefix, kSuffix, kInside, kGlob };

  Pattern(std::string_view text, Anchor anchor);

  // Byte for byte; the caller folds case on both sides.
  [[nodiscard]] bool matches(std::string_view text) const;

  [[nodiscard]] Shape shape() const { return shape_; }
  // Of kGlob: the longest piece without a wildcard.
  [[nodiscard]] std::string literal() const;

 private:
  void parse(std::string_view text);
  void simplify();
  [[nodiscard]] bool glob(std::string_view text) const;

  Shape shape_ = Shape::kGlob;
  std::string literal_;
  std::vector<uint16_t> elements_;  // a byte, or kOne, or kRun
};

}  // namespace vedette::rules
