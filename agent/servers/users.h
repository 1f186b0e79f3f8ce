// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vedette::servers {

struct User {
  uint32_t uid = 0;
  std::string name;
  std::string home;
};

// People, root, and every other account whose home is a directory of its own; one user for each home.
std::vector<User> users();

}  // namespace vedette::servers
