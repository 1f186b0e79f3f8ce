// SPDX-License-Identifier: Apache-2.0
#include "process/process.h"

namespace vedette {

std::string command_line(const Process& process) {
  std::string result;
  for (const auto& arg : process.args) {
    if (!result.empty()) {
      result += ' ';
    }
    result += arg;
  }
  return result;
}

}  // namespace vedette
