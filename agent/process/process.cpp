// SPDX-License-Identifier: Apache-2.0
#include "process/process.h"

namespace vedette {

void append_command_line(const Process& process, std::string& into) {
  size_t begin = into.size();
  for (const auto& arg : process.args) {
    into += into.size() == begin ? "" : " ";
    into += arg;
  }
}

std::string command_line(const Process& process) {
  std::string result;
  append_command_line(process, result);
  return result;
}

}  // namespace vedette
