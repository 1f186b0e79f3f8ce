// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/engine.h"

namespace vedette::rules::testing {

using Values = std::vector<std::pair<Field, std::string>>;

inline constexpr uint64_t kSecond = 1'000'000'000;
inline constexpr const char* kId = "11111111-1111-4111-8111-111111111111";

Record record(Category category, const Values& values, uint64_t seconds = 0);

// A process_creation rule around a detection, indented by two.
std::string rule_text(const std::string& detection);

Compiled compile_text(const std::string& text);

// "line:column: message" of each.
std::vector<std::string> mistakes(const std::string& text);
std::string only_mistake(const std::string& text);

// Whether a process_creation rule with that detection matches; fails the test when it does not compile.
bool matches(const std::string& detection, const Values& values);

std::vector<std::string> titles(const std::vector<Match>& matches);

}  // namespace vedette::rules::testing
