// SPDX-License-Identifier: Apache-2.0
// Where alerts go. Each sink is used by one thread, its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "event/alert.h"
#include "output/format.h"

namespace vedette::output {

// What became of a batch.
struct Delivery {
  size_t done = 0;                      // so many from the first need not be offered again
  size_t rejected = 0;                  // of these, so many the receiver refused for good
  std::string error;                    // why the rest is still to come, or why some were refused; "" all arrived
  std::chrono::seconds retry_after{0};  // the receiver asked to be left alone so long, at most an hour; 0: it did not
};

class Sink {
 public:
  virtual ~Sink() = default;
  // Oldest first, never empty, at most batch(). May block for some seconds. What was not done is offered again, later,
  // beginning with the first that was not: at least once, in order, with the alert's id as the key.
  virtual Delivery write(std::span<const Alert> alerts) = 0;
  // Alerts a write takes at most.
  [[nodiscard]] virtual size_t batch() const { return 1; }
  // SIGHUP: files are opened anew, connections may be.
  virtual void reopen() {}
};

}  // namespace vedette::output
