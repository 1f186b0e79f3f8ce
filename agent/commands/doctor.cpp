// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "commands/control.h"
#include "commands/gather.h"
#include "commands/state_dir.h"
#include "sensor/sensor.h"

namespace vedette::commands {
namespace {

using Json = nlohmann::ordered_json;

struct Diagnosis {
  std::string kernel;
  std::string trouble;  // why the monitor cannot run; "" it can
  sensor::Family family = sensor::Family::kAuto;
  std::vector<sensor::CapabilityStatus> capabilities;
};

std::string kernel_release() {
  utsname name{};
  ::uname(&name);
  return std::string(name.release) + " " + name.machine;
}

Diagnosis examine(const Options& options) {
  Diagnosis diagnosis{.kernel = kernel_release()};
  auto sensor = sensor::Sensor::start({.family = options.family, .without = options.without_probes});
  if (!sensor) {
    diagnosis.trouble = sensor.error().message;
    return diagnosis;
  }
  (*sensor)->canary([](Bytes) {});
  diagnosis.family = (*sensor)->family();
  diagnosis.capabilities = (*sensor)->coverage();
  return diagnosis;
}

// Of the monitor that runs on the same state directory.
Result<RuleStatus> running_rules(const Loaded& loaded) {
  auto status = ask_status(control_socket(loaded.settings.state));
  return status ? Result<RuleStatus>(std::move(status->rules)) : fail(status.error());
}

struct Findings {
  Diagnosis diagnosis;
  Loaded loaded;
  Result<RuleStatus> running;

  [[nodiscard]] bool can_run() const { return diagnosis.trouble.empty() && can_start(loaded, false); }
};

Json json_of(const RuleStatus& rules) {
  return {{"digest", rules.digest}, {"loaded", rules.loaded}, {"stale", rules.stale}, {"errors", rules.errors}};
}

Json json_of(const sensor::CapabilityStatus& status) {
  Json parts = Json::array();
  for (const auto& part : status.parts) {
    Json json = {{"part", part.part}, {"probe", nullptr}, {"reason", nullptr}};
    if (!part.probe.empty()) {
      json["probe"] = part.probe;
    }
    if (part.silent) {
      json["reason"] = "attached, but its canary was not seen";
    } else if (auto reason = sensor::reason(part); !reason.empty()) {
      json["reason"] = reason;
    }
    parts.push_back(std::move(json));
  }
  Json first = parts.empty() ? Json(nullptr) : parts.front()["probe"];
  return {{"name", status.capability},
          {"covered", sensor::name(status.coverage)},
          {"probe", first},
          {"parts", parts},
          {"limits", status.limits}};
}

void print_json(const Findings& findings) {
  const auto& [diagnosis, loaded, running] = findings;
  Json json = {{"version", VEDETTE_VERSION},
               {"kernel", diagnosis.kernel},
               {"can_run", findings.can_run()},
               {"trouble", nullptr},
               {"family", sensor::name(diagnosis.family)},
               {"config", nullptr},
               {"rules", loaded.rules.infos.size()},
               {"digest", rules::digest_of(*loaded.rules.rules)},
               {"wrong_files", wrong_files(loaded.rules)},
               {"running", nullptr},
               {"errors", Json::array()},
               {"capabilities", Json::array()}};
  if (!diagnosis.trouble.empty()) {
    json["trouble"] = diagnosis.trouble;
  }
  if (!loaded.config_file.empty()) {
    json["config"] = loaded.config_file;
  }
  if (running) {
    json["running"] = json_of(*running);
  }
  for (const auto& error : mistakes(loaded)) {
    json["errors"].push_back(error.text());
  }
  for (const auto& capability : diagnosis.capabilities) {
    json["capabilities"].push_back(json_of(capability));
  }
  std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_capability(const sensor::CapabilityStatus& status) {
  std::printf("%-14s %s\n", status.capability.c_str(), std::string(sensor::name(status.coverage)).c_str());
  for (const auto& part : status.parts) {
    std::string what = part.probe.empty() ? "not seen: " + sensor::reason(part) : part.probe;
    std::printf("    %-20s %s%s\n", part.part.c_str(), what.c_str(),
                part.silent ? " (attached, but its canary was not seen)" : "");
  }
  for (const auto& limit : status.limits) {
    std::printf("    not covered: %s\n", limit.c_str());
  }
}

// What each probe that others had to stand in for lacks, once.
void print_unused(const std::vector<sensor::CapabilityStatus>& capabilities) {
  std::set<std::string> reasons;
  for (const auto& capability : capabilities) {
    for (const auto& part : capability.parts) {
      std::ranges::for_each(part.refused, [&](const auto& probe) { reasons.insert(probe.hook + " " + probe.reason); });
    }
  }
  for (const auto& reason : reasons) {
    std::printf("%s%s\n", &reason == &*reasons.begin() ? "not used\n    " : "    ", reason.c_str());
  }
}

void print_rules(const Findings& findings) {
  const auto& rules = findings.loaded.rules;
  std::printf("rules          %zu, digest %s\n", rules.infos.size(), rules::digest_of(*rules.rules).c_str());
  if (size_t wrong = wrong_files(rules); wrong > 0) {
    std::printf("               %zu files have mistakes and are left out, see below\n", wrong);
  }
  if (!findings.running) {
    std::printf("monitor        %s\n", findings.running.error().message.c_str());
    return;
  }
  std::printf("monitor        running, rules loaded %s, digest %s\n", findings.running->loaded.c_str(),
              findings.running->digest.c_str());
  if (findings.running->stale) {
    std::printf("               %s\n", stale_text(*findings.running).c_str());
  }
}

void print_text(const Findings& findings) {
  const auto& [diagnosis, loaded, running] = findings;
  std::printf("kernel         %s\n", diagnosis.kernel.c_str());
  std::printf("configuration  %s\n", loaded.config_file.empty() ? "defaults" : loaded.config_file.c_str());
  print_rules(findings);
  std::printf("\n");
  for (const auto& capability : diagnosis.capabilities) {
    print_capability(capability);
  }
  print_unused(diagnosis.capabilities);
  if (!diagnosis.trouble.empty()) {
    std::printf("%s\n", diagnosis.trouble.c_str());
  }
}

}  // namespace

int doctor(const Options& options) {
  Findings findings{.diagnosis = examine(options), .loaded = load(options), .running = {}};
  distrust(findings.loaded);
  findings.running = running_rules(findings.loaded);
  Diagnostics errors = mistakes(findings.loaded);
  if (options.json) {
    print_json(findings);
  } else {
    print_text(findings);
    print(errors);
  }
  if (!findings.can_run()) {
    return kError;
  }
  bool full = std::ranges::all_of(findings.diagnosis.capabilities, [](const sensor::CapabilityStatus& status) {
    return status.coverage == sensor::Coverage::kFull;
  });
  bool stale = findings.running && findings.running->stale;
  return full && errors.empty() && !stale ? kGood : kPartial;
}

}  // namespace vedette::commands
