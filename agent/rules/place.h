// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rules/yaml.h"

namespace vedette::rules {

// Line and column, in bytes, from 1.
struct Place {
  int line = 0;
  int column = 0;
};

// Where the byte `offset` of a scalar's text stands in the source it was read from: quotes, escapes and the folding of
// lines lie between. The scalar's own place when that cannot be told.
Place place_inside(std::string_view source, const YamlNode& scalar, size_t offset);

}  // namespace vedette::rules
