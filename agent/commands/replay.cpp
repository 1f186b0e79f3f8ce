// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "commands/gather.h"
#include "commands/recording.h"
#include "output/json.h"
#include "pipeline/pipeline.h"

namespace vedette::commands {
namespace {

void print_alert(const Alert& alert, bool json) {
  std::string line = json ? output::to_json(alert) : output::to_text(alert, false);
  std::fprintf(stdout, "%s\n", line.c_str());
}

}  // namespace

int replay(const Options& options) {
  Loaded loaded = load(options);
  if (!loaded.errors.empty()) {
    print(loaded.errors);
    return kError;
  }
  bool json = options.json || ::isatty(STDOUT_FILENO) == 0;
  PipelineHooks hooks{.alert = [&](const Alert& alert) { print_alert(alert, json); }};
  Pipeline pipeline(loaded.rules.rules, loaded.signatures, nullptr, std::move(hooks));
  Status status = read_recording(options.file, [&](Bytes record) -> Status {
    auto event = decode(record);
    if (!event) {
      return fail(event.error());
    }
    pipeline.advance(time_of(*event));
    pipeline.handle(*event);
    return {};
  });
  pipeline.finish();
  if (!status) {
    std::fflush(stdout);
    std::fprintf(stderr, "vedette: %s\n", status.error().message.c_str());
    return kError;
  }
  return std::fflush(stdout) == 0 ? kGood : kError;
}

}  // namespace vedette::commands
