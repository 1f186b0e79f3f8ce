// SPDX-License-Identifier: Apache-2.0
// SHA-256 in lower-case hexadecimal, to tell whether rules are the same as before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/yaml.h"

namespace vedette::rules {

std::string sha256(std::string_view text);

// Of what the node says: comments, layout and the order of a map's keys do not matter, that of a list does.
std::string digest(const YamlNode& node);

// Of several, in that order.
std::string digest(const std::vector<std::string>& digests);

}  // namespace vedette::rules
