// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "event/alert.h"

namespace vedette::output {

inline constexpr uint64_t kSampleTime = 1'795'226'584'123'456'789;  // 2026-11-21T02:03:04.123456789Z

inline AlertProcess cat_process() {
  AlertProcess cat;
  cat.pid = 1;
  cat.start_time = kSampleTime - 1'000'000'000;
  cat.executable = "/usr/bin/cat";
  cat.command_line = "cat /proc/2/environ";
  cat.uid = 1000;
  cat.user = "a";
  cat.cwd = "/";
  cat.ancestors = {{3, "/usr/bin/bash", "bash"}, {1, "", ""}};
  return cat;
}

inline AlertProcess server_process() {
  AlertProcess node;
  node.pid = 2;
  node.executable = "/usr/bin/node";
  node.command_line = "node mcp-server-github";
  node.uid = 1000;
  node.server = "github";
  return node;
}

// cat has read the environment of the server github.
inline Alert sample_alert() {
  Alert alert;
  alert.id = "11111111-2222-4333-8444-555555555555";
  alert.time = alert.first_seen = alert.last_seen = kSampleTime;
  alert.host = {"host", "machine", "boot"};
  alert.rule = {"66666666-2222-4333-8444-555555555555",
                "Environment of MCP server read",
                Level::kHigh,
                {"attack.t1003.007"},
                "0123456789abcdef"};
  alert.behavior = Behavior::kEnvironRead;
  alert.actor = cat_process();
  alert.target = server_process();
  alert.server = AlertServer{"github", "claude-code", 2, {"config", "signature"}};
  return alert;
}

// The server github has connected to somewhere.
inline Alert egress_alert() {
  Alert alert = sample_alert();
  alert.behavior = Behavior::kEgress;
  alert.actor = server_process();
  alert.target.reset();
  alert.network = AlertNetwork{"tcp", "198.51.100.7", 443, ""};
  return alert;
}

inline Alert correlation_alert() {
  Alert alert = egress_alert();
  AlertProcess curl = cat_process();
  alert.actor = curl;
  AlertEvidence theft{
      .time = kSampleTime, .behavior = Behavior::kEnvironRead, .actor = curl, .target = server_process()};
  AlertEvidence sent{.time = kSampleTime + 1, .behavior = Behavior::kEgress, .actor = curl, .network = alert.network};
  alert.events = {theft, sent};
  return alert;
}

}  // namespace vedette::output
