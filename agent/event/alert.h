// SPDX-License-Identifier: Apache-2.0
// What a rule made of one or more events. Times are nanoseconds since the Unix epoch, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/event.h"

namespace vedette {

enum class Level : uint8_t { kInformational, kLow, kMedium, kHigh, kCritical };
std::string_view name(Level level);

struct Ancestor {
  uint32_t pid = 0;
  std::string executable;    // "" unknown
  std::string command_line;  // redacted, "" unknown
};

struct AlertProcess {
  uint32_t pid = 0;
  std::optional<uint64_t> start_time;
  std::string executable;  // "" unknown
  std::string command_line;
  std::optional<uint32_t> uid;
  std::string user;  // "" unknown
  std::string cwd;
  std::string container_id;
  std::vector<Ancestor> ancestors;  // nearest first
  std::string server;               // "" when it belongs to none
};

struct AlertServer {
  std::string name;
  std::string client;  // "" unknown
  uint32_t pid = 0;    // root of its tree
  std::vector<std::string> evidence;
};

struct AlertNetwork {
  std::string protocol;
  std::string address;  // "" none
  std::optional<uint16_t> port;
  std::string hostname;
};

struct AlertRule {
  std::string id;
  std::string title;
  Level level = Level::kMedium;
  std::vector<std::string> tags;
  std::string digest;  // of the rule's text, "" unknown
};

struct AlertHost {
  std::string name;
  std::string machine_id;
  std::string boot_id;
};

// One event behind a correlation.
struct AlertEvidence {
  uint64_t time = 0;
  Behavior behavior = Behavior::kNone;
  std::optional<AlertProcess> actor;
  std::optional<AlertProcess> target;
  std::optional<AlertProcess> opener;
  std::optional<AlertNetwork> network;
  std::string object;
};

struct Alert {
  std::string id;  // UUID
  uint64_t time = 0;
  AlertHost host;
  AlertRule rule;
  Behavior behavior = Behavior::kNone;
  Outcome outcome = Outcome::kAllowed;
  std::optional<AlertProcess> actor;
  std::optional<AlertProcess> target;
  std::optional<AlertProcess> opener;  // who opened the descriptor the actor used, when it was another
  std::optional<AlertServer> server;
  std::optional<AlertNetwork> network;
  std::string object;  // what of the target: the signal it was sent, a file, a probe; "" none
  uint64_t count = 1;
  uint64_t first_seen = 0;
  uint64_t last_seen = 0;
  uint64_t lost_before = 0;
  std::vector<AlertEvidence> events;  // empty unless a correlation
  std::string message;
};

// Bytes of memory it takes, with all it points to; about.
size_t footprint(const Alert& alert);
size_t footprint(const AlertEvidence& evidence);

}  // namespace vedette
