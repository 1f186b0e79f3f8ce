// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "pipeline/relation.h"
#include "pipeline/target.h"

namespace vedette {
namespace {

// From the moment an exec installs the new memory, others reach it; its record comes later, when the program is loaded.
// Where the kernel could not say which image was reached, an access so shortly before the record may have been to the
// new one.
constexpr uint64_t kExecNs = 20'000'000;
constexpr size_t kEarlyLimit = 256;
constexpr uint64_t kSweepNs = 5'000'000'000;

bool reads_a_secret(Behavior behavior) {
  return behavior == Behavior::kEnvironRead || behavior == Behavior::kMemoryRead ||
         behavior == Behavior::kPtraceAttach || behavior == Behavior::kFdSteal;
}

bool reached(const AccessEvent& event, const ExecEvent& image) {
  bool is_known = event.target_exec_id != 0;
  return is_known ? event.target_exec_id == image.exec_id : event.time_ns + kExecNs >= image.time_ns;
}

// getaddrinfo(3) connects datagram sockets without a port to learn source addresses; nothing can be sent to port 0.
bool probes_a_route(const NetworkEvent& event) {
  return event.behavior == Behavior::kEgress && event.port == 0 && event.protocol == "udp";
}

}  // namespace

Pipeline::Pipeline(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const servers::Signatures> signatures,
                   ProcSource* proc, PipelineHooks hooks)
    : hooks_(std::move(hooks)),
      signatures_(std::move(signatures)),
      proc_(proc),
      recognizer_(std::make_unique<servers::Recognizer>(std::vector<servers::Declared>(),
                                                        std::vector<servers::ConfigEntry>(), signatures_)),
      every_process_(rules::is_for_every_process(*rules)),
      matcher_(std::move(rules)),
      builder_(context_, table_) {}

void Pipeline::use(std::shared_ptr<const rules::RuleSet> rules) {
  every_process_ = rules::is_for_every_process(*rules);
  matcher_.replace(std::move(rules));
}

void Pipeline::handle(const Event& event) {
  std::visit([this](const auto& e) { on(e); }, event);
}

void Pipeline::on(const ContextEvent& event) {
  auto context = context_from_json(event.json);
  if (!context) {
    return;
  }
  context_ = std::move(*context);
  recognizer_ = std::make_unique<servers::Recognizer>(context_.declared, context_.entries, signatures_);
  egress_.configure(context_);
  folder_.set_window(context_.fold_window_ns);
  judge_all(event.time_ns);
}

void Pipeline::on(const LossEvent& event) {
  lost_ += event.hides_alerts ? event.count : 0;
  if (hooks_.lost) {
    hooks_.lost(event);
  }
}

std::string Pipeline::user(uint32_t uid) const {
  auto it = context_.users.find(uid);
  return it == context_.users.end() ? "" : it->second;
}

Parties Pipeline::parties_of(const Process& actor, const Process* target) const {
  Parties parties{.actor = &actor, .actor_parent = table_.find(actor.parent), .target = target};
  parties.actor_server = servers_.of(actor.id);
  parties.actor_user = user(actor.uid);
  parties.parent_user = parties.actor_parent != nullptr ? user(parties.actor_parent->uid) : "";
  if (target != nullptr) {
    parties.target_server = servers_.of(target->id);
    parties.target_user = user(target->uid);
    parties.target_is_monitor = is_monitor(target->id);
  }
  return parties;
}

// It is older than any of its events and outlives them, so its pid is nobody else's.
bool Pipeline::is_monitor(const ProcessId& id) const { return id.pid != 0 && id.pid == context_.monitor_pid; }

void Pipeline::started(const ExecEvent& event, const Process& process) {
  Parties parties = parties_of(process, nullptr);
  fill(record_, event, parties);
  decide([&] { return builder_.sight(event.time_ns, Behavior::kProcessStart, parties, event.uid); });
}

void Pipeline::on(const ExitEvent& event) {
  const Process* process = table_.find(event.process);
  if (process == nullptr || process->exited) {
    return;
  }
  if (hooks_.event) {
    hooks_.event(Behavior::kProcessExit, 1);
  }
  if (every_process_ || servers_.of(event.process) != nullptr) {
    Parties parties = parties_of(*process, nullptr);
    fill(record_, event, parties);
    decide([&] { return builder_.sight(event.time_ns, Behavior::kProcessExit, parties, process->uid); });
  }
  servers_.on_exit(event.process);
  ignored_.erase(event.process);
  std::erase_if(early_, [&](const Early& early) { return early.target == event.process; });
  table_.on_exit(event);
}

void Pipeline::on(const AccessEvent& event) {
  if (hooks_.event) {
    hooks_.event(event.behavior, event.count);
  }
  access(event);
}

void Pipeline::access(const AccessEvent& event) {
  if (!event.target_by_number && event.target_path.empty()) {
    known(event.target, event.time_ns);
  }
  const Process* actor = known(event.actor, event.time_ns);
  const Process* target = target_of(event, *actor, table_, proc_);
  if (target == nullptr) {
    return;
  }
  Parties parties = parties_of(*actor, target);
  parties.actor_user = user(event.uid);
  add_opener(parties, event);
  if (parties.target_server == nullptr && parties.actor_server == nullptr && !parties.target_is_monitor) {
    remember_early(event, *target);
    return;
  }
  if (parties.target_server != nullptr && parties.actor_server == nullptr && reads_a_secret(event.behavior) &&
      event.outcome == Outcome::kAllowed) {
    suspect(*actor);
  }
  auto root = [](const Server* server) { return server != nullptr ? &server->root : nullptr; };
  const ProcessId* target_root = parties.target_is_monitor ? &target->id : root(parties.target_server);
  Relation how = relation(table_, *actor, *target, root(parties.actor_server), target_root);
  fill(record_, event, parties, name(how));
  decide([&] { return builder_.sight(event, parties); });
  if (hooks_.decided) {
    hooks_.decided(event.time_ns);
  }
}

void Pipeline::on(const SelfEvent& event) {
  if (hooks_.event) {
    hooks_.event(event.behavior, event.count);
  }
  const Process* monitor = table_.find_pid(event.monitor.pid);
  if (monitor == nullptr) {
    monitor = known(event.monitor, event.time_ns);
  }
  Parties parties{.target = monitor, .target_is_monitor = true};
  parties.target_user = user(monitor->uid);
  fill(record_, event, parties);
  decide([&] { return builder_.sight(event, parties); });
  if (hooks_.decided) {
    hooks_.decided(event.time_ns);
  }
}

void Pipeline::add_opener(Parties& parties, const AccessEvent& event) const {
  parties.opener = event.opener.pid != 0 ? table_.find(event.opener) : nullptr;
  if (parties.opener != nullptr) {
    parties.opener_server = servers_.of(parties.opener->id);
    parties.opener_user = user(parties.opener->uid);
  }
}

void Pipeline::remember_early(const AccessEvent& event, const Process& target) {
  if (event.target_exec_id != 0 && event.target_exec_id <= target.exec_id) {
    return;
  }
  if (early_.size() >= kEarlyLimit) {
    early_.pop_front();
  }
  early_.push_back({event, target.id});
}

// Those that reached this image before its record came.
std::vector<AccessEvent> Pipeline::take_early(const ExecEvent& image) {
  std::vector<AccessEvent> events;
  std::erase_if(early_, [&](const Early& early) {
    if (early.target == image.process && reached(early.event, image)) {
      events.push_back(early.event);
    }
    bool stale = early.event.target_exec_id == 0 && !reached(early.event, image);
    return early.target == image.process || stale;
  });
  return events;
}

void Pipeline::on(const NetworkEvent& event) {
  const Process* actor = known(event.actor, event.time_ns);
  Parties parties = parties_of(*actor, nullptr);
  parties.actor_user = user(event.uid);
  if (parties.actor_server == nullptr && !suspects_.contains(actor->id)) {
    return;
  }
  if (hooks_.event) {
    hooks_.event(event.behavior, event.count);
  }
  if (probes_a_route(event)) {
    return;
  }
  Egress egress = egress_.classify(event, parties.actor_server, destinations_);
  fill(record_, event, parties, name(egress));
  decide([&] { return builder_.sight(event, parties); });
  if (hooks_.decided) {
    hooks_.decided(event.time_ns);
  }
}

// `sight` makes the Sighting, for the few events anything comes of.
template <typename Sight>
void Pipeline::decide(const Sight& sight) {
  uint64_t id = ++events_;
  newest_ns_ = std::max(newest_ns_, record_.time_ns);
  record_.wall_ns =
      context_.clock_offset_ns != 0 ? record_.time_ns + static_cast<uint64_t>(context_.clock_offset_ns) : 0;
  auto matches = matcher_.match(record_, id);
  bool held = matcher_.holds(id);
  if (matches.empty() && !held) {
    return;
  }
  Sighting sighting = sight();
  if (held) {
    remember(id, sighting);
  }
  for (const rules::Match& match : matches) {
    tell_match(match, sighting, record_.time_ns);
  }
}

void Pipeline::remember(uint64_t id, const Sighting& sighting) {
  sightings_.keep(id, sighting);
  if (sightings_.crowded()) {
    forget_sightings();
  }
}

void Pipeline::forget_sightings() {
  sightings_.forget([this](uint64_t id) { return !matcher_.holds(id); });
}

// A correlation is told as its last event was seen.
void Pipeline::tell_match(const rules::Match& match, const Sighting& current, uint64_t now_ns) {
  auto sighted = [&](uint64_t id) -> const Sighting& {
    const Sighting* known = sightings_.find(id);
    return known != nullptr ? *known : current;
  };
  std::vector<AlertEvidence> events;
  std::ranges::transform(match.event_ids, std::back_inserter(events),
                         [&](uint64_t behind) { return sighted(behind).evidence; });
  const Sighting& last = match.event_ids.empty() ? current : sighted(match.event_ids.back());
  Alert alert = builder_.build(*match.rule, last, std::move(events), 0, ++alerts_);
  std::string key = fold_key(alert);
  tell_alerts(folder_.add(key, std::move(alert), now_ns));
}

// Correlations whose windows closed without an event.
void Pipeline::tell_closed(uint64_t now_ns) {
  for (const rules::Match& match : matcher_.advance(now_ns)) {
    tell_match(match, {}, now_ns);
  }
}

void Pipeline::tell_alerts(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) {
    alert.lost_before = std::exchange(lost_, 0);
    if (Server* server = alert.server ? servers_.rooted_at(alert.server->pid) : nullptr) {
      ++server->alerts;
    }
    if (hooks_.alert) {
      hooks_.alert(std::move(alert));
    }
  }
}

void Pipeline::advance(uint64_t now_ns) {
  tell_closed(now_ns);
  tell_alerts(folder_.advance(now_ns));
  if (swept_ns_ + kSweepNs < now_ns) {
    sweep(now_ns);
  }
}

void Pipeline::sweep(uint64_t now_ns) {
  swept_ns_ = now_ns;
  auto gone = [&](const ProcessId& id) { return table_.find(id) == nullptr; };
  servers_.sweep(table_);
  std::erase_if(suspects_, gone);
  std::erase_if(ignored_, gone);
  forget_sightings();
}

void Pipeline::finish() {
  tell_closed(newest_ns_ + rules::kLatenessNs + 1);
  tell_alerts(folder_.finish());
}

}  // namespace vedette
