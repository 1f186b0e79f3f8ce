// SPDX-License-Identifier: Apache-2.0
#include "alerts.h"

#include <filesystem>
#include <fstream>
#include <functional>

#include "output/format.h"
#include "samples.h"

namespace vedette::output {
namespace {

AlertProcess full_process(uint32_t pid) {
  AlertProcess process = cat_process();
  process.pid = pid;
  process.container_id = "4f1d3f6a9f6f0e52c05a1c1d8a2f3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c";
  process.server = "github";
  process.ancestors = {{3, "/usr/bin/bash", "bash"}, {5, "/usr/sbin/sshd", "sshd: a"}, {1, "", ""}};
  return process;
}

using Change = std::function<void(Alert&)>;

const std::vector<Change>& forgettings() {
  static const std::vector<Change> kForgettings = {
      [](Alert& a) { a.actor.reset(); },
      [](Alert& a) { a.target.reset(); },
      [](Alert& a) { a.opener.reset(); },
      [](Alert& a) { a.server.reset(); },
      [](Alert& a) { a.network.reset(); },
      [](Alert& a) { a.events.clear(); },
      [](Alert& a) { a.host = {}; },
      [](Alert& a) { a.rule.tags.clear(); },
      [](Alert& a) { a.rule.digest.clear(); },
      [](Alert& a) { a.actor = a.target = a.opener = AlertProcess{}; },
      [](Alert& a) { a.actor->uid.reset(); },
      [](Alert& a) { a.actor->user.clear(); },
      [](Alert& a) { a.actor->start_time.reset(); },
      [](Alert& a) { a.actor->ancestors.clear(); },
      [](Alert& a) { a.actor->ancestors = {{0, "", ""}}; },
      [](Alert& a) { a.actor->executable.clear(); },
      [](Alert& a) { a.server->client.clear(); },
      [](Alert& a) { a.server->evidence.clear(); },
      [](Alert& a) { a.network = AlertNetwork{}; },
      [](Alert& a) { a.network->port.reset(); },
      [](Alert& a) { a.network->address.clear(); },
      [](Alert& a) { a.events = {AlertEvidence{.behavior = Behavior::kEgress}}; },
      [](Alert& a) { a.message.clear(); },
  };
  return kForgettings;
}

void make_hostile(AlertProcess& process) {
  process.executable = process.command_line = process.user = process.cwd = hostile_text();
  process.container_id = process.server = hostile_text();
  process.ancestors = {{7, hostile_text(), hostile_text()}};
}

Alert hostile_alert() {
  Alert alert = full_alert();
  alert.host = {hostile_text(), hostile_text(), hostile_text()};
  alert.rule = {hostile_text(), hostile_text(), Level::kHigh, {hostile_text(), "attack.t"}, hostile_text()};
  make_hostile(*alert.actor);
  make_hostile(*alert.target);
  make_hostile(*alert.opener);
  alert.server = AlertServer{hostile_text(), hostile_text(), 2, {hostile_text()}};
  alert.network = AlertNetwork{hostile_text(), hostile_text(), 1, hostile_text()};
  alert.message = hostile_text();
  alert.object = hostile_text();
  return alert;
}

}  // namespace

Alert full_alert() {
  Alert alert = sample_alert();
  alert.actor = full_process(1);
  alert.target = full_process(2);
  alert.opener = full_process(4);
  alert.network = AlertNetwork{"tcp", "198.51.100.7", 443, "example.org"};
  alert.count = 3;
  alert.first_seen = alert.time - 2'000'000'000;
  alert.lost_before = 5;
  alert.object = "SIGSTOP";
  alert.message = "said in a sentence";
  alert.events = {{alert.first_seen, Behavior::kEnvironRead, alert.actor, alert.target, alert.opener, std::nullopt},
                  {alert.time, Behavior::kEgress, alert.actor, std::nullopt, std::nullopt, alert.network}};
  return alert;
}

Alert bare_alert() {
  Alert alert;
  alert.id = sample_alert().id;
  alert.rule.title = "t";
  alert.behavior = Behavior::kEgress;
  return alert;
}

std::string hostile_text() {
  using namespace std::string_literals;
  return "a|b\\c=d\"e'f\ng\rh\ti\0j\x1b[2J\x7f\xff\xc3 \\n \\x41 \u202e\u2028 \U0001f642 {} <k> 100% =="s;
}

std::vector<Alert> many_alerts() {
  std::vector<Alert> alerts = {full_alert(),   bare_alert(),        sample_alert(),
                               egress_alert(), correlation_alert(), hostile_alert()};
  for (int i = 1; i < kBehaviorCount * 15; ++i) {
    Alert alert = full_alert();
    alert.behavior = static_cast<Behavior>(1 + i % (kBehaviorCount - 1));
    alert.outcome = static_cast<Outcome>(i % 3);
    alert.rule.level = static_cast<Level>(i % 5);
    alert.network->protocol = alert.behavior == Behavior::kRawSocket ? "packet" : i % 2 == 0 ? "udp" : "tcp";
    alert.network->address = i % 4 == 0 ? "2001:db8::7" : alert.network->address;
    alerts.push_back(alert);
  }
  for (const auto& forget : forgettings()) {
    alerts.push_back(full_alert());
    forget(alerts.back());
  }
  return alerts;
}

std::vector<Alert> recorded_alerts() {
  std::vector<Alert> alerts;
  for (const auto& entry : std::filesystem::directory_iterator(VEDETTE_SOURCE_DIR "/tests/recordings")) {
    std::ifstream file(entry.path());
    for (std::string line; entry.path().extension() == ".jsonl" && std::getline(file, line);) {
      alerts.push_back(alert_from_json(line).value());
    }
  }
  return alerts;
}

std::vector<Alert> all_alerts() {
  std::vector<Alert> alerts = many_alerts();
  std::vector<Alert> recorded = recorded_alerts();
  alerts.insert(alerts.end(), recorded.begin(), recorded.end());
  return alerts;
}

}  // namespace vedette::output
