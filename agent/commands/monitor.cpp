// SPDX-License-Identifier: Apache-2.0
#include "commands/monitor.h"

#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "commands/self_marker.h"
#include "commands/self_process.h"
#include "event/decode.h"
#include "event/encode.h"
#include "output/json.h"

namespace vedette::commands {
namespace {

constexpr int kTickMilliseconds = 100;
constexpr uint64_t kTicksPerRefresh = 30;  // of client configurations and the clock
constexpr uint64_t kTicksPerGauges = 50;
constexpr uint64_t kTicksPerMemory = 600;  // when servers were seen last
constexpr int64_t kClockSlackNs = 100'000'000;

sensor::Verdict verdict_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::kServer:
      return sensor::Verdict::kServer;
    case Judgement::kSuspect:
      return sensor::Verdict::kSuspect;
    case Judgement::kIgnored:
      break;
  }
  return sensor::Verdict::kIgnored;
}

uint64_t wall_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

uint32_t count_of(const Event& event) {
  if (const auto* access = std::get_if<AccessEvent>(&event)) {
    return access->count;
  }
  const auto* network = std::get_if<NetworkEvent>(&event);
  return network != nullptr ? network->count : 0;
}

}  // namespace

Result<std::vector<ExecEvent>> running_processes(const sensor::Sensor& sensor, ProcSource& proc) {
  auto records = sensor.running();
  if (!records) {
    return fail(records.error());
  }
  std::vector<ExecEvent> events;
  for (const Buffer& record : *records) {
    auto event = decode(record);
    if (!event) {
      return fail(event.error());
    }
    const auto& found = std::get<ForkEvent>(*event);
    ExecEvent exec{.time_ns = found.time_ns,
                   .process = found.process,
                   .parent = found.parent,
                   .uid = found.uid,
                   .pid_namespace = found.pid_namespace,
                   .namespace_pid = found.namespace_pid,
                   .exec_id = found.exec_id};
    if (proc.describe(exec)) {
      events.push_back(std::move(exec));
    }
  }
  return events;
}

Monitor::Monitor(const Options& options, Loaded loaded, StateDir state)
    : options_(options),
      loaded_(std::move(loaded)),
      state_(std::move(state)),
      metrics_({.version = VEDETTE_VERSION, .revision = VEDETTE_REVISION}),
      configs_("", servers::users()),
      attempted_(loaded_),
      rule_settings_(loaded_.settings) {}

Monitor::~Monitor() = default;

Status Monitor::start() {
  harden_process();
  limit_heap();
  if (auto status = start_signals(); !status) {
    return status;
  }
  if (auto status = start_sensor(); !status) {
    return status;
  }
  start_pipeline();
  if (auto status = start_outputs(); !status) {
    return status;
  }
  if (auto status = start_endpoints(); !status) {
    return status;
  }
  announce();
  return {};
}

Status Monitor::start_signals() {
  auto signals = take_signals();
  if (!signals) {
    return fail(signals.error());
  }
  signals_ = std::move(*signals);
  epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  return epoll_ ? Status() : fail_errno("cannot watch for events");
}

Status Monitor::start_sensor() {
  bool fold = loaded_.settings.fold_window.count() > 0;
  sensor::Options options{.family = options_.family, .without = options_.without_probes};
  if (!fold) {
    options.fold_ns = 0;
  }
  auto sensor = sensor::Sensor::start(options);
  if (!sensor) {
    return fail(sensor.error());
  }
  sensor_ = std::move(*sensor);
  return {};
}

PipelineHooks Monitor::hooks() {
  return {
      .judged = [this](const ProcessId& id, Judgement judgement, uint32_t exec_id) { judged(id, judgement, exec_id); },
      .alert = [this](Alert raised) { alert(std::move(raised)); },
      .event = [this](Behavior behavior, uint64_t count) { metrics_.event(behavior, count); },
      .lost = [this](const LossEvent& loss) { metrics_.lost(loss.stage, loss.reason, loss.count); },
      .decided =
          [this](uint64_t event_ns) { metrics_.delay(static_cast<double>(sensor::boot_time_ns() - event_ns) / 1e9); }};
}

// The canary comes first: once the agent itself is judged, the kernel drops what its children send.
void Monitor::start_pipeline() {
  std::vector<Buffer> meanwhile;
  sensor_->canary([&](Bytes record) { meanwhile.emplace_back(record.begin(), record.end()); });
  pipeline_ = std::make_unique<Pipeline>(loaded_.rules.rules, loaded_.signatures, &procfs_, hooks());
  if (auto status = pipeline_->destinations().load(destinations_file(state_)); !status) {
    spdlog::warn("{}", status.error().message);
  }
  refresh_context();
  if (auto running = running_processes(*sensor_, procfs_)) {
    for (const ExecEvent& event : *running) {
      pipeline_->handle(event);
    }
  } else {
    spdlog::error("{}", running.error().message);
  }
  for (const Buffer& record : meanwhile) {
    feed(record);
  }
}

Status Monitor::start_endpoints() {
  if (loaded_.settings.metrics_listen != "off") {
    auto endpoint = metrics::Endpoint::start(loaded_.settings.metrics_listen, metrics_);
    if (!endpoint) {
      return fail(endpoint.error());
    }
    endpoint_ = std::move(*endpoint);
    spdlog::info("metrics on port {}", endpoint_->port());
  }
  if (auto status = start_control(); !status) {
    return status;
  }
  resolver_ = std::make_unique<Resolver>(pipeline_->egress().hosts());
  start_rule_watch();
  std::vector<int> watched = sensor_->descriptors();
  watched.push_back(signals_.get());
  if (control_) {
    watched.push_back(control_->descriptor());
  }
  for (int fd : watched) {
    if (auto status = poll_for(fd); !status) {
      return status;
    }
  }
  return {};
}

Status Monitor::poll_for(int fd) const {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? Status() : fail_errno("cannot watch for events");
}

// Without it the rules are reloaded by SIGHUP only.
void Monitor::announce() {
  announce_rules();
  announce_coverage();
  start_self_watch();
  export_gauges();
  spdlog::info("{} processes, {} MCP servers", pipeline_->processes().size(), pipeline_->servers().size());
  std::fputs("ready\n", stderr);
  ::sd_notify(0, "READY=1");
}

// Of a set just taken, at start or at a reload.
void Monitor::announce_rules() {
  for (const auto& rule : loaded_.rules.infos) {
    if (rule.dead.empty()) {
      metrics_.known_rule(rule.title, rule.level);
    } else {
      spdlog::warn("rule \"{}\" can never fire: {}", rule.title, rule.dead);
    }
  }
  int live = live_rules(loaded_.rules);
  size_t wrong = wrong_files(loaded_.rules);
  loaded_at_ = wall_ns();
  metrics_.rules(live, static_cast<int>(loaded_.rules.infos.size()) - live);
  metrics_.wrong_rule_files(wrong);
  metrics_.reload(true, static_cast<double>(loaded_at_) / 1e9);
  spdlog::info("{} rules, digest {}", live, rules::digest_of(*loaded_.rules.rules));
  if (wrong > 0) {
    metrics_.reload(false, 0);
    spdlog::error("{} rule files have mistakes and are left out; `vedette check` shows them", wrong);
  }
}

void Monitor::announce_coverage() {
  std::string unseen;
  for (const auto& capability : sensor_->coverage()) {
    for (const auto& part : capability.parts) {
      if (part.probe.empty()) {
        unseen += (unseen.empty() ? "" : ", ") + capability.capability + " (" + part.part + ")";
      } else if (part.silent) {
        spdlog::warn("{} ({}): {} is attached but shows nothing", capability.capability, part.part, part.probe);
      }
    }
  }
  spdlog::info("{} probes", sensor::name(sensor_->family()));
  if (!unseen.empty()) {
    spdlog::warn("not seen on this kernel: {}; `vedette doctor` says why", unseen);
  }
}

void Monitor::judged(const ProcessId& id, Judgement judgement, uint32_t exec_id) {
  sensor_->set_verdict(id, verdict_of(judgement), exec_id);
  if (judgement == Judgement::kServer) {
    recognized_.try_emplace(id, sensor::boot_time_ns());
  }
}

void Monitor::feed(Bytes record) {
  auto event = decode(record);
  if (!event) {
    metrics_.lost("pipeline", "decode_error", 1);
    return;
  }
  if (collecting_) {
    metrics_.folded(count_of(*event));
  }
  pipeline_->handle(*event);
}

Status Monitor::loop() {
  uint64_t next_tick = 0;
  while (true) {
    bool more = poll_once();
    if (handle_signals()) {
      return {};
    }
    if (uint64_t now = sensor::boot_time_ns(); now >= next_tick) {
      tick();
      next_tick = now + kTickMilliseconds * 1'000'000ULL;
    }
    std::array<epoll_event, 8> events{};
    int timeout = more ? 0 : kTickMilliseconds;
    int n = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < n; ++i) {
      answer_or_reload(events[static_cast<size_t>(i)].data.fd);
    }
  }
}

void Monitor::answer_or_reload(int fd) {
  if (control_ && fd == control_->descriptor()) {
    control_->answer([this] { return status_json(); });
  } else if (watches_rules(fd) && rule_watch_->settled()) {
    tell_unwatched();
    reload(Reload::kRules);
  }
}

bool Monitor::poll_once() {
  return sensor_->poll([this](Bytes record) { feed(record); });
}

// True: it is time to stop.
bool Monitor::handle_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof(info)) == sizeof(info)) {
    if (info.ssi_signo != SIGHUP) {
      return true;
    }
    outputs_->reopen();
    reload(Reload::kConfiguration);
  }
  return false;
}

void Monitor::tick() {
  watchdog_.alive(sensor::boot_time_ns());
  collecting_ = true;
  sensor_->collect([this](Bytes record) { feed(record); });
  collecting_ = false;
  pipeline_->advance(sensor::boot_time_ns());
  for (const auto& [host, addresses] : resolver_->take()) {
    pipeline_->egress().resolved(host, addresses);
  }
  metrics_.queue_length(outputs_->length());
  finish_reload();
  look_after_self();
  if (++ticks_ % kTicksPerRefresh == 0) {
    bool clock_moved = std::abs(clock_offset() - pipeline_->context().clock_offset_ns) > kClockSlackNs;
    if (configs_.changed() || clock_moved) {
      refresh_context();
    }
    save_destinations();
  }
  if (ticks_ % kTicksPerGauges == 0) {
    export_gauges();
  }
  size_t servers = pipeline_->servers().size();
  if (std::exchange(servers_kept_, servers) != servers || ticks_ % kTicksPerMemory == 0) {
    remember_servers();
  }
}

void Monitor::refresh_context() {
  auto configs = configs_.read();
  for (const auto& warning : configs.warnings) {
    spdlog::warn("{}", warning.text());
  }
  Context context = gather(loaded_.settings, configs.entries);
  pipeline_->handle(ContextEvent{.time_ns = sensor::boot_time_ns(), .json = to_json(context)});
}

void Monitor::stop() {
  ::sd_notify(0, "STOPPING=1");
  collecting_ = false;
  sensor_->finish([this](Bytes record) { feed(record); });
  save_destinations();
  pipeline_->finish();
  remember_servers();
  stop_outputs();
  control_.reset();
  endpoint_.reset();
  unmark_run(state_.file(kMarkerFile));
}

}  // namespace vedette::commands
