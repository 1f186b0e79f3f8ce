// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "output/json.h"
#include "output/text.h"

namespace vedette::output {
namespace {

struct Phrase {
  Behavior behavior;
  std::string_view done;  // followed by the target
  std::string_view doing;
};

constexpr std::array kAccess = {
    Phrase{Behavior::kEnvironRead, "read the environment of", "reading the environment of"},
    Phrase{Behavior::kMemoryRead, "read the memory of", "reading the memory of"},
    Phrase{Behavior::kMemoryWrite, "wrote to the memory of", "writing to the memory of"},
    Phrase{Behavior::kPtraceAttach, "attached with ptrace to", "attaching with ptrace to"},
    Phrase{Behavior::kFdSteal, "took a file descriptor from", "taking a file descriptor from"},
    Phrase{Behavior::kListen, "opened a debugger in", "opening a debugger in"},
};

const Phrase* access_phrase(Behavior behavior) {
  const auto* found = std::ranges::find(kAccess, behavior, &Phrase::behavior);
  return found == kAccess.end() ? nullptr : found;
}

// What one sentence is made of.
struct Facts {
  Behavior behavior = Behavior::kNone;
  Outcome outcome = Outcome::kAllowed;
  const AlertProcess* actor = nullptr;
  const AlertProcess* target = nullptr;
  const AlertProcess* opener = nullptr;
  const AlertServer* server = nullptr;
  const AlertNetwork* network = nullptr;
  std::string object;
};

template <typename T>
const T* pointer(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

Facts facts(const Alert& alert) {
  return {.behavior = alert.behavior,
          .outcome = alert.outcome,
          .actor = pointer(alert.actor),
          .target = pointer(alert.target),
          .opener = pointer(alert.opener),
          .server = pointer(alert.server),
          .network = pointer(alert.network),
          .object = alert.object};
}

Facts facts(const AlertEvidence& event) {
  return {.behavior = event.behavior,
          .actor = pointer(event.actor),
          .target = pointer(event.target),
          .opener = pointer(event.opener),
          .network = pointer(event.network),
          .object = event.object};
}

std::string user(const AlertProcess& process) {
  if (!process.user.empty()) {
    return "user " + process.user;
  }
  return process.uid ? "user " + std::to_string(*process.uid) : "";
}

std::string pid(uint32_t number) { return "pid " + std::to_string(number); }

std::string joined(const std::vector<std::string>& parts) {
  std::string result;
  for (const auto& part : parts) {
    if (!part.empty()) {
      result += (result.empty() ? "" : ", ") + part;
    }
  }
  return result;
}

std::string with_details(const std::string& subject, const std::string& details) {
  return details.empty() ? subject : subject + " (" + details + ")";
}

// "cat (pid 1, user a)"
std::string actor_text(const AlertProcess* process) {
  if (process == nullptr) {
    return "an unknown process";
  }
  std::string of = process->server.empty() ? "" : "MCP server " + process->server;
  if (process->executable.empty()) {
    return with_details(pid(process->pid), joined({user(*process), of}));
  }
  return with_details(std::string(base_name(process->executable)), joined({pid(process->pid), user(*process), of}));
}

// "MCP server github (pid 2)", "node (pid 2)"
std::string target_text(const Facts& facts) {
  if (facts.target == nullptr) {
    return facts.server == nullptr ? "an unknown process"
                                   : "MCP server " + facts.server->name + " (" + pid(facts.server->pid) + ")";
  }
  const AlertProcess& target = *facts.target;
  if (!target.server.empty()) {
    return "MCP server " + target.server + " (" + pid(target.pid) + ")";
  }
  return target.executable.empty() ? pid(target.pid)
                                   : std::string(base_name(target.executable)) + " (" + pid(target.pid) + ")";
}

// "MCP server github (node, pid 2)", or as actor_text when it belongs to no server.
std::string own_text(const AlertProcess* process) {
  if (process == nullptr || process->server.empty()) {
    return actor_text(process);
  }
  return with_details("MCP server " + process->server,
                      joined({std::string(base_name(process->executable)), pid(process->pid)}));
}

std::string destination(const AlertNetwork* network) {
  if (network == nullptr || network->address.empty()) {
    return "an unknown address";
  }
  if (!network->port) {
    return network->address;
  }
  bool v6 = network->address.find(':') != std::string::npos;
  return (v6 ? "[" + network->address + "]" : network->address) + ":" + std::to_string(*network->port);
}

std::string by_outcome(Outcome outcome, std::string_view done, std::string_view doing) {
  switch (outcome) {
    case Outcome::kDenied:
      return "was refused " + std::string(doing);
    case Outcome::kBlocked:
      return "was blocked from " + std::string(doing);
    case Outcome::kAllowed:
      break;
  }
  return std::string(done);
}

std::string core_dump(const Facts& facts) {
  bool named = facts.target != nullptr || facts.server != nullptr;
  std::string sentence = (named ? target_text(facts) : own_text(facts.actor)) + " " +
                         by_outcome(facts.outcome, "dumped core", "dumping core");
  bool by_other = facts.target != nullptr && facts.actor != nullptr && facts.actor->pid != facts.target->pid;
  return by_other ? sentence + " after a signal from " + actor_text(facts.actor) : sentence;
}

std::string egress(const Facts& facts) {
  bool stream = facts.network != nullptr && facts.network->protocol.ends_with("tcp");
  auto verb = by_outcome(facts.outcome, stream ? "connected to" : "contacted", stream ? "connecting to" : "contacting");
  std::string sentence = own_text(facts.actor) + " " + verb + " " + destination(facts.network);
  return facts.network == nullptr ? sentence
                                  : with_details(sentence, joined({facts.network->hostname, facts.network->protocol}));
}

std::string raw_socket(const Facts& facts) {
  std::string sentence =
      own_text(facts.actor) + " " + by_outcome(facts.outcome, "opened a raw socket", "opening a raw socket");
  return facts.network == nullptr ? sentence : with_details(sentence, facts.network->protocol);
}

std::string signal(const Facts& facts) {
  std::string name = facts.object.empty() ? "a signal" : facts.object;
  return actor_text(facts.actor) + " " + by_outcome(facts.outcome, "sent", "sending") + " " + name + " to " +
         target_text(facts);
}

// Nobody was seen doing it.
std::string found(const Facts& facts, std::string_view what) {
  return std::string(what) + " " + target_text(facts) + (facts.object.empty() ? "" : ": " + facts.object);
}

std::string sentence_for(const Facts& facts) {
  if (const Phrase* phrase = access_phrase(facts.behavior)) {
    std::string sentence = actor_text(facts.actor) + " " + by_outcome(facts.outcome, phrase->done, phrase->doing) +
                           " " + target_text(facts);
    return facts.opener == nullptr ? sentence
                                   : sentence + " through a descriptor opened by " + actor_text(facts.opener);
  }
  switch (facts.behavior) {
    case Behavior::kCoreDump:
      return core_dump(facts);
    case Behavior::kSignal:
      return signal(facts);
    case Behavior::kStateTamper:
      return found(facts, "somebody changed the state of");
    case Behavior::kConfigurationRemoved:
      return found(facts, "somebody removed rules or configuration of");
    case Behavior::kProbeDetached:
      return found(facts, "somebody detached a probe of");
    case Behavior::kMonitorKilled:
      return found(facts, "killed, or crashed: the monitor that ran before");
    case Behavior::kEgress:
      return egress(facts);
    case Behavior::kRawSocket:
      return raw_socket(facts);
    case Behavior::kProcessStart:
      return own_text(facts.actor) + " started";
    case Behavior::kProcessExit:
      return own_text(facts.actor) + " ended";
    default:
      return own_text(facts.actor) + ": " + std::string(name(facts.behavior));
  }
}

bool takes_secret(const AlertEvidence& event) {
  return access_phrase(event.behavior) != nullptr && event.behavior != Behavior::kMemoryWrite;
}

std::string_view secret_phrase(Behavior behavior) {
  bool read = behavior == Behavior::kEnvironRead || behavior == Behavior::kMemoryRead;
  return read ? "read a secret of" : access_phrase(behavior)->done;
}

bool same_process(const std::optional<AlertProcess>& a, const std::optional<AlertProcess>& b) {
  return a && b && a->pid == b->pid && a->start_time == b->start_time;
}

std::string theft_and_egress(const AlertEvidence& theft, const AlertEvidence& sent) {
  std::string sender = same_process(theft.actor, sent.actor) ? "" : own_text(pointer(sent.actor)) + " ";
  return actor_text(pointer(theft.actor)) + " " + std::string(secret_phrase(theft.behavior)) + " " +
         target_text(facts(theft)) + " and then " + sender + "sent data to " + destination(pointer(sent.network));
}

std::string sequence(const std::vector<AlertEvidence>& events) {
  std::string first = sentence_for(facts(events.front()));
  if (events.front().behavior != events.back().behavior) {
    return first + ", and then " + sentence_for(facts(events.back()));
  }
  return events.size() == 1 ? first : first + ", one of " + std::to_string(events.size()) + " such events";
}

std::string correlation(const std::vector<AlertEvidence>& events) {
  auto theft = std::ranges::find_if(events, takes_secret);
  auto sent = std::find_if(theft, events.end(), [](const auto& event) { return event.behavior == Behavior::kEgress; });
  return sent == events.end() ? sequence(events) : theft_and_egress(*theft, *sent);
}

}  // namespace

std::string message_for(const Alert& alert) {
  return terminal_safe(alert.events.empty() ? sentence_for(facts(alert)) : correlation(alert.events));
}

}  // namespace vedette::output
