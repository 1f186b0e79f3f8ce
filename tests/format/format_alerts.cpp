// SPDX-License-Identifier: Apache-2.0
// format_alerts --format NAME: native alerts, one a line, on stdin; the same in another format on stdout.
#include <iostream>

#include "output/format.h"

namespace {

int convert(vedette::output::Format format) {
  size_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    auto alert = vedette::output::alert_from_json(line);
    if (!alert) {
      std::cerr << "line " << number << ": " << alert.error().message << "\n";
      return 1;
    }
    std::cout << vedette::output::format(format, *alert) << "\n";
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  bool named = count == 3 && std::string_view(arguments[1]) == "--format";
  auto format = vedette::output::format_by_name(named ? arguments[2] : "");
  if (!format) {
    std::cerr << "usage: format_alerts --format native|ocsf|ecs|falco|cef\n";
    return 2;
  }
  return convert(*format);
}
