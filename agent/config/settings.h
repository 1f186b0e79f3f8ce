// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/output_settings.h"
#include "rules/engine.h"
#include "servers/recognizer.h"

namespace vedette::config {

struct RuleDirectory {
  std::string path;
  rules::Scope scope = rules::Scope::kServers;

  bool operator==(const RuleDirectory&) const = default;
};

struct Settings {
  std::vector<RuleDirectory> rules = {{"/usr/share/vedette/rules"}, {"/etc/vedette/rules.d"}};
  std::map<std::string, std::vector<std::string>> placeholders;  // of rules: name → what stands for it
  std::string state = "/var/lib/vedette";
  std::vector<servers::Declared> servers;
  std::vector<std::string> egress_allow = {"127.0.0.0/8", "::1/128"};
  std::chrono::milliseconds fold_window{60'000};           // 0: no folding
  std::chrono::milliseconds keep = std::chrono::days(30);  // of alerts and servers in the state; 0: forever
  uint64_t max_size = 256 << 20;                           // bytes of the state file; 0: any
  std::vector<Output> outputs;
  std::string metrics_listen = "127.0.0.1:9477";  // "off": no endpoint
};

struct Loaded {
  Settings settings;
  Diagnostics errors;  // every mistake at once; settings are to be used only when empty
};

// A file that is not there is an error. Unknown keys are errors with a suggestion.
Loaded load(const std::string& file);
Loaded parse(const std::string& file, const std::string& text);

}  // namespace vedette::config
