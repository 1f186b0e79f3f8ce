// SPDX-License-Identifier: Apache-2.0
#include "pipeline/alert_builder.h"

#include <uuid/uuid.h>

#include <array>

#include "output/json.h"
#include "pipeline/self.h"

namespace vedette {
namespace {

// Of our own making; alert ids are version 5 UUIDs in it (RFC 9562).
constexpr uuid_t kNamespace = {0x6b, 0x1f, 0x2f, 0x0c, 0x5d, 0x0e, 0x4b, 0x1e,
                               0x9a, 0x37, 0x0d, 0x7c, 0x55, 0x8a, 0x61, 0x42};

std::string uuid_of(const std::string& name) {
  uuid_t id;
  uuid_generate_sha1(id, kNamespace, name.data(), name.size());
  std::array<char, UUID_STR_LEN> text{};
  uuid_unparse_lower(id, text.data());
  return text.data();
}

std::string identity(const std::optional<AlertProcess>& process) {
  return process ? std::to_string(process->pid) + "-" + std::to_string(process->start_time.value_or(0)) : "";
}

std::string identity(const std::optional<AlertNetwork>& network) {
  return network ? network->protocol + network->address + "#" + std::to_string(network->port.value_or(0)) : "";
}

AlertServer server_of(const Server& server) {
  return {.name = server.recognition.name,
          .client = server.recognition.client,
          .pid = server.root.pid,
          .evidence = server.recognition.evidence};
}

}  // namespace

uint64_t AlertBuilder::wall(uint64_t boot_ns) const {
  return boot_ns + static_cast<uint64_t>(context_.clock_offset_ns);
}

AlertProcess AlertBuilder::process(const Process& process, const Server* server, const std::string& user,
                                   uint32_t uid) const {
  AlertProcess result{.pid = process.id.pid,
                      .executable = process.executable,
                      .command_line = command_line(process),
                      .uid = uid,
                      .user = user,
                      .cwd = process.cwd,
                      .container_id = process.container_id};
  if (process.id.start_ns != 0) {
    result.start_time = wall(process.id.start_ns);
  }
  if (server != nullptr) {
    result.server = server->recognition.name;
  }
  for (const Process* ancestor : table_.ancestors(process, 16)) {
    result.ancestors.push_back({ancestor->id.pid, ancestor->executable, command_line(*ancestor)});
  }
  return result;
}

Sighting AlertBuilder::sight(uint64_t time_ns, Behavior behavior, const Parties& parties, uint32_t uid) const {
  Sighting sighting;
  sighting.evidence.time = wall(time_ns);
  sighting.evidence.behavior = behavior;
  sighting.evidence.actor = process(*parties.actor, parties.actor_server, parties.actor_user, uid);
  const Server* server = parties.target_server != nullptr ? parties.target_server : parties.actor_server;
  if (server != nullptr) {
    sighting.server = server_of(*server);
  }
  sighting.first_seen = sighting.evidence.time;
  return sighting;
}

Sighting AlertBuilder::sight(const AccessEvent& event, const Parties& parties) const {
  Sighting sighting = sight(event.time_ns, event.behavior, parties, event.uid);
  sighting.evidence.target = process(*parties.target, parties.target_server, parties.target_user, parties.target->uid);
  if (parties.opener != nullptr) {
    sighting.evidence.opener =
        process(*parties.opener, parties.opener_server, parties.opener_user, parties.opener->uid);
  }
  sighting.evidence.object = object_of(event);
  sighting.outcome = event.outcome;
  sighting.count = event.count;
  sighting.first_seen = wall(event.first_ns);
  return sighting;
}

Sighting AlertBuilder::sight(const SelfEvent& event, const Parties& parties) const {
  Sighting sighting{.count = event.count, .first_seen = wall(event.time_ns)};
  sighting.evidence.time = sighting.first_seen;
  sighting.evidence.behavior = event.behavior;
  sighting.evidence.target = process(*parties.target, parties.target_server, parties.target_user, parties.target->uid);
  sighting.evidence.object = event.object;
  return sighting;
}

Sighting AlertBuilder::sight(const NetworkEvent& event, const Parties& parties) const {
  Sighting sighting = sight(event.time_ns, event.behavior, parties, event.uid);
  AlertNetwork network{.protocol = event.protocol, .address = event.address};
  if (event.behavior == Behavior::kEgress) {
    network.port = event.port;
  }
  sighting.evidence.network = network;
  sighting.outcome = event.outcome;
  sighting.count = event.count;
  sighting.first_seen = wall(event.first_ns);
  return sighting;
}

Alert AlertBuilder::build(const rules::RuleInfo& rule, const Sighting& sighting, std::vector<AlertEvidence> events,
                          uint64_t lost_before, uint64_t sequence) const {
  Alert alert{
      .time = sighting.evidence.time,
      .host = context_.host,
      .rule = {.id = rule.id, .title = rule.title, .level = rule.level, .tags = rule.tags, .digest = rule.digest},
      .behavior = sighting.evidence.behavior,
      .outcome = sighting.outcome,
      .actor = sighting.evidence.actor,
      .target = sighting.evidence.target,
      .opener = sighting.evidence.opener,
      .server = sighting.server,
      .network = sighting.evidence.network,
      .object = sighting.evidence.object,
      .count = sighting.count,
      .first_seen = sighting.first_seen,
      .last_seen = sighting.evidence.time,
      .lost_before = lost_before,
      .events = std::move(events)};
  if (!alert.events.empty()) {
    alert.first_seen = alert.events.front().time;
  }
  alert.id = uuid_of(context_.host.boot_id + "/" + std::to_string(alert.time) + "/" + std::to_string(sequence) + "/" +
                     fold_key(alert));
  alert.message = output::message_for(alert);
  return alert;
}

std::string fold_key(const Alert& alert) {
  return alert.rule.id + "/" + std::string(name(alert.outcome)) + "/" + identity(alert.actor) + "/" +
         identity(alert.target) + "/" + identity(alert.network) + alert.object;
}

}  // namespace vedette
