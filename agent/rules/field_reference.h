// SPDX-License-Identifier: Apache-2.0
// The categories and fields of rules, for people and for programs.
#pragma once

#include <string>

namespace vedette::rules {

// docs/fields.md, whole.
std::string fields_markdown();
// One object: category → {behaviors, meaning, fields: [{name, type, origin, meaning}]}.
std::string fields_json();

}  // namespace vedette::rules
