// SPDX-License-Identifier: Apache-2.0
#include "sensor/sensor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <malloc.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <map>
#include <optional>
#include <set>

#include "bpf/events.h"
#include "sensor/canary.h"
#include "sensor/folds.h"
#include "sensor/kernel_types.h"
#include "sensor/mounts.h"
#include "sensor/program_set.h"
#include "vedette.skel.h"

namespace vedette::sensor {
namespace {

constexpr int kCanaryMilliseconds = 3000;

struct Held {
  uint64_t time_ns;
  Buffer bytes;
};

int hold(void* context, void* data, size_t size) {
  auto& held = *static_cast<std::vector<Held>*>(context);
  const auto* bytes = static_cast<const std::byte*>(data);
  Buffer copy(bytes, bytes + size);
  held.push_back({time_of_record(copy), std::move(copy)});
  return 0;
}

struct RingDeleter {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};
using Ring = std::unique_ptr<ring_buffer, RingDeleter>;

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

uint64_t entries_of(int map) {
  std::array<std::byte, 128> key{};
  uint64_t count = 0;
  for (void* previous = nullptr; bpf_map_get_next_key(map, previous, key.data()) == 0; previous = key.data()) {
    ++count;
  }
  return count;
}

}  // namespace

struct Sensor::Impl {
  Family wanted = Family::kAuto;
  std::unique_ptr<ProgramSet> programs;
  std::optional<Result<KernelTypes>> types;  // while probes are chosen: it takes megabytes
  Fd cgroup;
  Ring alert_ring;
  Ring process_ring;
  std::unique_ptr<FoldReader> folds;
  std::vector<Held> held;
  bool folds_in_use = false;     // a probe opens a fold only when it sends an event
  ProgramSet::Refusals refused;  // program → why it is not attached
  std::set<std::string, std::less<>> loaded;
  std::set<std::string, std::less<>> attached;
  std::set<std::string, std::less<>> silent;
  std::array<uint64_t, LOSS_REASONS> losses_told{};

  const Probe* candidate(const Part& part);
  void refuse_changed(const Probe& probe);
  Status load(Family family);
  bool attach(const Probe& probe);
  Status attach_all();
  Status open_rings();
  bool give_way();
  [[nodiscard]] PartStatus status_of(const Part& part) const;
  [[nodiscard]] Family family_of(std::string_view capability) const;
  void tell_losses(const Handler& handler);
};

// The first probe of the part that nothing speaks against so far. nullptr: there is none.
const Probe* Sensor::Impl::candidate(const Part& part) {
  for (const Probe& probe : part.probes) {
    if (!allowed(probe, wanted)) {
      continue;
    }
    refuse_changed(probe);
    if (!refused.contains(probe.program)) {
      return &probe;
    }
  }
  return nullptr;
}

void Sensor::Impl::refuse_changed(const Probe& probe) {
  std::string_view function = function_of(probe.hook);
  if (function.empty() || refused.contains(probe.program)) {
    return;
  }
  if (!types) {
    types = KernelTypes::load();
  }
  Status same = *types ? (*types)->check(function, probe.arguments) : fail(types->error());
  if (!same) {
    refused.emplace(probe.program, same.error().message);
  }
}

// Loads the candidates of one family together: what one of them lacks, most of them do.
Status Sensor::Impl::load(Family family) {
  std::vector<std::string> fresh;
  for (const Part& part : capability_table()) {
    const Probe* probe = candidate(part);
    if (probe != nullptr && probe->family == family && loaded.emplace(probe->program).second) {
      fresh.emplace_back(probe->program);
    }
  }
  if (fresh.empty()) {
    return {};
  }
  auto refusals = programs->load(fresh);
  if (!refusals) {
    return fail(refusals.error());
  }
  refused.merge(*refusals);
  return {};
}

// False: it is refused now, and why.
bool Sensor::Impl::attach(const Probe& probe) {
  if (attached.contains(probe.program) || probe.hook.starts_with("iter:")) {
    attached.emplace(probe.program);
    return true;
  }
  Status status = programs->attach(probe.program, cgroup.get());
  if (status) {
    attached.emplace(probe.program);
  } else {
    refused.emplace(probe.program, status.error().message);
  }
  return status.has_value();
}

// Each round that refuses a probe is followed by one that tries the next.
Status Sensor::Impl::attach_all() {
  for (bool settled = false; !settled;) {
    settled = true;
    for (Family family : {Family::kAuto, Family::kTrampoline, Family::kTracepoint}) {
      if (auto status = load(family); !status) {
        return status;
      }
    }
    for (const Part& part : capability_table()) {
      const Probe* probe = candidate(part);
      if (probe != nullptr) {
        settled = loaded.contains(probe->program) && attach(*probe) && settled;
      } else if (part.required) {
        const Probe& first = part.probes.front();
        return fail("cannot watch processes: " + std::string(first.hook) + " " + refused[std::string(first.program)]);
      }
    }
  }
  return {};
}

Status Sensor::Impl::open_rings() {
  auto& maps = programs->skeleton().maps;
  alert_ring.reset(ring_buffer__new(bpf_map__fd(maps.alert_ring), hold, &held, nullptr));
  process_ring.reset(ring_buffer__new(bpf_map__fd(maps.process_ring), hold, &held, nullptr));
  if (!alert_ring || !process_ring) {
    return fail_errno("cannot map the ring buffers");
  }
  folds = std::make_unique<FoldReader>(bpf_map__fd(maps.access_folds), bpf_map__fd(maps.network_folds));
  return {};
}

PartStatus Sensor::Impl::status_of(const Part& part) const {
  PartStatus status{.part = std::string(part.part)};
  for (const Probe& probe : part.probes) {
    if (attached.contains(probe.program) && !refused.contains(probe.program)) {
      status.probe = probe.hook;
      status.silent = silent.contains(probe.program);
      return status;
    }
    if (auto why = refused.find(probe.program); why != refused.end()) {
      status.reason += (status.reason.empty() ? "" : "; ") + std::string(probe.hook) + " " + why->second;
    }
  }
  if (status.reason.empty()) {
    status.reason = "no probe of this family shows it";
  }
  return status;
}

// Whose limits hold for it.
Family Sensor::Impl::family_of(std::string_view capability) const {
  Family family = Family::kAuto;
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      if (part.capability == capability && probe.family == Family::kTracepoint && attached.contains(probe.program)) {
        family = Family::kTracepoint;
      }
    }
  }
  return family;
}

void Sensor::Impl::tell_losses(const Handler& handler) {
  uint64_t now = boot_time_ns();
  for (uint32_t reason = 0; reason < LOSS_REASONS; ++reason) {
    uint64_t count = __atomic_load_n(&programs->skeleton().bss->losses[reason], __ATOMIC_RELAXED);
    if (count > losses_told[reason]) {
      handler(encode_loss(now, reason, count - losses_told[reason]));
      losses_told[reason] = count;
    }
  }
}

Sensor::Sensor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sensor::~Sensor() = default;

Result<std::unique_ptr<Sensor>> Sensor::start(const Options& options) {
  if (auto able = kernel_can_run_us(); !able) {
    return fail(able.error());
  }
  if (auto mounted = ensure_tracefs(); !mounted) {
    return fail(mounted.error());
  }
  auto cgroup = cgroup_root();
  if (!cgroup) {
    return fail(cgroup.error().context("cannot watch the network"));
  }
  auto impl = std::make_unique<Impl>();
  impl->cgroup = std::move(*cgroup);
  impl->wanted = options.family;
  for (const auto& program : options.without) {
    impl->refused.emplace(program, "is left out");
  }
  impl->programs = std::make_unique<ProgramSet>(
      LoadOptions{.agent_pid = static_cast<uint32_t>(::getpid()), .fold_ns = options.fold_ns});
  if (auto loaded = impl->load(Family::kAuto); !loaded) {
    return fail(loaded.error());
  }
  if (auto rings = impl->open_rings(); !rings) {
    return fail(rings.error());
  }
  if (auto attached = impl->attach_all(); !attached) {
    return fail(attached.error());
  }
  impl->types.reset();
  return std::unique_ptr<Sensor>(new Sensor(std::move(impl)));
}

Family Sensor::family() const {
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      if (probe.family == Family::kTrampoline && impl_->attached.contains(probe.program)) {
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

std::vector<CapabilityStatus> Sensor::coverage() const {
  std::vector<CapabilityStatus> result;
  for (const Part& part : capability_table()) {
    if (result.empty() || result.back().capability != part.capability) {
      result.push_back({.capability = std::string(part.capability)});
    }
    result.back().parts.push_back(impl_->status_of(part));
  }
  for (CapabilityStatus& status : result) {
    Family family = impl_->family_of(status.capability);
    for (auto sentence : limits(status.capability, family)) {
      status.limits.emplace_back(sentence);
    }
    bool limited = status.limits.size() > limits(status.capability, Family::kAuto).size();
    status.coverage = coverage_of(status.parts, limited);
  }
  return result;
}

Result<std::vector<Buffer>> Sensor::running() const {
  bpf_link* link = bpf_program__attach_iter(impl_->programs->skeleton().progs.running_processes, nullptr);
  if (link == nullptr) {
    return fail_errno("cannot list the running processes");
  }
  Fd iterator(bpf_iter_create(bpf_link__fd(link)));
  std::vector<std::byte> bytes;
  std::array<std::byte, 64 * sizeof(fork_event)> chunk;
  ssize_t n = 0;
  while ((n = ::read(iterator.get(), chunk.data(), chunk.size())) > 0) {
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + n);
  }
  int code = errno;
  bpf_link__destroy(link);
  if (n < 0) {
    return fail_errno("cannot list the running processes", code);
  }
  std::vector<Buffer> records;
  for (size_t at = 0; at + sizeof(fork_event) <= bytes.size(); at += sizeof(fork_event)) {
    records.emplace_back(bytes.begin() + static_cast<ptrdiff_t>(at),
                         bytes.begin() + static_cast<ptrdiff_t>(at + sizeof(fork_event)));
  }
  std::ranges::stable_sort(records, {}, [](const Buffer& record) {
    event_header header;
    std::memcpy(&header, record.data(), sizeof(header));
    return header.process.start_ns;
  });
  return records;
}

namespace {

std::string_view bookkeeping_probe(uint16_t type) {
  if (type == EVENT_EXEC) {
    return "process_exec";
  }
  return type == EVENT_FORK ? "process_fork" : "process_exit";
}

// Whether a record of the act's process is what the probe had to show: bookkeeping by its own kind, and a use of ptrace
// apart from the attach before it.
bool shows(Bytes record, const CanaryAct& act) {
  event_header header;
  std::memcpy(&header, record.data(), sizeof(header));
  if (static_cast<pid_t>(header.process.tgid) != act.pid) {
    return false;
  }
  if (header.type == EVENT_EXEC || header.type == EVENT_FORK || header.type == EVENT_EXIT) {
    return act.program == bookkeeping_probe(header.type);
  }
  if (act.program != "ptrace_used" && act.program != "ptrace_request") {
    return true;
  }
  access_event event;
  std::memcpy(&event, record.data(), sizeof(event));
  return event.detail == 0;
}

}  // namespace

// Exercises these; those that showed nothing.
std::set<std::string, std::less<>> Sensor::exercise(const std::vector<std::string>& programs, const Handler& handler) {
  Canary canary(programs);
  std::map<pid_t, std::string_view> unseen;
  for (const CanaryAct& act : canary.acts()) {
    unseen.emplace(act.pid, act.program);
  }
  auto watch = [&](Bytes record) {
    event_header header;
    std::memcpy(&header, record.data(), sizeof(header));
    auto pid = static_cast<pid_t>(header.process.tgid);
    if (!canary.owns(pid)) {
      handler(record);
    } else if (std::ranges::any_of(canary.acts(), [&](const CanaryAct& act) { return shows(record, act); })) {
      unseen.erase(pid);
    }
  };
  uint64_t deadline = boot_time_ns() + kCanaryMilliseconds * 1'000'000ULL;
  while (!unseen.empty() && boot_time_ns() < deadline) {
    if (!poll(watch)) {
      std::vector<pollfd> fds;
      for (int fd : descriptors()) {
        fds.push_back({.fd = fd, .events = POLLIN, .revents = 0});
      }
      ::poll(fds.data(), fds.size(), 10);
    }
  }
  std::set<std::string, std::less<>> silent;
  for (const auto& [pid, program] : unseen) {
    silent.emplace(program);
  }
  return silent;
}

// True: a silent probe had a next one, that is tried now.
bool Sensor::Impl::give_way() {
  bool changed = false;
  for (const Part& part : capability_table()) {
    const Probe* probe = candidate(part);
    bool last = probe == nullptr || !allowed(part.probes.back(), wanted) || probe == &part.probes.back();
    if (!last && silent.contains(probe->program)) {
      refused.emplace(probe->program, "shows nothing of what it should");
      attached.erase(attached.find(probe->program));
      changed = true;
    }
  }
  return changed && attach_all().has_value();
}

void Sensor::canary(const Handler& handler) {
  std::set<std::string, std::less<>> exercised;
  do {
    std::vector<std::string> fresh;
    std::ranges::set_difference(impl_->attached, exercised, std::back_inserter(fresh));
    impl_->silent.merge(exercise(fresh, handler));
    exercised.insert(fresh.begin(), fresh.end());
  } while (impl_->give_way());
  // Loading parses megabytes of types, and the allocator keeps them.
  impl_->types.reset();
  ::malloc_trim(0);
}

std::vector<int> Sensor::descriptors() const {
  return {ring_buffer__epoll_fd(impl_->alert_ring.get()), ring_buffer__epoll_fd(impl_->process_ring.get())};
}

// Alerts first, then bookkeeping: whoever an alert is about has been told of before. What is younger than the moment
// the alert ring was read waits for the next turn, so that an exec is never applied before an older access.
bool Sensor::poll(const Handler& handler) {
  uint64_t until = boot_time_ns();
  impl_->folds_in_use |= ring_buffer__consume(impl_->alert_ring.get()) > 0;
  ring_buffer__consume(impl_->process_ring.get());
  std::vector<Held> batch = std::exchange(impl_->held, {});
  std::ranges::stable_sort(batch, {}, &Held::time_ns);
  auto young = std::ranges::find_if(batch, [&](const Held& held) { return held.time_ns >= until; });
  for (auto it = batch.begin(); it != young; ++it) {
    handler(it->bytes);
  }
  impl_->held.assign(std::make_move_iterator(young), std::make_move_iterator(batch.end()));
  return !impl_->held.empty();
}

void Sensor::collect(const Handler& handler) {
  if (impl_->folds_in_use) {
    for (const Buffer& record : impl_->folds->collect(boot_time_ns(), false)) {
      handler(record);
    }
    impl_->folds_in_use = impl_->folds->entries() > 0;
  }
  impl_->tell_losses(handler);
}

void Sensor::finish(const Handler& handler) {
  impl_->programs->detach_all();
  while (poll(handler)) {
  }
  for (const Buffer& record : impl_->folds->collect(boot_time_ns(), true)) {
    handler(record);
  }
  impl_->tell_losses(handler);
}

void Sensor::set_verdict(const ProcessId& process, Verdict verdict, uint32_t exec_id) {
  verdict_value value{.start_ns = process.start_ns, .verdict = static_cast<uint32_t>(verdict), .exec_id = exec_id};
  uint64_t flags = verdict == Verdict::kIgnored ? BPF_NOEXIST : BPF_ANY;
  bpf_map_update_elem(bpf_map__fd(impl_->programs->skeleton().maps.verdicts), &process.pid, &value, flags);
}

std::vector<MapUse> Sensor::map_use() const {
  auto& maps = impl_->programs->skeleton().maps;
  std::vector<MapUse> result;
  for (bpf_map* map : {maps.verdicts, maps.access_folds, maps.network_folds}) {
    result.push_back({bpf_map__name(map), entries_of(bpf_map__fd(map)), bpf_map__max_entries(map)});
  }
  return result;
}

uint64_t boot_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace vedette::sensor
