// SPDX-License-Identifier: Apache-2.0
#include "commands/gather.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/egress.h"

namespace vedette::commands {
namespace {

constexpr const char* kDefaultConfig = "/etc/vedette/vedette.yaml";

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

// resolv.conf(5): "nameserver ADDRESS"
std::vector<std::string> resolvers() {
  std::vector<std::string> result;
  std::ifstream in("/etc/resolv.conf");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string keyword;
    std::string address;
    if (words >> keyword >> address && keyword == "nameserver") {
      result.push_back(address.substr(0, address.find('%')));
    }
  }
  return result;
}

std::map<uint32_t, std::string> users() {
  std::map<uint32_t, std::string> result;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    result.try_emplace(entry->pw_uid, entry->pw_name);
  }
  ::endpwent();
  return result;
}

int64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// The configured directories that are there; of the defaults, some may well be absent.
std::vector<std::string> rule_directories(const Options& options, const config::Settings& settings,
                                          Diagnostics& errors) {
  if (!options.rules.empty()) {
    return options.rules;
  }
  std::vector<std::string> present;
  for (const auto& directory : settings.rules) {
    if (std::filesystem::is_directory(directory)) {
      present.push_back(directory);
    }
  }
  if (present.empty()) {
    errors.push_back(
        {.file = settings.rules.empty() ? "rules" : settings.rules.front(),
         .message = "no rule directory is there; install the rules or name their directory with --rules DIR"});
  }
  return present;
}

void append(Diagnostics& to, const Diagnostics& from) { to.insert(to.end(), from.begin(), from.end()); }

void load_rules(const Options& options, Loaded& loaded) {
  auto directories = rule_directories(options, loaded.settings, loaded.errors);
  if (directories.empty()) {
    return;
  }
  auto sources = rules::read_rules(directories);
  if (!sources) {
    loaded.errors.push_back({.file = directories.front(), .message = sources.error().message});
    return;
  }
  loaded.rules = rules::compile(*sources);
  append(loaded.errors, loaded.rules.errors);
  auto signatures = servers::load_signatures(directories);
  loaded.signatures = signatures.signatures;
  append(loaded.errors, signatures.errors);
}

}  // namespace

config::Loaded load_settings(const Options& options, std::string* config_file) {
  std::string file = options.config;
  if (file.empty() && ::access(kDefaultConfig, F_OK) == 0) {
    file = kDefaultConfig;
  }
  if (config_file != nullptr) {
    *config_file = file;
  }
  config::Loaded loaded = file.empty() ? config::Loaded{} : config::load(file);
  if (!options.state.empty()) {
    loaded.settings.state = options.state;
  }
  if (!options.metrics.empty()) {
    loaded.settings.metrics_listen = options.metrics;
    if (auto status = options.metrics == "off" ? Status() : config::check_listen(options.metrics); !status) {
      loaded.errors.push_back({.file = "--metrics", .message = status.error().message});
    }
  }
  return loaded;
}

Loaded load(const Options& options) {
  Loaded loaded;
  auto settings = load_settings(options, &loaded.config_file);
  loaded.settings = std::move(settings.settings);
  loaded.errors = std::move(settings.errors);
  load_rules(options, loaded);
  return loaded;
}

void print(const Diagnostics& errors) {
  for (const auto& error : errors) {
    std::fprintf(stderr, "%s\n", error.text().c_str());
  }
}

int64_t clock_offset() { return nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME); }

Context gather(const config::Settings& settings, const std::vector<servers::ConfigEntry>& entries) {
  return {.host = {.name = host_name(),
                   .machine_id = first_line("/etc/machine-id"),
                   .boot_id = first_line("/proc/sys/kernel/random/boot_id")},
          .clock_offset_ns = clock_offset(),
          .fold_window_ns = static_cast<uint64_t>(settings.fold_window.count()) * 1'000'000ULL,
          .users = users(),
          .resolvers = resolvers(),
          .egress_allow = settings.egress_allow,
          .declared = settings.servers,
          .entries = entries};
}

}  // namespace vedette::commands
