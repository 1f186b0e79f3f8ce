// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "commands/gather.h"
#include "commands/replay_recording.h"
#include "output/json.h"

namespace vedette::commands {
namespace {

void print_alert(const Alert& alert, bool json) {
  std::string line = json ? output::to_json(alert) : output::to_text(alert, false);
  std::fprintf(stdout, "%s\n", line.c_str());
}

}  // namespace

int replay(const Options& options) {
  Loaded loaded = load(options);
  if (Diagnostics wrong = mistakes(loaded); !wrong.empty()) {
    print(wrong);
    return kError;
  }
  bool json = options.json || ::isatty(STDOUT_FILENO) == 0;
  Status status = replay_recording(options.file, loaded.rules.rules, loaded.signatures,
                                   [&](const Alert& alert) { print_alert(alert, json); });
  if (!status) {
    std::fflush(stdout);
    std::fprintf(stderr, "vedette: %s\n", status.error().message.c_str());
    return kError;
  }
  return std::fflush(stdout) == 0 ? kGood : kError;
}

}  // namespace vedette::commands
