// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sightings.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr size_t kShortCommandLine = 200;  // bytes

void shorten(std::optional<AlertProcess>& process) {
  if (process) {
    process->ancestors = {};
    process->cwd = {};
    process->command_line = process->command_line.substr(0, kShortCommandLine);
  }
}

Sighting in_short(Sighting sighting) {
  shorten(sighting.evidence.actor);
  shorten(sighting.evidence.target);
  shorten(sighting.evidence.opener);
  return sighting;
}

}  // namespace

void Sightings::keep(uint64_t id, const Sighting& sighting) {
  bool too_much = bytes_ + footprint(sighting.evidence) > most_;
  shortened_ += too_much ? 1 : 0;
  const Sighting& kept = kept_.insert_or_assign(id, too_much ? in_short(sighting) : sighting).first->second;
  bytes_ += footprint(kept.evidence);
}

const Sighting* Sightings::find(uint64_t id) const {
  auto found = kept_.find(id);
  return found != kept_.end() ? &found->second : nullptr;
}

void Sightings::forget(const std::function<bool(uint64_t id)>& unwanted) {
  std::erase_if(kept_, [&](const auto& entry) { return unwanted(entry.first); });
  bytes_ = 0;
  for (const auto& [id, sighting] : kept_) {
    bytes_ += footprint(sighting.evidence);
  }
  enough_ = std::max(kSome, 2 * kept_.size());
  enough_bytes_ = bytes_ + kSomeBytes;
}

}  // namespace vedette
