// SPDX-License-Identifier: Apache-2.0
// The command line.
#pragma once

#include <string>
#include <vector>

#include "sensor/capabilities.h"

namespace vedette::commands {

// vedette(1), "Exit codes"
enum Exit : int { kGood = 0, kError = 1, kUsage = 2, kPartial = 3 };

struct AlertFilter {
  std::string since;   // a duration before now, or a time; "" the first
  std::string until;   // likewise; "" the last
  std::string level;   // and above; "" any
  std::string rule;    // id, or title with * and ?; "" any
  std::string server;  // name with * and ?; "" any
  bool follow = false;
};

struct Options {
  std::string config;              // "" the default one, if it is there
  std::vector<std::string> rules;  // empty: those of the configuration
  std::string state;               // "" that of the configuration
  std::string alerts;              // file to append JSON lines to, "" none
  std::string metrics;             // "" that of the configuration
  sensor::Family family = sensor::Family::kAuto;
  std::vector<std::string> without_probes;
  bool json = false;
  bool strict = false;             // no rule file may have a mistake
  std::string file;                // of record and replay
  std::string rule_file;           // of explain
  std::vector<std::string> paths;  // of test
  std::string junit;               // file of test's results, "" none
  std::string event_file;          // of explain
  AlertFilter alerts_wanted;       // of alerts
  bool all = false;                // of servers: also those of the past
};

int run(const Options& options);
int doctor(const Options& options);
int check(const Options& options);
int servers(const Options& options);
int alerts(const Options& options);
int record(const Options& options);
int replay(const Options& options);
int test(const Options& options);
int explain(const Options& options);
int fields(const Options& options);

// Parses the arguments and runs the command they name. Returns the exit code.
int dispatch(int argc, char** argv);

}  // namespace vedette::commands
