// SPDX-License-Identifier: Apache-2.0
#include "commands/gather.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "commands/self_paths.h"
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

std::vector<config::RuleDirectory> configured(const Options& options, const config::Settings& settings) {
  if (options.rules.empty()) {
    return settings.rules;
  }
  std::vector<config::RuleDirectory> named;
  std::ranges::transform(options.rules, std::back_inserter(named),
                         [](const auto& path) { return config::RuleDirectory{path}; });
  return named;
}

// Of the configured ones, some may well be absent; one that was named or was there before may not.
void find_directories(const Options& options, const std::vector<config::RuleDirectory>& before, Loaded& loaded) {
  for (const auto& directory : configured(options, loaded.settings)) {
    std::error_code unknown;
    if (std::filesystem::is_directory(directory.path, unknown)) {
      loaded.directories.push_back(directory);
    } else if (!options.rules.empty()) {
      loaded.errors.push_back({.file = directory.path, .message = "there is no such rule directory"});
    } else if (std::ranges::find(before, directory.path, &config::RuleDirectory::path) != before.end()) {
      loaded.errors.push_back(
          {.file = directory.path,
           .message = "the rule directory has gone; bring it back, or send SIGHUP to go on without its rules"});
    }
  }
  if (loaded.directories.empty() && loaded.errors.empty()) {
    loaded.errors.push_back(
        {.file = loaded.settings.rules.empty() ? "rules" : loaded.settings.rules.front().path,
         .message = "no rule directory is there; install the rules or name their directory with --rules DIR"});
  }
}

void append(Diagnostics& to, const Diagnostics& from) { to.insert(to.end(), from.begin(), from.end()); }

// A file that two of the directories hold counts once, for the whole host if one of them says so.
void read_sources(Loaded& loaded) {
  std::map<std::string, rules::RuleSource> by_file;
  for (const auto& directory : loaded.directories) {
    auto sources = rules::read_rules({directory.path});
    if (!sources) {
      loaded.errors.push_back({.file = directory.path, .message = sources.error().message});
      continue;
    }
    for (auto& source : *sources) {
      auto& known = by_file.try_emplace(source.file, std::move(source)).first->second;
      known.scope = std::max(known.scope, directory.scope);
    }
  }
  std::ranges::transform(by_file, std::back_inserter(loaded.sources),
                         [](auto& entry) { return std::move(entry.second); });
}

void load_signatures(Loaded& loaded) {
  std::vector<std::string> directories;
  std::ranges::transform(loaded.directories, std::back_inserter(directories), &config::RuleDirectory::path);
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
  loaded.configured = loaded.errors.empty();
  find_directories(options, {}, loaded);
  read_sources(loaded);
  compile(loaded);
  load_signatures(loaded);
  return loaded;
}

Loaded read_again(const Options& options, const config::Settings& settings,
                  const std::vector<config::RuleDirectory>& before) {
  Loaded loaded;
  loaded.settings = settings;
  loaded.configured = true;
  find_directories(options, before, loaded);
  read_sources(loaded);
  return loaded;
}

void compile(Loaded& loaded) {
  loaded.rules = rules::compile(loaded.sources, {.placeholders = loaded.settings.placeholders});
}

void distrust(Loaded& loaded) {
  if (::geteuid() != 0) {
    return;
  }
  if (!loaded.config_file.empty()) {
    append(loaded.errors, untrusted(loaded.config_file));
  }
  for (const auto& directory : loaded.directories) {
    append(loaded.errors, untrusted_tree(directory.path));
  }
}

std::vector<std::string> watched_directories(const Options& options, const config::Settings& settings) {
  std::vector<std::string> paths;
  std::ranges::transform(configured(options, settings), std::back_inserter(paths), &config::RuleDirectory::path);
  return paths;
}

Diagnostics mistakes(const Loaded& loaded) {
  Diagnostics all = loaded.errors;
  append(all, loaded.rules.errors);
  return all;
}

size_t wrong_files(const rules::Compiled& rules) {
  std::set<std::string> files;
  std::ranges::transform(rules.errors, std::inserter(files, files.end()), &Diagnostic::file);
  return files.size();
}

bool can_start(const Loaded& loaded, bool strict) {
  bool nothing_left = !loaded.rules.errors.empty() && loaded.rules.infos.empty();
  return loaded.errors.empty() && !nothing_left && (!strict || loaded.rules.errors.empty());
}

int live_rules(const rules::Compiled& rules) {
  auto live = [](const rules::RuleInfo& rule) { return rule.dead.empty(); };
  return static_cast<int>(std::ranges::count_if(rules.infos, live));
}

std::vector<std::string> texts(const Diagnostics& errors) {
  std::vector<std::string> result;
  std::ranges::transform(errors, std::back_inserter(result), [](const Diagnostic& error) { return error.text(); });
  return result;
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
          .monitor_pid = static_cast<uint32_t>(::getpid()),
          .clock_offset_ns = clock_offset(),
          .fold_window_ns = static_cast<uint64_t>(settings.fold_window.count()) * 1'000'000ULL,
          .users = users(),
          .resolvers = resolvers(),
          .egress_allow = settings.egress_allow,
          .declared = settings.servers,
          .entries = entries};
}

}  // namespace vedette::commands
