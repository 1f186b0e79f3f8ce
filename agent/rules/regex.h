// SPDX-License-Identifier: Apache-2.0
// Regular expressions, by RE2: linear in the text, without what needs backtracking.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::rules {

// flags: of "ims". Never null; ask ok().
std::unique_ptr<const re2::RE2> compile_regex(std::string_view expression, std::string_view flags);

// Something of PCRE that RE2 has not.
struct Unmatchable {
  size_t at = 0;     // byte of the expression
  std::string what;  // "a lookahead '(?='"
  std::string instead;
};

// The first such thing in an expression RE2 refuses; nullopt: it is wrong in another way.
std::optional<Unmatchable> find_unmatchable(std::string_view expression);

}  // namespace vedette::rules
