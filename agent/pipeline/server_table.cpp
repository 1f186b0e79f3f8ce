// SPDX-License-Identifier: Apache-2.0
#include "pipeline/server_table.h"

#include <algorithm>
#include <set>

namespace vedette {

Server* ServerTable::of(const ProcessId& id) const {
  auto it = members_.find(id);
  return it == members_.end() ? nullptr : it->second.get();
}

Server* ServerTable::rooted_at(uint32_t pid) const {
  Server* youngest = nullptr;
  for (const auto& [id, server] : members_) {
    bool younger = youngest == nullptr || youngest->root.start_ns < server->root.start_ns;
    if (server->root.pid == pid && younger) {
      youngest = server.get();
    }
  }
  return youngest;
}

void ServerTable::join(const ProcessId& id, const std::shared_ptr<Server>& server) {
  if (members_.try_emplace(id, server).second) {
    ++server->members;
  }
}

Server& ServerTable::add(const Process& root, servers::Recognition recognition, uint64_t now_ns,
                         const ProcessTable& table) {
  auto server = std::make_shared<Server>();
  server->recognition = std::move(recognition);
  server->root = root.id;
  server->command = command_line(root);
  server->since_ns = now_ns;
  join(root.id, server);
  table.for_each([&](const Process& process) {
    if (!process.exited && table.is_ancestor(root.id, process)) {
      join(process.id, server);
    }
  });
  return *server;
}

bool ServerTable::inherit(const ProcessId& child, const ProcessId& parent) {
  auto it = members_.find(parent);
  if (it == members_.end()) {
    return false;
  }
  std::shared_ptr<Server> server = it->second;
  join(child, server);
  return true;
}

void ServerTable::on_exit(const ProcessId& id) {
  if (Server* server = of(id); server != nullptr && server->members > 0) {
    --server->members;
  }
}

void ServerTable::sweep(const ProcessTable& table) {
  std::erase_if(members_, [&](const auto& member) { return table.find(member.first) == nullptr; });
}

std::vector<const Server*> ServerTable::alive() const {
  std::set<const Server*> distinct;
  for (const auto& [id, server] : members_) {
    if (server->members > 0) {
      distinct.insert(server.get());
    }
  }
  std::vector<const Server*> result(distinct.begin(), distinct.end());
  std::ranges::sort(result, {},
                    [](const Server* server) { return std::pair(server->root.start_ns, server->root.pid); });
  return result;
}

}  // namespace vedette
