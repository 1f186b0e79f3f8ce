// SPDX-License-Identifier: Apache-2.0
// Overwrites what may hold a secret before its memory is given back.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vedette {

// All of its room; it is empty then.
void wipe(std::string& text);
void wipe(std::vector<std::byte>& bytes);

// The old value is overwritten.
void replace_secret(std::string& text, std::string value);

}  // namespace vedette
