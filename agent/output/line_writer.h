// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace vedette::output {

// Whether a write would go on, waiting so long for it.
Status wait_writable(int fd, std::chrono::milliseconds timeout);

// Writes whole lines to a descriptor it does not own. After a line that went out only in part, the next begins with a
// newline of its own. Waits while a non-blocking descriptor is full.
class LineWriter {
 public:
  // `line` is without its newline. Sets *written, when given, to the bytes that went out, also on failure.
  Status write(int fd, const std::string& line, size_t* written = nullptr);
  // Whether the last byte written (or found) is not a newline.
  void set_torn(bool torn) { torn_ = torn; }

 private:
  bool torn_ = false;
};

}  // namespace vedette::output
