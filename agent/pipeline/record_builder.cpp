// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_builder.h"

namespace vedette {
namespace {

using rules::Category;
using rules::Field;
using rules::Record;

// Which fields say the same thing of different parties.
struct PartyFields {
  Field image;
  Field command_line;
  Field user;
  Field user_id;
  Field pid;
  Field guid;
};

constexpr PartyFields kSource{Field::kSourceImage,  Field::kSourceCommandLine, Field::kSourceUser,
                              Field::kSourceUserId, Field::kSourceProcessId,   Field::kSourceProcessGuid};
constexpr PartyFields kTarget{Field::kTargetImage,  Field::kTargetCommandLine, Field::kTargetUser,
                              Field::kTargetUserId, Field::kTargetProcessId,   Field::kTargetProcessGuid};
constexpr PartyFields kSubject{Field::kImage,  Field::kCommandLine, Field::kUser,
                               Field::kUserId, Field::kProcessId,   Field::kProcessGuid};

void set_text(Record& record, Field field, const std::string& text) {
  if (!text.empty()) {
    record.set(field, text);
  }
}

void set_party(Record& record, const PartyFields& fields, const Process& process, const std::string& user,
               uint32_t uid) {
  set_text(record, fields.image, process.executable);
  set_text(record, fields.command_line, command_line(process));
  set_text(record, fields.user, user);
  record.set(fields.user_id, std::to_string(uid));
  record.set(fields.pid, std::to_string(process.id.pid));
  record.set(fields.guid, guid(process.id));
}

void set_server(Record& record, const Server* server) {
  if (server != nullptr) {
    record.set(Field::kMcpServer, server->recognition.name);
    record.set(Field::kMcpServerGuid, guid(server->root));
    set_text(record, Field::kMcpClient, server->recognition.client);
  }
}

void set_subject(Record& record, const Parties& parties, uint32_t uid) {
  set_party(record, kSubject, *parties.actor, parties.actor_user, uid);
  set_text(record, Field::kCurrentDirectory, parties.actor->cwd);
  set_text(record, Field::kContainerId, parties.actor->container_id);
  if (parties.actor_parent != nullptr) {
    set_text(record, Field::kParentImage, parties.actor_parent->executable);
    set_text(record, Field::kParentCommandLine, command_line(*parties.actor_parent));
    set_text(record, Field::kParentUser, parties.parent_user);
    record.set(Field::kParentProcessId, std::to_string(parties.actor_parent->id.pid));
    record.set(Field::kParentProcessGuid, guid(parties.actor_parent->id));
  }
  set_server(record, parties.actor_server);
  if (parties.actor_server != nullptr) {
    record.set(Field::kMcpSourceServer, parties.actor_server->recognition.name);
  }
}

Record fresh(Category category, uint64_t time_ns, Behavior behavior, Outcome outcome) {
  Record record{.category = category, .time_ns = time_ns};
  record.set(Field::kMcpBehavior, std::string(name(behavior)));
  record.set(Field::kMcpOutcome, std::string(name(outcome)));
  return record;
}

}  // namespace

std::string guid(const ProcessId& id) { return std::to_string(id.pid) + "-" + std::to_string(id.start_ns); }

Record record_of(const AccessEvent& event, const Parties& parties, std::string_view relation) {
  Record record = fresh(Category::kProcessAccess, event.time_ns, event.behavior, event.outcome);
  record.count = event.count;
  set_party(record, kSource, *parties.actor, parties.actor_user, event.uid);
  set_party(record, kTarget, *parties.target, parties.target_user, parties.target->uid);
  if (parties.actor_parent != nullptr) {
    set_text(record, Field::kSourceParentImage, parties.actor_parent->executable);
    set_text(record, Field::kSourceParentCommandLine, command_line(*parties.actor_parent));
  }
  set_text(record, Field::kContainerId, parties.actor->container_id);
  set_server(record, parties.target_server);
  if (parties.actor_server != nullptr) {
    record.set(Field::kMcpSourceServer, parties.actor_server->recognition.name);
  }
  record.set(Field::kMcpRelation, std::string(relation));
  return record;
}

Record record_of(const NetworkEvent& event, const Parties& parties, std::string_view egress) {
  bool raw = event.behavior == Behavior::kRawSocket;
  Record record =
      fresh(raw ? Category::kRawSocket : Category::kNetworkConnection, event.time_ns, event.behavior, event.outcome);
  record.count = event.count;
  set_subject(record, parties, event.uid);
  record.set(Field::kProtocol, event.protocol);
  if (!raw) {
    set_text(record, Field::kDestinationIp, event.address);
    record.set(Field::kDestinationPort, std::to_string(event.port));
    record.set(Field::kDestinationIsIpv6, event.address.find(':') != std::string::npos ? "true" : "false");
    record.set(Field::kInitiated, "true");
    record.set(Field::kMcpEgress, std::string(egress));
  }
  return record;
}

Record record_of_start(const ExecEvent& event, const Parties& parties) {
  Record record = fresh(Category::kProcessCreation, event.time_ns, Behavior::kProcessStart, Outcome::kAllowed);
  set_subject(record, parties, event.uid);
  return record;
}

Record record_of_exit(const ExitEvent& event, const Parties& parties) {
  Record record = fresh(Category::kProcessTermination, event.time_ns, Behavior::kProcessExit, Outcome::kAllowed);
  set_subject(record, parties, parties.actor->uid);
  return record;
}

}  // namespace vedette
