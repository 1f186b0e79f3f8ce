// SPDX-License-Identifier: Apache-2.0
// Common Event Format, as a receiver reads it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vedette::output {

struct CefEvent {
  std::vector<std::string> header;  // seven, the first with "CEF:"
  std::map<std::string, std::string> extension;
  std::vector<std::string> mistakes;
};

CefEvent parse_cef(const std::string& line);

}  // namespace vedette::output
