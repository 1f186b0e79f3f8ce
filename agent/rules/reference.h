// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vedette::rules {

// A name of something, and where it stands.
struct Reference {
  std::string text;
  int line = 0;
  int column = 0;
};

}  // namespace vedette::rules
