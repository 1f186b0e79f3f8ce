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
  std::string config_file;  // "" none was there
  rules::Compiled rules;
  std::shared_ptr<const servers::Signatures> signatures;
  Diagnostics errors;  // of all of them; the rest is to be used only when empty
};

// Configuration, rules and recognition data, with what the command line overrides.
Loaded load(const Options& options);

// Only the configuration; for commands that need no rules.
config::Loaded load_settings(const Options& options, std::string* config_file = nullptr);

// One line each on stderr.
void print(const Diagnostics& errors);

Context gather(const config::Settings& settings, const std::vector<servers::ConfigEntry>& entries);

// CLOCK_REALTIME minus CLOCK_BOOTTIME, ns.
int64_t clock_offset();

}  // namespace vedette::commands
