// SPDX-License-Identifier: Apache-2.0
// Everything a command needs before it can begin: settings, rules, recognition data, facts about the host.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands/options.h"
#include "config/settings.h"
#include "pipeline/context.h"
#include "rules/engine.h"
#include "servers/client_configs.h"
#include "servers/signatures.h"

namespace vedette::commands {

struct Loaded {
  config::Settings settings;
  bool configured = false;                         // the settings have no mistake
  std::string config_file;                         // "" none was there
  std::vector<config::RuleDirectory> directories;  // those configured that are there
  std::vector<rules::RuleSource> sources;
  rules::Compiled rules;
  std::shared_ptr<const servers::Signatures> signatures;
  Diagnostics errors;  // of all but the rules themselves; the rest is to be used only when empty
};

// Configuration, rules and recognition data, with what the command line overrides.
Loaded load(const Options& options);

// The rule files as they are now; not compiled. A directory of `before` that has gone is an error.
Loaded read_again(const Options& options, const config::Settings& settings,
                  const std::vector<config::RuleDirectory>& before);
void compile(Loaded& loaded);

// As root: adds to the errors which parts of configuration and rules others than root may change.
void distrust(Loaded& loaded);

// Every directory that may hold rules, there or not.
std::vector<std::string> watched_directories(const Options& options, const config::Settings& settings);

// What is wrong with any of it.
Diagnostics mistakes(const Loaded& loaded);
// How many an attached probe can satisfy.
int live_rules(const rules::Compiled& rules);
// Files of rules with mistakes.
size_t wrong_files(const rules::Compiled& rules);
// Whether a monitor may start with it: no mistake but in some rules; when `strict`, none at all.
bool can_start(const Loaded& loaded, bool strict);

// Only the configuration; for commands that need no rules.
config::Loaded load_settings(const Options& options, std::string* config_file = nullptr);

// One line each.
std::vector<std::string> texts(const Diagnostics& errors);

// The same on stderr.
void print(const Diagnostics& errors);

Context gather(const config::Settings& settings, const std::vector<servers::ConfigEntry>& entries);

// CLOCK_REALTIME minus CLOCK_BOOTTIME, ns.
int64_t clock_offset();

}  // namespace vedette::commands
