// SPDX-License-Identifier: Apache-2.0
// The MCP servers alive: a root process recognised as one, and every process descended from it, also after setsid,
// double fork or re-parenting.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "process/table.h"
#include "servers/recognizer.h"

namespace vedette {

struct Server {
  servers::Recognition recognition;
  ProcessId root;
  std::string command;
  uint64_t since_ns = 0;
  uint64_t alerts = 0;
  bool has_egress_list = false;  // the configuration says where it may send
  uint32_t members = 0;          // processes alive
};

class ServerTable {
 public:
  // nullptr: the process belongs to none.
  [[nodiscard]] Server* of(const ProcessId& id) const;

  // The youngest whose root has that pid; nullptr when there is none.
  [[nodiscard]] Server* rooted_at(uint32_t pid) const;

  // A process recognised as the root of a server; processes already descended from it join.
  Server& add(const Process& root, servers::Recognition recognition, uint64_t now_ns, const ProcessTable& table);
  // The child of a member is a member. True: it is one.
  bool inherit(const ProcessId& child, const ProcessId& parent);
  void on_exit(const ProcessId& id);
  // Forgets the memberships of processes the table has forgotten.
  void sweep(const ProcessTable& table);

  // Those with a process alive, by start of their root.
  [[nodiscard]] std::vector<const Server*> alive() const;

 private:
  void join(const ProcessId& id, const std::shared_ptr<Server>& server);
  std::unordered_map<ProcessId, std::shared_ptr<Server>, ProcessIdHash> members_;
};

}  // namespace vedette
