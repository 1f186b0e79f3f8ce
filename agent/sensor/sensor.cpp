// SPDX-License-Identifier: Apache-2.0
#include "sensor/sensor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <map>
#include <set>

#include "bpf/events.h"
#include "sensor/canary.h"
#include "sensor/folds.h"
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

std::vector<std::string> programs_of(Family family) {
  std::vector<std::string> programs;
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      if (allowed(probe, family) && std::ranges::find(programs, probe.program) == programs.end()) {
        programs.emplace_back(probe.program);
      }
    }
  }
  return programs;
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
  Family family = Family::kTracepoint;
  std::unique_ptr<ProgramSet> programs;
  Fd cgroup;
  Ring alert_ring;
  Ring process_ring;
  std::unique_ptr<FoldReader> folds;
  std::vector<Held> held;
  bool folds_in_use = false;                                // a probe opens a fold only when it sends an event
  std::map<std::string, std::string, std::less<>> refused;  // program → why it is not attached
  std::set<std::string, std::less<>> attached;
  std::set<std::string, std::less<>> silent;
  std::array<uint64_t, LOSS_REASONS> losses_told{};

  bool attach_first(const Part& part);
  Status attach_all();
  Status open_rings();
  [[nodiscard]] PartStatus status_of(const Part& part) const;
  void tell_losses(const Handler& handler);
};

// True: a probe of the part is attached.
bool Sensor::Impl::attach_first(const Part& part) {
  for (const Probe& probe : part.probes) {
    if (!allowed(probe, family) || refused.contains(probe.program)) {
      continue;
    }
    if (attached.contains(probe.program) || probe.hook.starts_with("iter:")) {
      attached.emplace(probe.program);
      return true;
    }
    Status status = programs->attach(probe.program, cgroup.get());
    if (status) {
      attached.emplace(probe.program);
      return true;
    }
    refused.emplace(probe.program, status.error().message);
  }
  return false;
}

Status Sensor::Impl::attach_all() {
  for (const Part& part : capability_table()) {
    if (!attach_first(part) && part.required) {
      auto why = refused.find(part.probes.front().program);
      return fail("cannot watch processes: " + std::string(part.probes.front().hook) + " " +
                  (why == refused.end() ? "is not available" : why->second));
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
    if (attached.contains(probe.program)) {
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
  if (options.family == Family::kTrampoline) {
    return fail("This version has no trampoline probes: use --probes auto or tracepoint.");
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
  auto programs = ProgramSet::load(programs_of(impl->family),
                                   {.agent_pid = static_cast<uint32_t>(::getpid()), .fold_ns = options.fold_ns});
  if (!programs) {
    return fail(programs.error());
  }
  impl->programs = std::move(*programs);
  if (auto rings = impl->open_rings(); !rings) {
    return fail(rings.error());
  }
  if (auto attached = impl->attach_all(); !attached) {
    return fail(attached.error());
  }
  return std::unique_ptr<Sensor>(new Sensor(std::move(impl)));
}

Family Sensor::family() const { return impl_->family; }

std::vector<CapabilityStatus> Sensor::coverage() const {
  std::vector<CapabilityStatus> result;
  for (const Part& part : capability_table()) {
    if (result.empty() || result.back().capability != part.capability) {
      result.push_back({.capability = std::string(part.capability)});
      for (auto sentence : limits(part.capability, impl_->family)) {
        result.back().limits.emplace_back(sentence);
      }
    }
    result.back().parts.push_back(impl_->status_of(part));
  }
  for (CapabilityStatus& status : result) {
    auto seen = [](const PartStatus& p) { return !p.probe.empty() && !p.silent; };
    bool any = std::ranges::any_of(status.parts, seen);
    bool all = std::ranges::all_of(status.parts, seen) && status.limits.empty();
    status.coverage = all ? Coverage::kFull : any ? Coverage::kPartial : Coverage::kNone;
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

// What a record of a canary shows: an access or a network event by its kind, bookkeeping by its own.
std::string_view shown_by(const event_header& header, std::string_view expected) {
  if (header.type == EVENT_ACCESS || header.type == EVENT_NETWORK) {
    return expected;
  }
  if (header.type == EVENT_EXEC) {
    return "process_exec";
  }
  return header.type == EVENT_FORK ? "process_fork" : "process_exit";
}

}  // namespace

void Sensor::canary(const Handler& handler) {
  std::vector<std::string> programs(impl_->attached.begin(), impl_->attached.end());
  Canary canary(programs);
  std::set<pid_t> unseen;
  for (const CanaryAct& act : canary.acts()) {
    unseen.insert(act.pid);
  }
  auto watch = [&](Bytes record) {
    event_header header;
    std::memcpy(&header, record.data(), sizeof(header));
    auto pid = static_cast<pid_t>(header.process.tgid);
    if (!canary.owns(pid)) {
      handler(record);
      return;
    }
    for (const CanaryAct& act : canary.acts()) {
      if (act.pid == pid && shown_by(header, act.program) == act.program) {
        unseen.erase(pid);
      }
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
  for (const CanaryAct& act : canary.acts()) {
    if (unseen.contains(act.pid)) {
      impl_->silent.emplace(act.program);
    }
  }
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
