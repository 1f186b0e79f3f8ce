// SPDX-License-Identifier: Apache-2.0
// From the kernel to raw records (bpf/events.h) in the order of their times. Knows no rules and no processes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/decode.h"
#include "event/encode.h"
#include "sensor/capabilities.h"
#include "sensor/rings.h"

namespace vedette::sensor {

struct Options {
  Family family = Family::kAuto;
  uint64_t fold_ns = 1'000'000'000;  // 0: every event is sent
  std::vector<std::string> without;  // programs not to try, so that the next one of each part is
};

struct MapUse {
  std::string map;
  uint64_t entries;
  uint64_t capacity;
};

enum class Verdict : uint32_t { kPending = 0, kServer = 1, kIgnored = 2, kSuspect = 3 };

// Mounts what is missing, loads and attaches. Must run while the process has one thread. Not thread-safe.
class Sensor {
 public:
  using Handler = Rings::Handler;

  // The error is a sentence for the user. A probe that cannot be attached is no error unless nothing works without it.
  static Result<std::unique_ptr<Sensor>> start(const Options& options);
  ~Sensor();

  [[nodiscard]] std::vector<CapabilityStatus> coverage() const;
  // kTrampoline: at least one is attached.
  [[nodiscard]] Family family() const;

  // One fork record for each process now running, parents before children.
  Result<std::vector<Buffer>> running() const;

  // Exercises every probe that can be exercised safely, on processes of its own. `handler` gets what others did
  // meanwhile. A probe that showed nothing gives way to the next one of its part, or is marked silent in coverage()
  // when there is none: the compiler may have inlined a function at the very calls that matter. Before any thread is
  // started.
  void canary(const Handler& handler);

  // To be watched for input; then poll().
  [[nodiscard]] std::vector<int> descriptors() const;
  // Hands over what is there, oldest first. True: more is waiting, poll again at once.
  bool poll(const Handler& handler);
  // Counts kept by the kernel: folded events and losses. Attaches again what others have detached, and tells of it.
  // Call a few times a second.
  void collect(const Handler& handler);
  // Detaches every probe; then poll and collect what is left.
  void finish(const Handler& handler);

  // How a process stands in the kernel's filter. kIgnored never overrides what the kernel knows better.
  void set_verdict(const ProcessId& process, Verdict verdict, uint32_t exec_id);

  [[nodiscard]] std::vector<MapUse> map_use() const;

 private:
  std::set<std::string, std::less<>> exercise(const std::vector<std::string>& programs, const Handler& handler);
  struct Impl;
  explicit Sensor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::sensor
