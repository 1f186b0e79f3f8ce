// SPDX-License-Identifier: Apache-2.0
// Every process we know of, by (pid, start time), from the kernel's exec, fork and exit records. A process that is gone
// stays for a while, and as long as a child of it lives, since events about it may still be on their way.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "process/process.h"

namespace vedette {

class ProcessTable {
 public:
  explicit ProcessTable(size_t capacity = 65536) : capacity_(capacity) {}

  const Process& on_exec(const ExecEvent& event);
  const Process& on_fork(const ForkEvent& event);
  void on_exit(const ExitEvent& event);

  // nullptr: not known.
  [[nodiscard]] const Process* find(const ProcessId& id) const;
  // The present owner of a pid.
  [[nodiscard]] const Process* find_pid(uint32_t pid) const;
  // The process with that pid in a pid namespace.
  [[nodiscard]] const Process* find_in_namespace(uint64_t pid_namespace, uint32_t pid) const;
  // Nearest first, at most `limit`.
  [[nodiscard]] std::vector<const Process*> ancestors(const Process& process, size_t limit = 32) const;
  [[nodiscard]] bool is_ancestor(const ProcessId& ancestor, const Process& of) const;

  template <typename F>
  void for_each(F&& f) const {
    for (const auto& [id, entry] : entries_) {
      f(entry.process);
    }
  }

  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] size_t capacity() const { return capacity_; }
  // Live processes forgotten because the table was full.
  [[nodiscard]] uint64_t evicted() const { return evicted_; }

 private:
  struct Entry {
    Process process;
    uint64_t sequence = 0;  // which insertion it is of
  };
  struct Inserted {
    ProcessId id;
    uint64_t sequence;
  };
  Entry& insert(const ProcessId& id, const ProcessId& parent);
  void own_pid(const ProcessId& id);
  void lose_child(const ProcessId& parent);
  void forget(const ProcessId& id);
  void forget_exited(uint64_t now_ns);
  void make_room();

  size_t capacity_;
  uint64_t evicted_ = 0;
  uint64_t inserted_ = 0;
  std::unordered_map<ProcessId, Entry, ProcessIdHash> entries_;
  std::unordered_map<ProcessId, uint32_t, ProcessIdHash> children_;  // of processes known or not
  std::unordered_map<uint32_t, ProcessId> by_pid_;
  std::deque<Inserted> order_;    // oldest first
  std::deque<ProcessId> exited_;  // of exit
};

}  // namespace vedette
