// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vedette::rules {

bool is_uuid(const std::string& text);

// The id of a rule that has none: a UUID by name (RFC 9562, version 5) from its title and the name of its file, so that
// it stays as long as both do, wherever the file is.
std::string derived_id(const std::string& title, const std::string& file);

}  // namespace vedette::rules
