// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servers/signatures.h"

namespace vedette::servers {

using Words = std::vector<std::string>;
using WordSpan = std::span<const std::string>;

bool contains(const std::vector<std::string>& list, std::string_view word);

// A flag at the start of a command line: "-y", "-it", "-p X", "-pX", "--package X", "--package=X".
struct Flag {
  std::string name;   // the one that takes the value, if any does
  std::string value;  // "" none
  size_t width = 1;   // words taken
};

Flag flag_at(WordSpan words, const Flags& flags);

// Passes each flag to `see`, which says whether to go on, and returns what follows them; empty when stopped.
WordSpan skip_flags(WordSpan words, const Flags& flags, const std::function<bool(const Flag&)>& see);
WordSpan skip_flags(WordSpan words, const Flags& flags);

}  // namespace vedette::servers
