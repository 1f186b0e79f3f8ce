// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rules/yaml.h"

namespace vedette::rules {

// What in a document's describing keys (dates, tags, references, …) is not as Sigma writes it. None of it changes what
// the rule matches. Keys that Sigma does not know are the author's own, unless they look like a slip.
std::vector<std::string> remarks_on(const YamlNode& document);

}  // namespace vedette::rules
