// SPDX-License-Identifier: Apache-2.0
// A Sigma string: * any run of characters, ? one character, \* \? \\ themselves.
#pragma once

#include <cstdint>
#include <optional>
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
  // Nothing in the bytes is a wildcard.
  static Pattern literal(std::string_view bytes, Anchor anchor);

  // Byte for byte; the caller folds case on both sides.
  [[nodiscard]] bool matches(std::string_view text) const;

  [[nodiscard]] Shape shape() const { return shape_; }
  // Of kGlob: the longest piece without a wildcard.
  [[nodiscard]] std::string longest_literal() const;

 private:
  Pattern() = default;

  void wrap(Anchor anchor);
  void simplify();
  [[nodiscard]] bool glob(std::string_view text) const;

  Shape shape_ = Shape::kGlob;
  std::string literal_;
  std::vector<uint16_t> elements_;  // a byte, or kOne, or kRun
};

// What the text means when it has no wildcards; nullopt when it has some.
std::optional<std::string> without_escapes(std::string_view text);

}  // namespace vedette::rules
