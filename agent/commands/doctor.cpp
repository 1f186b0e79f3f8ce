// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "commands/gather.h"
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

void print_json(const Diagnosis& diagnosis, const Loaded& loaded) {
  Json json = {{"version", VEDETTE_VERSION},
               {"kernel", diagnosis.kernel},
               {"can_run", diagnosis.trouble.empty() && loaded.errors.empty()},
               {"trouble", nullptr},
               {"family", sensor::name(diagnosis.family)},
               {"config", nullptr},
               {"rules", loaded.rules.infos.size()},
               {"errors", Json::array()},
               {"capabilities", Json::array()}};
  if (!diagnosis.trouble.empty()) {
    json["trouble"] = diagnosis.trouble;
  }
  if (!loaded.config_file.empty()) {
    json["config"] = loaded.config_file;
  }
  for (const auto& error : loaded.errors) {
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

void print_text(const Diagnosis& diagnosis, const Loaded& loaded) {
  std::printf("kernel         %s\n", diagnosis.kernel.c_str());
  std::printf("configuration  %s\n", loaded.config_file.empty() ? "defaults" : loaded.config_file.c_str());
  std::printf("rules          %zu, %zu errors in configuration and rules\n\n", loaded.rules.infos.size(),
              loaded.errors.size());
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
  Diagnosis diagnosis = examine(options);
  Loaded loaded = load(options);
  if (options.json) {
    print_json(diagnosis, loaded);
  } else {
    print_text(diagnosis, loaded);
    print(loaded.errors);
  }
  if (!diagnosis.trouble.empty() || !loaded.errors.empty()) {
    return kError;
  }
  bool full = std::ranges::all_of(diagnosis.capabilities, [](const sensor::CapabilityStatus& status) {
    return status.coverage == sensor::Coverage::kFull;
  });
  return full ? kGood : kPartial;
}

}  // namespace vedette::commands
