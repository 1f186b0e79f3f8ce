// SPDX-License-Identifier: Apache-2.0
#include "process/table.h"

#include <algorithm>

#include "process/container.h"

namespace vedette {
namespace {

constexpr uint64_t kExitedKeptNs = 10'000'000'000;
constexpr size_t kExitedKept = 4096;

}  // namespace

ProcessTable::Entry& ProcessTable::insert(const ProcessId& id, const ProcessId& parent) {
  auto [it, fresh] = entries_.try_emplace(id);
  Entry& entry = it->second;
  if (fresh) {
    entry.process.id = id;
    entry.process.parent = parent;
    entry.sequence = ++inserted_;
    ++children_[parent];
    order_.push_back({id, entry.sequence});
    own_pid(id);
    make_room();
  }
  return entry;
}

// Word of a former owner may come late.
void ProcessTable::own_pid(const ProcessId& id) {
  ProcessId& owner = by_pid_[id.pid];
  if (id.start_ns >= owner.start_ns) {
    owner = id;
  }
}

const Process& ProcessTable::on_exec(const ExecEvent& event) {
  Process& process = insert(event.process, event.parent).process;
  process.uid = event.uid;
  process.exec_id = event.exec_id;
  process.executable = event.executable;
  process.args = event.args;
  process.cwd = event.cwd;
  process.container_id = container_id(event.cgroup);
  if (event.pid_namespace != 0) {
    process.pid_namespace = event.pid_namespace;
    process.namespace_pid = event.namespace_pid;
  }
  return process;
}

const Process& ProcessTable::on_fork(const ForkEvent& event) {
  if (const Process* known = find(event.process)) {
    return *known;
  }
  Process& process = insert(event.process, event.parent).process;
  process.uid = event.uid;
  process.exec_id = event.exec_id;
  process.pid_namespace = event.pid_namespace;
  process.namespace_pid = event.namespace_pid;
  if (const Process* parent = find(event.parent)) {
    process.executable = parent->executable;
    process.args = parent->args;
    process.cwd = parent->cwd;
    process.container_id = parent->container_id;
  }
  return process;
}

void ProcessTable::on_exit(const ExitEvent& event) {
  auto it = entries_.find(event.process);
  if (it != entries_.end() && !it->second.process.exited) {
    it->second.process.exited = true;
    it->second.process.exit_ns = event.time_ns;
    exited_.push_back(event.process);
  }
  forget_exited(event.time_ns);
}

void ProcessTable::forget(const ProcessId& id) {
  auto it = entries_.find(id);
  if (it == entries_.end()) {
    return;
  }
  ProcessId parent = it->second.process.parent;
  auto owner = by_pid_.find(id.pid);
  if (owner != by_pid_.end() && owner->second == id) {
    by_pid_.erase(owner);
  }
  entries_.erase(it);
  lose_child(parent);
}

// The last child's end queues an exited parent again.
void ProcessTable::lose_child(const ProcessId& parent) {
  auto count = children_.find(parent);
  if (count == children_.end() || --count->second > 0) {
    return;
  }
  children_.erase(count);
  auto it = entries_.find(parent);
  if (it != entries_.end() && it->second.process.exited) {
    exited_.push_back(parent);
  }
}

// An exited process whose children live is kept for their ancestry.
void ProcessTable::forget_exited(uint64_t now_ns) {
  while (!exited_.empty()) {
    auto it = entries_.find(exited_.front());
    bool due =
        it == entries_.end() || exited_.size() > kExitedKept || it->second.process.exit_ns + kExitedKeptNs < now_ns;
    if (!due) {
      break;
    }
    ProcessId id = exited_.front();
    exited_.pop_front();
    if (!children_.contains(id)) {
      forget(id);
    }
  }
  if (order_.size() > 2 * entries_.size() + 1024) {
    std::erase_if(order_, [&](const Inserted& inserted) { return !entries_.contains(inserted.id); });
  }
}

// Never forgets the youngest.
void ProcessTable::make_room() {
  while (entries_.size() > capacity_ && order_.size() > 1) {
    Inserted oldest = order_.front();
    order_.pop_front();
    auto it = entries_.find(oldest.id);
    if (it != entries_.end() && it->second.sequence == oldest.sequence) {
      evicted_ += it->second.process.exited ? 0 : 1;
      forget(oldest.id);
    }
  }
}

const Process* ProcessTable::find(const ProcessId& id) const {
  auto it = entries_.find(id);
  return it == entries_.end() ? nullptr : &it->second.process;
}

const Process* ProcessTable::find_pid(uint32_t pid) const {
  auto it = by_pid_.find(pid);
  return it == by_pid_.end() ? nullptr : find(it->second);
}

const Process* ProcessTable::find_in_namespace(uint64_t pid_namespace, uint32_t pid) const {
  for (const auto& [id, entry] : entries_) {
    const Process& process = entry.process;
    if (!process.exited && process.pid_namespace == pid_namespace && process.namespace_pid == pid) {
      return &process;
    }
  }
  return nullptr;
}

std::vector<const Process*> ProcessTable::ancestors(const Process& process, size_t limit) const {
  std::vector<const Process*> result;
  const Process* at = find(process.parent);
  while (at != nullptr && result.size() < limit && at->id != process.id) {
    result.push_back(at);
    at = find(at->parent);
  }
  return result;
}

bool ProcessTable::is_ancestor(const ProcessId& ancestor, const Process& of) const {
  auto above = ancestors(of);
  return std::ranges::any_of(above, [&](const Process* p) { return p->id == ancestor; });
}

}  // namespace vedette
