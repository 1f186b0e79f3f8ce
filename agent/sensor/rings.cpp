// SPDX-License-Identifier: Apache-2.0
#include "sensor/rings.h"

#include <algorithm>
#include <ctime>
#include <iterator>

#include "base/wipe.h"

namespace vedette::sensor {

int Rings::hold(void* context, void* data, size_t size) {
  auto& held = *static_cast<std::vector<Held>*>(context);
  const auto* bytes = static_cast<const std::byte*>(data);
  Buffer copy(bytes, bytes + size);
  held.push_back({time_of_record(copy), std::move(copy)});
  return 0;
}

Status Rings::open(int alert_ring, int process_ring) {
  alert_ring_.reset(ring_buffer__new(alert_ring, hold, &held_, nullptr));
  process_ring_.reset(ring_buffer__new(process_ring, hold, &held_, nullptr));
  return alert_ring_ && process_ring_ ? Status() : fail_errno("cannot map the ring buffers");
}

std::vector<int> Rings::descriptors() const {
  return {ring_buffer__epoll_fd(alert_ring_.get()), ring_buffer__epoll_fd(process_ring_.get())};
}

// Alerts first, then bookkeeping: whoever an alert is about has been told of before. What is younger than the moment
// the alert ring was read waits for the next turn, so that an exec is never applied before an older access.
bool Rings::poll(const Handler& handler) {
  uint64_t until = boot_time_ns();
  alerted_ |= ring_buffer__consume(alert_ring_.get()) > 0;
  ring_buffer__consume(process_ring_.get());
  std::vector<Held> batch = std::exchange(held_, {});
  std::ranges::stable_sort(batch, {}, &Held::time_ns);
  auto young = std::ranges::find_if(batch, [&](const Held& held) { return held.time_ns >= until; });
  for (auto it = batch.begin(); it != young; ++it) {
    handler(it->bytes);
    wipe(it->bytes);  // raw command lines
  }
  held_.assign(std::make_move_iterator(young), std::make_move_iterator(batch.end()));
  return !held_.empty();
}

uint64_t boot_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace vedette::sensor
