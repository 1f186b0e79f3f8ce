// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "commands/options.h"
#include "rules/field_reference.h"

namespace vedette::commands {

int fields(const Options& options) {
  std::string text = options.json ? rules::fields_json() + "\n" : rules::fields_markdown();
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? kGood : kError;
}

}  // namespace vedette::commands
