// SPDX-License-Identifier: Apache-2.0
// The records of both rings in the order of their times.
#pragma once

#include <bpf/libbpf.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/decode.h"
#include "event/encode.h"

namespace vedette::sensor {

class Rings {
 public:
  using Handler = std::function<void(Bytes record)>;

  // File descriptors of the ring maps.
  Status open(int alert_ring, int process_ring);

  // To be watched for input.
  [[nodiscard]] std::vector<int> descriptors() const;
  // True: more is waiting, poll again at once.
  bool poll(const Handler& handler);
  // Whether the alert ring held a record since this was last asked.
  [[nodiscard]] bool take_alerted() { return std::exchange(alerted_, false); }

 private:
  struct Held {
    uint64_t time_ns;
    Buffer bytes;
  };
  struct Deleter {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
  };
  using Ring = std::unique_ptr<ring_buffer, Deleter>;

  static int hold(void* context, void* data, size_t size);

  Ring alert_ring_;
  Ring process_ring_;
  std::vector<Held> held_;
  bool alerted_ = false;
};

// CLOCK_BOOTTIME.
uint64_t boot_time_ns();

}  // namespace vedette::sensor
