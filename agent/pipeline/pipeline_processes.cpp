// SPDX-License-Identifier: Apache-2.0
// Processes as they come, change and go, and which of them are servers.
#include <algorithm>
#include <utility>

#include "pipeline/pipeline.h"

namespace vedette {
namespace {

// EXEC_ID_ANY of bpf/events.h
constexpr uint32_t kAnyImage = 0xffffffff;
// /proc counts start times in clock ticks of 10 ms.
constexpr uint64_t kProcStartSlackNs = 20'000'000;

}  // namespace

void Pipeline::tell(const ProcessId& id, Judgement judgement, uint32_t exec_id) {
  if (hooks_.judged) {
    hooks_.judged(id, judgement, exec_id);
  }
}

void Pipeline::on(const ExecEvent& event) {
  const Process& process = table_.on_exec(event);
  if (hooks_.event) {
    hooks_.event(Behavior::kProcessStart, 1);
  }
  if (servers_.of(process.id) == nullptr) {
    if (servers_.inherit(process.id, process.parent)) {
      tell(process.id, Judgement::kServer, event.exec_id);
    } else {
      judge(process, event.time_ns, event.exec_id);
    }
  }
  std::vector<AccessEvent> early = take_early(event);
  if (event.from_procfs) {
    return;
  }
  if (servers_.of(process.id) != nullptr) {
    std::ranges::for_each(early, [this](const AccessEvent& access_event) { access(access_event); });
    started(event, process);
  } else if (every_process_) {
    started(event, process);
  }
}

void Pipeline::judge(const Process& process, uint64_t time_ns, uint32_t exec_id) {
  auto ancestors = table_.ancestors(process);
  auto recognition = recognizer_->judge(process, ancestors, user(process.uid));
  if (!recognition) {
    ignored_.insert(process.id);
    tell(process.id, Judgement::kIgnored, exec_id);
    return;
  }
  Server& server = servers_.add(process, std::move(*recognition), time_ns, table_);
  auto declared = std::ranges::find(context_.declared, server.recognition.name, &servers::Declared::name);
  server.has_egress_list = declared != context_.declared.end() && !declared->egress.empty();
  table_.for_each([&](const Process& member) {
    if (servers_.of(member.id) == &server) {
      tell(member.id, Judgement::kServer, exec_id);
    }
  });
}

// What clients' configurations say has changed: who was no server may be one.
void Pipeline::judge_all(uint64_t time_ns) {
  std::vector<ProcessId> others;
  table_.for_each([&](const Process& process) {
    if (!process.exited && servers_.of(process.id) == nullptr) {
      others.push_back(process.id);
    }
  });
  std::ranges::sort(others, {}, &ProcessId::start_ns);
  for (const ProcessId& id : others) {
    if (servers_.of(id) == nullptr) {
      judge(*table_.find(id), time_ns, kAnyImage);
    }
  }
}

void Pipeline::on(const ForkEvent& event) {
  table_.on_fork(event);
  if (servers_.of(event.process) != nullptr || servers_.inherit(event.process, event.parent)) {
    tell(event.process, Judgement::kServer, event.exec_id);
    return;
  }
  if (suspects_.contains(event.parent)) {
    suspects_.insert(event.process);
    tell(event.process, Judgement::kSuspect, event.exec_id);
    return;
  }
  // The kernel gave the child what it knew of the parent at the fork; a verdict that came later is the child's too.
  if (ignored_.contains(event.parent)) {
    ignored_.insert(event.process);
    tell(event.process, Judgement::kIgnored, event.exec_id);
  }
}

// Bookkeeping may have been lost; /proc may still know. It must be the same process, not a later one of that pid.
const Process* Pipeline::known(const ProcessId& id, uint64_t time_ns) {
  if (const Process* process = table_.find(id)) {
    return process;
  }
  auto found = proc_ != nullptr && id.pid != 0 ? proc_->find(id.pid) : std::nullopt;
  uint64_t start = found ? found->process.start_ns : 0;
  bool same = found && std::max(start, id.start_ns) - std::min(start, id.start_ns) < kProcStartSlackNs;
  ExecEvent event = same ? std::move(*found) : ExecEvent{};
  event.time_ns = time_ns;
  event.process = id;
  const Process* parent = table_.find_pid(event.parent.pid);
  event.parent = parent != nullptr ? parent->id : ProcessId{};
  const Process& process = table_.on_exec(event);
  if (!servers_.inherit(id, event.parent) && same) {
    judge(process, event.time_ns, event.exec_id);
  }
  return &process;
}

void Pipeline::suspect(const Process& actor) {
  if (suspects_.insert(actor.id).second) {
    tell(actor.id, Judgement::kSuspect, 0);
  }
}

}  // namespace vedette
