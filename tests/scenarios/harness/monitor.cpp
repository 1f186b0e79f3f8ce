// SPDX-License-Identifier: Apache-2.0
#include "harness/monitor.h"

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace vedette::scenario {
namespace {

constexpr auto kStartLimit = 20s;
constexpr auto kStopLimit = 5s;

bool says_ready(const LineReader::Lines& lines) {
  return std::ranges::any_of(lines, [](const auto& line) { return line.find("ready") != std::string::npos; });
}

}  // namespace

fs::path monitor_program() {
  const char* program = std::getenv("VEDETTE_PROGRAM");
  return program != nullptr ? program : VEDETTE_PROGRAM;
}

fs::path source_directory() { return VEDETTE_SOURCE_DIR; }

fs::path rules_directory() { return source_directory() / "rules"; }

std::string probe_family() {
  const char* family = std::getenv("VEDETTE_PROBES");
  return family != nullptr ? family : "auto";
}

Monitor::Monitor(const Scratch& scratch, MonitorOptions options)
    : directory_(scratch.path()), options_(std::move(options)) {
  scratch.write("vedette.yaml", options_.config);
}

Monitor::~Monitor() = default;

Arguments Monitor::command() const {
  Arguments result;
  if (!options_.prepare.empty()) {
    result = {"unshare", "--mount", "sh", "-ec", options_.prepare + "\nexec \"$@\"", "sh"};
  }
  result.insert(result.end(), {monitor_program(), "run", "--json"});
  result.insert(result.end(), {"--config", directory_ / "vedette.yaml"});
  result.insert(result.end(), {"--rules", rules_directory()});
  result.insert(result.end(), {"--probes", options_.family});
  result.insert(result.end(), {"--state", state()});
  if (std::ranges::find(options_.arguments, "--alerts") == options_.arguments.end()) {
    result.insert(result.end(), {"--alerts", alerts_file()});
  }
  std::string metrics = options_.metrics ? "127.0.0.1:" + std::to_string(metrics_port_) : "off";
  result.insert(result.end(), {"--metrics", metrics});
  result.insert(result.end(), options_.arguments.begin(), options_.arguments.end());
  return result;
}

void Monitor::start() {
  metrics_port_ = options_.metrics ? free_port() : 0;
  process_.emplace(Spawn{command(), directory_, {}, options_.closed_stdout});
  if (!process_->err().wait(says_ready, kStartLimit)) {
    throw std::runtime_error("the monitor did not become ready\n" + transcript());
  }
}

void Monitor::stop() {
  process_->signal(SIGTERM);
  int status = process_->wait(kStopLimit);
  if (status != 0) {
    throw std::runtime_error("the monitor ended with " + std::to_string(status));
  }
  if (!process_->out().wait_end(1s)) {
    throw std::runtime_error("the monitor left somebody holding its output");
  }
}

void Monitor::kill() {
  process_->signal(SIGKILL);
  process_->wait(kStopLimit);
}

std::vector<json> Monitor::alerts() const {
  std::vector<json> result;
  for (const auto& line : process_->out().lines()) {
    result.push_back(json::parse(line));
  }
  return result;
}

LineReader::Lines Monitor::alert_lines() const { return process_ ? output().lines() : LineReader::Lines(); }

json Monitor::wait_alert(const Condition& holds, Duration limit) const {
  json found;
  size_t seen = 0;
  process_->out().wait(
      [&](const LineReader::Lines& lines) {
        for (; found.is_null() && seen < lines.size(); seen++) {
          json alert = json::parse(lines[seen]);
          found = holds(alert) ? alert : json();
        }
        return !found.is_null();
      },
      limit);
  if (found.is_null()) {
    throw std::runtime_error("the alert waited for did not come");
  }
  return found;
}

json Monitor::servers() const {
  auto answer = run({{monitor_program(), "servers", "--json", "--state", state()}, directory_, {}, false});
  if (answer.status != 0) {
    throw std::runtime_error("vedette servers: " + answer.err);
  }
  return json::parse(answer.out);
}

std::map<std::string, double> Monitor::metrics() const {
  std::map<std::string, double> result;
  std::istringstream text(http_get(metrics_port_, "/metrics"));
  for (std::string line; std::getline(text, line);) {
    size_t space = line.rfind(' ');
    if (!line.starts_with('#') && space != std::string::npos && line.starts_with("vedette_")) {
      result[line.substr(0, space)] = std::stod(line.substr(space));
    }
  }
  return result;
}

double Monitor::metric(const std::string& start) const {
  double sum = 0;
  for (const auto& [name, value] : metrics()) {
    sum += name.starts_with(start) ? value : 0;
  }
  return sum;
}

std::string Monitor::transcript() const {
  if (!process_) {
    return "the monitor was not started\n";
  }
  return "monitor: " + join(command(), " ") + "\nstderr:\n" + join(process_->err().lines(), "\n") + "\nalerts:\n" +
         join(process_->out().lines(), "\n") + "\n";
}

}  // namespace vedette::scenario
