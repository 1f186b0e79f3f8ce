// SPDX-License-Identifier: Apache-2.0
#include "sensor/probes.h"

#include <algorithm>
#include <utility>

namespace vedette::sensor {
namespace {

bool allowed(const Probe& probe, Family family) {
  return family == Family::kAuto || probe.family == Family::kAuto || probe.family == family;
}

constexpr std::string_view kFunctionHooks[] = {"fentry:", "fexit:"};

// "" when the hook is no function.
std::string_view function_of(std::string_view hook) {
  for (std::string_view kind : kFunctionHooks) {
    if (hook.starts_with(kind)) {
      return hook.substr(kind.size());
    }
  }
  return {};
}

std::string hook_of(std::string_view program) {
  for (const Part& part : capability_table()) {
    auto found = std::ranges::find(part.probes, program, &Probe::program);
    if (found != part.probes.end()) {
      return std::string(found->hook);
    }
  }
  return std::string(program);
}

}  // namespace

Probes::Probes(Family family, const std::vector<std::string>& without, LoadOptions options)
    : wanted_(family), programs_(options) {
  for (const auto& program : without) {
    refused_.emplace(program, "is left out");
  }
}

Status Probes::load() { return load_candidates(Family::kAuto); }

Status Probes::attach(Fd cgroup) {
  cgroup_ = std::move(cgroup);
  Status status = attach_all();
  types_.reset();
  return status;
}

// The first probe of the part that nothing speaks against so far. nullptr: there is none.
const Probe* Probes::candidate(const Part& part) {
  for (const Probe& probe : part.probes) {
    if (!allowed(probe, wanted_)) {
      continue;
    }
    refuse_changed(probe);
    if (!refused_.contains(probe.program)) {
      return &probe;
    }
  }
  return nullptr;
}

void Probes::refuse_changed(const Probe& probe) {
  std::string_view function = function_of(probe.hook);
  if (function.empty() || refused_.contains(probe.program)) {
    return;
  }
  if (!types_) {
    types_ = KernelTypes::load();
  }
  Status same = *types_ ? (*types_)->check(function, probe.arguments) : fail(types_->error());
  if (!same) {
    refused_.emplace(probe.program, same.error().message);
  }
}

// Loads the candidates of one family together: what one of them lacks, most of them do.
Status Probes::load_candidates(Family family) {
  std::vector<std::string> fresh;
  for (const Part& part : capability_table()) {
    const Probe* probe = candidate(part);
    if (probe != nullptr && probe->family == family && loaded_.emplace(probe->program).second) {
      fresh.emplace_back(probe->program);
    }
  }
  if (fresh.empty()) {
    return {};
  }
  auto refusals = programs_.load(fresh);
  if (!refusals) {
    return fail(refusals.error());
  }
  refused_.merge(*refusals);
  return {};
}

// False: it is refused now, and why.
bool Probes::attach(const Probe& probe) {
  if (attached_.contains(probe.program) || probe.hook.starts_with("iter:")) {
    attached_.emplace(probe.program);
    return true;
  }
  Status status = programs_.attach(probe.program, cgroup_.get());
  if (status) {
    attached_.emplace(probe.program);
  } else {
    refused_.emplace(probe.program, status.error().message);
  }
  return status.has_value();
}

// Each round that refuses a probe is followed by one that tries the next.
Status Probes::attach_all() {
  for (bool settled = false; !settled;) {
    settled = true;
    for (Family family : {Family::kAuto, Family::kTrampoline, Family::kTracepoint}) {
      if (auto status = load_candidates(family); !status) {
        return status;
      }
    }
    for (const Part& part : capability_table()) {
      const Probe* probe = candidate(part);
      if (probe != nullptr) {
        settled = loaded_.contains(probe->program) && attach(*probe) && settled;
      } else if (part.required) {
        const Probe& first = part.probes.front();
        return fail("cannot watch processes: " + std::string(first.hook) + " " + refused_[std::string(first.program)]);
      }
    }
  }
  return {};
}

bool Probes::give_way(const Names& silent) {
  silent_.insert(silent.begin(), silent.end());
  bool changed = false;
  for (const Part& part : capability_table()) {
    const Probe* probe = candidate(part);
    bool last = probe == nullptr || !allowed(part.probes.back(), wanted_) || probe == &part.probes.back();
    if (!last && silent_.contains(probe->program)) {
      refused_.emplace(probe->program, "shows nothing of what it should");
      programs_.detach(probe->program);
      attached_.erase(attached_.find(probe->program));
      changed = true;
    }
  }
  return changed && attach_all().has_value();
}

std::vector<std::string> Probes::mend() {
  std::vector<std::string> hooks;
  for (const std::string& program : programs_.broken()) {
    programs_.detach(program);
    detached_.insert(program);
    silent_.insert(program);
    hooks.push_back(hook_of(program));
  }
  std::erase_if(detached_, [this](const std::string& program) {
    bool back = programs_.attach(program, cgroup_.get()).has_value();
    if (back) {
      silent_.erase(program);
    }
    return back;
  });
  return hooks;
}

PartStatus Probes::status_of(const Part& part) const {
  PartStatus status{.part = std::string(part.part)};
  for (const Probe& probe : part.probes) {
    if (attached_.contains(probe.program) && !refused_.contains(probe.program)) {
      status.probe = probe.hook;
      status.silent = silent_.contains(probe.program);
      return status;
    }
    if (auto why = refused_.find(probe.program); why != refused_.end()) {
      status.refused.push_back({std::string(probe.hook), why->second});
    }
  }
  return status;
}

// Whose limits hold for it.
Family Probes::family_of(std::string_view capability) const {
  Family family = Family::kAuto;
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      if (part.capability == capability && probe.family == Family::kTracepoint && attached_.contains(probe.program)) {
        family = Family::kTracepoint;
      }
    }
  }
  return family;
}

Family Probes::family() const {
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      if (probe.family == Family::kTrampoline && attached_.contains(probe.program)) {
        return Family::kTrampoline;
      }
    }
  }
  return Family::kTracepoint;
}

namespace {

Coverage coverage_of(const std::vector<PartStatus>& parts, bool limited) {
  auto seen = [](const PartStatus& part) { return !part.probe.empty() && !part.silent; };
  if (!std::ranges::any_of(parts, seen)) {
    return Coverage::kNone;
  }
  return std::ranges::all_of(parts, seen) && !limited ? Coverage::kFull : Coverage::kPartial;
}

}  // namespace

std::vector<CapabilityStatus> Probes::coverage() const {
  std::vector<CapabilityStatus> result;
  for (const Part& part : capability_table()) {
    if (result.empty() || result.back().capability != part.capability) {
      result.push_back({.capability = std::string(part.capability)});
    }
    result.back().parts.push_back(status_of(part));
  }
  for (CapabilityStatus& status : result) {
    Family family = family_of(status.capability);
    for (auto sentence : limits(status.capability, family)) {
      status.limits.emplace_back(sentence);
    }
    bool limited = status.limits.size() > limits(status.capability, Family::kAuto).size();
    status.coverage = coverage_of(status.parts, limited);
  }
  return result;
}

}  // namespace vedette::sensor
