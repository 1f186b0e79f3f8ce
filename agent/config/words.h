// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "servers/yaml.h"

namespace vedette::config {

// "a, b, c"
std::string listed(const std::vector<std::string>& words);

// A text that is one of `good`; after an error the text as it is.
std::string one_of(yaml::Reader& reader, const YAML::Node& node, const std::string& what,
                   const std::vector<std::string>& good);

}  // namespace vedette::config
