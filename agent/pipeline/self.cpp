// SPDX-License-Identifier: Apache-2.0
#include "pipeline/self.h"

#include <cstring>

namespace vedette {

std::string object_of(const AccessEvent& event) {
  if (event.behavior != Behavior::kSignal) {
    return "";
  }
  const char* name = ::sigabbrev_np(static_cast<int>(event.detail));
  return "SIG" + (name != nullptr ? std::string(name) : std::to_string(event.detail));
}

}  // namespace vedette
