// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_builder.h"

#include <array>
#include <charconv>

#include "pipeline/self.h"

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

void set_command_line(Record& record, Field field, const Process& process) {
  std::string& text = record.add(field);
  append_command_line(process, text);
  if (text.empty()) {
    record.remove(field);
  }
}

void append(std::string& text, uint64_t number) {
  std::array<char, 20> digits{};
  text.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

void set_number(Record& record, Field field, uint64_t number) { append(record.add(field), number); }

void append_guid(std::string& text, const ProcessId& id) {
  append(text, id.pid);
  text += '-';
  append(text, id.start_ns);
}

void set_party(Record& record, const PartyFields& fields, const Process& process, const std::string& user,
               uint32_t uid) {
  set_text(record, fields.image, process.executable);
  set_command_line(record, fields.command_line, process);
  set_text(record, fields.user, user);
  set_number(record, fields.user_id, uid);
  set_number(record, fields.pid, process.id.pid);
  append_guid(record.add(fields.guid), process.id);
}

void set_server(Record& record, const Server* server) {
  if (server != nullptr) {
    record.set(Field::kMcpServer, server->recognition.name);
    append_guid(record.add(Field::kMcpServerGuid), server->root);
    set_text(record, Field::kMcpClient, server->recognition.client);
  }
}

void set_subject(Record& record, const Parties& parties, uint32_t uid) {
  set_party(record, kSubject, *parties.actor, parties.actor_user, uid);
  set_text(record, Field::kCurrentDirectory, parties.actor->cwd);
  set_text(record, Field::kContainerId, parties.actor->container_id);
  if (parties.actor_parent != nullptr) {
    set_text(record, Field::kParentImage, parties.actor_parent->executable);
    set_command_line(record, Field::kParentCommandLine, *parties.actor_parent);
    set_text(record, Field::kParentUser, parties.parent_user);
    set_number(record, Field::kParentProcessId, parties.actor_parent->id.pid);
    append_guid(record.add(Field::kParentProcessGuid), parties.actor_parent->id);
  }
  set_server(record, parties.actor_server);
  if (parties.actor_server != nullptr) {
    record.set(Field::kMcpSourceServer, parties.actor_server->recognition.name);
  }
}

std::string_view kind_of_target(const Parties& parties) {
  if (parties.target_is_monitor) {
    return "monitor";
  }
  return parties.target_server != nullptr ? "server" : "other";
}

void set_target(Record& record, const Parties& parties) {
  set_party(record, kTarget, *parties.target, parties.target_user, parties.target->uid);
  record.set(Field::kMcpTarget, kind_of_target(parties));
  set_server(record, parties.target_server);
}

void begin(Record& record, Category category, uint64_t time_ns, Behavior behavior, Outcome outcome) {
  record.clear();
  record.category = category;
  record.time_ns = time_ns;
  record.set(Field::kMcpBehavior, name(behavior));
  record.set(Field::kMcpOutcome, name(outcome));
}

}  // namespace

std::string guid(const ProcessId& id) {
  std::string text;
  append_guid(text, id);
  return text;
}

void fill(Record& record, const AccessEvent& event, const Parties& parties, std::string_view relation) {
  begin(record, Category::kProcessAccess, event.time_ns, event.behavior, event.outcome);
  record.count = event.count;
  set_party(record, kSource, *parties.actor, parties.actor_user, event.uid);
  set_target(record, parties);
  if (parties.actor_parent != nullptr) {
    set_text(record, Field::kSourceParentImage, parties.actor_parent->executable);
    set_command_line(record, Field::kSourceParentCommandLine, *parties.actor_parent);
  }
  set_text(record, Field::kContainerId, parties.actor->container_id);
  if (parties.actor_server != nullptr) {
    record.set(Field::kMcpSourceServer, parties.actor_server->recognition.name);
  }
  record.set(Field::kMcpRelation, relation);
  set_text(record, Field::kMcpObject, object_of(event));
}

void fill(Record& record, const SelfEvent& event, const Parties& parties) {
  begin(record, Category::kProcessAccess, event.time_ns, event.behavior, Outcome::kAllowed);
  record.count = event.count;
  set_target(record, parties);
  set_text(record, Field::kMcpObject, event.object);
}

void fill(Record& record, const NetworkEvent& event, const Parties& parties, std::string_view egress) {
  bool raw = event.behavior == Behavior::kRawSocket;
  begin(record, raw ? Category::kRawSocket : Category::kNetworkConnection, event.time_ns, event.behavior,
        event.outcome);
  record.count = event.count;
  set_subject(record, parties, event.uid);
  record.set(Field::kProtocol, event.protocol);
  if (!raw) {
    set_text(record, Field::kDestinationIp, event.address);
    set_number(record, Field::kDestinationPort, event.port);
    record.set(Field::kDestinationIsIpv6, event.address.find(':') != std::string::npos ? "true" : "false");
    record.set(Field::kInitiated, "true");
    record.set(Field::kMcpEgress, egress);
  }
}

void fill(Record& record, const ExecEvent& event, const Parties& parties) {
  begin(record, Category::kProcessCreation, event.time_ns, Behavior::kProcessStart, Outcome::kAllowed);
  record.of_server = parties.actor_server != nullptr;
  set_subject(record, parties, event.uid);
}

void fill(Record& record, const ExitEvent& event, const Parties& parties) {
  begin(record, Category::kProcessTermination, event.time_ns, Behavior::kProcessExit, Outcome::kAllowed);
  record.of_server = parties.actor_server != nullptr;
  set_subject(record, parties, parties.actor->uid);
}

}  // namespace vedette
