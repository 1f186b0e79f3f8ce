// SPDX-License-Identifier: Apache-2.0
// What was seen of the events that correlations may still name, in bounded memory: those who are watched choose how
// long their command lines are, and how many ancestors they have.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "pipeline/alert_builder.h"

namespace vedette {

class Sightings {
 public:
  // Beyond `most` bytes what comes is kept short: processes without ancestors, their command lines cut.
  explicit Sightings(size_t most = 64'000'000) : most_(most) {}

  void keep(uint64_t id, const Sighting& sighting);
  // nullptr: not kept, or forgotten.
  [[nodiscard]] const Sighting* find(uint64_t id) const;
  // So much has come since the last time that it is worth to forget() now.
  [[nodiscard]] bool crowded() const { return kept_.size() > enough_ || bytes_ > enough_bytes_; }
  void forget(const std::function<bool(uint64_t id)>& unwanted);
  // Sightings that were kept short.
  [[nodiscard]] uint64_t shortened() const { return shortened_; }

 private:
  static constexpr size_t kSome = 4096;
  static constexpr size_t kSomeBytes = 16'000'000;

  size_t most_;
  std::unordered_map<uint64_t, Sighting> kept_;
  size_t bytes_ = 0;
  size_t enough_ = kSome;
  size_t enough_bytes_ = kSomeBytes;
  uint64_t shortened_ = 0;
};

}  // namespace vedette
