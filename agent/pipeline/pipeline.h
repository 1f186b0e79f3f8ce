// SPDX-License-Identifier: Apache-2.0
// Events → who is this, whose is it, so what → alerts. One direction; no I/O but through what it is given; no clock but
// the events'. The same events give the same alerts.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "event/event.h"
#include "pipeline/alert_builder.h"
#include "pipeline/context.h"
#include "pipeline/destinations.h"
#include "pipeline/egress_policy.h"
#include "pipeline/folder.h"
#include "pipeline/server_table.h"
#include "pipeline/sightings.h"
#include "process/procfs.h"
#include "process/table.h"
#include "rules/engine.h"
#include "servers/recognizer.h"
#include "servers/signatures.h"

namespace vedette {

enum class Judgement { kServer, kIgnored, kSuspect };

// Whom the pipeline tells. Every function may be empty.
struct PipelineHooks {
  std::function<void(const ProcessId&, Judgement, uint32_t exec_id)> judged;
  std::function<void(Alert)> alert;
  std::function<void(Behavior, uint64_t count)> event;
  std::function<void(const LossEvent&)> lost;
  std::function<void(uint64_t event_ns)> decided;  // an alert-grade event has been through the rules
};

class Pipeline {
 public:
  // `proc` may be null: then only what the events say is known.
  Pipeline(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const servers::Signatures> signatures,
           ProcSource* proc, PipelineHooks hooks);

  void handle(const Event& event);
  // Closes what is due at that time (CLOCK_BOOTTIME).
  void advance(uint64_t now_ns);
  // Takes other rules, from the next event on; correlations that are the same go on with what they had begun.
  void use(std::shared_ptr<const rules::RuleSet> rules);
  // Tells what closed with the last event, and what is still folded.
  void finish();

  [[nodiscard]] std::vector<const Server*> servers() const { return servers_.alive(); }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const ProcessTable& processes() const { return table_; }
  [[nodiscard]] const rules::Matcher& matcher() const { return matcher_; }
  // Events that a correlation may name and of which details were let go.
  [[nodiscard]] uint64_t evidence_shortened() const { return sightings_.shortened(); }
  Destinations& destinations() { return destinations_; }
  EgressPolicy& egress() { return egress_; }

 private:
  void on(const ExecEvent& event);
  void on(const ForkEvent& event);
  void on(const ExitEvent& event);
  void on(const AccessEvent& event);
  void on(const NetworkEvent& event);
  void on(const LossEvent& event);
  void on(const ContextEvent& event);
  void on(const SelfEvent& event);
  void access(const AccessEvent& event);
  void started(const ExecEvent& event, const Process& process);

  void judge(const Process& process, uint64_t time_ns, uint32_t exec_id);
  void judge_all(uint64_t time_ns);
  void tell(const ProcessId& id, Judgement judgement, uint32_t exec_id);
  void suspect(const Process& actor);
  const Process* known(const ProcessId& id, uint64_t time_ns);
  Parties parties_of(const Process& actor, const Process* target) const;
  std::string user(uint32_t uid) const;
  [[nodiscard]] bool is_monitor(const ProcessId& id) const;
  template <typename Sight>
  void decide(const Sight& sight);
  void remember(uint64_t id, const Sighting& sighting);
  void forget_sightings();
  void tell_match(const rules::Match& match, const Sighting& current, uint64_t now_ns);
  void tell_closed(uint64_t now_ns);
  void tell_alerts(std::vector<Alert> alerts);
  void sweep(uint64_t now_ns);
  void add_opener(Parties& parties, const AccessEvent& event) const;
  void remember_early(const AccessEvent& event, const Process& target);
  std::vector<AccessEvent> take_early(const ExecEvent& image);

  PipelineHooks hooks_;
  std::shared_ptr<const servers::Signatures> signatures_;
  ProcSource* proc_;
  Context context_;
  ProcessTable table_;
  ServerTable servers_;
  std::unique_ptr<servers::Recognizer> recognizer_;
  bool every_process_;  // rules are for processes of no server, too
  rules::Matcher matcher_;
  rules::Record record_;  // of the event at hand
  EgressPolicy egress_;
  Destinations destinations_;
  Folder folder_;
  AlertBuilder builder_;
  std::unordered_set<ProcessId, ProcessIdHash> suspects_;
  Sightings sightings_;  // of events the matcher may still refer to
  std::unordered_set<ProcessId, ProcessIdHash> ignored_;
  struct Early {
    AccessEvent event;
    ProcessId target;
  };
  std::deque<Early> early_;  // accesses to images whose exec is not told of yet
  uint64_t events_ = 0;
  uint64_t alerts_ = 0;
  uint64_t lost_ = 0;  // since the last alert
  uint64_t swept_ns_ = 0;
  uint64_t newest_ns_ = 0;  // of the events the rules saw
};

}  // namespace vedette
