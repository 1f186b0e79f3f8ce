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
#include <map>

#include "bpf/events.h"
#include "sensor/canary.h"
#include "sensor/folds.h"
#include "sensor/mounts.h"
#include "sensor/probes.h"
#include "vedette.skel.h"

namespace vedette::sensor {
namespace {

constexpr int kCanaryMilliseconds = 3000;
constexpr uint64_t kMendNs = 2'000'000'000;

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
  Impl(const Options& options, LoadOptions load) : probes(options.family, options.without, load) {}

  Probes probes;
  Rings rings;
  std::unique_ptr<FoldReader> folds;
  bool folds_in_use = false;  // a probe opens a fold only when it sends an event
  std::array<uint64_t, LOSS_REASONS> losses_told{};
  uint64_t mended_ns = 0;

  vedette_bpf& skeleton() { return probes.programs().skeleton(); }
  Status open_maps();
  void tell_losses(const Handler& handler);
  void mend(const Handler& handler);
};

Status Sensor::Impl::open_maps() {
  auto& maps = skeleton().maps;
  folds = std::make_unique<FoldReader>(bpf_map__fd(maps.access_folds), bpf_map__fd(maps.network_folds));
  return rings.open(bpf_map__fd(maps.alert_ring), bpf_map__fd(maps.process_ring));
}

void Sensor::Impl::tell_losses(const Handler& handler) {
  uint64_t now = boot_time_ns();
  for (uint32_t reason = 0; reason < LOSS_REASONS; ++reason) {
    uint64_t count = __atomic_load_n(&skeleton().bss->losses[reason], __ATOMIC_RELAXED);
    if (count > losses_told[reason]) {
      handler(encode_loss(now, reason, count - losses_told[reason]));
      losses_told[reason] = count;
    }
  }
}

void Sensor::Impl::mend(const Handler& handler) {
  uint64_t now = boot_time_ns();
  if (now - mended_ns < kMendNs) {
    return;
  }
  mended_ns = now;
  for (std::string& hook : probes.mend()) {
    handler(encode(SelfEvent{.time_ns = now,
                             .behavior = Behavior::kProbeDetached,
                             .monitor = {.pid = static_cast<uint32_t>(::getpid())},
                             .object = std::move(hook)}));
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
  LoadOptions load{.agent_pid = static_cast<uint32_t>(::getpid()), .fold_ns = options.fold_ns};
  auto impl = std::make_unique<Impl>(options, load);
  if (auto loaded = impl->probes.load(); !loaded) {
    return fail(loaded.error());
  }
  if (auto opened = impl->open_maps(); !opened) {
    return fail(opened.error());
  }
  if (auto attached = impl->probes.attach(std::move(*cgroup)); !attached) {
    return fail(attached.error());
  }
  return std::unique_ptr<Sensor>(new Sensor(std::move(impl)));
}

Family Sensor::family() const { return impl_->probes.family(); }

std::vector<CapabilityStatus> Sensor::coverage() const { return impl_->probes.coverage(); }

Result<std::vector<Buffer>> Sensor::running() const {
  bpf_link* link = bpf_program__attach_iter(impl_->skeleton().progs.running_processes, nullptr);
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
Probes::Names Sensor::exercise(const std::vector<std::string>& programs, const Handler& handler) {
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
  Probes::Names silent;
  for (const auto& [pid, program] : unseen) {
    silent.emplace(program);
  }
  return silent;
}

void Sensor::canary(const Handler& handler) {
  Probes::Names exercised;
  Probes::Names silent;
  do {
    std::vector<std::string> fresh;
    std::ranges::set_difference(impl_->probes.attached(), exercised, std::back_inserter(fresh));
    silent = exercise(fresh, handler);
    exercised.insert(fresh.begin(), fresh.end());
  } while (impl_->probes.give_way(silent));
  // Loading parses megabytes of types, and the allocator keeps them.
  impl_->probes.forget_types();
  ::malloc_trim(0);
}

std::vector<int> Sensor::descriptors() const { return impl_->rings.descriptors(); }

bool Sensor::poll(const Handler& handler) {
  bool more = impl_->rings.poll(handler);
  impl_->folds_in_use |= impl_->rings.take_alerted();
  return more;
}

void Sensor::collect(const Handler& handler) {
  if (impl_->folds_in_use) {
    for (const Buffer& record : impl_->folds->collect(boot_time_ns(), false)) {
      handler(record);
    }
    impl_->folds_in_use = impl_->folds->entries() > 0;
  }
  impl_->tell_losses(handler);
  impl_->mend(handler);
}

void Sensor::finish(const Handler& handler) {
  impl_->probes.programs().detach_all();
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
  bpf_map_update_elem(bpf_map__fd(impl_->skeleton().maps.verdicts), &process.pid, &value, flags);
}

std::vector<MapUse> Sensor::map_use() const {
  auto& maps = impl_->skeleton().maps;
  std::vector<MapUse> result;
  for (bpf_map* map : {maps.verdicts, maps.access_folds, maps.network_folds}) {
    result.push_back({bpf_map__name(map), entries_of(bpf_map__fd(map)), bpf_map__max_entries(map)});
  }
  return result;
}

}  // namespace vedette::sensor
