// SPDX-License-Identifier: Apache-2.0
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "commands/monitor.h"

namespace vedette::commands {
namespace {

int complain(const Error& error) {
  std::fprintf(stderr, "vedette: %s\n", error.message.c_str());
  return kError;
}

}  // namespace

int run(const Options& options) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("vedette"));
  if (::geteuid() != 0) {
    return complain({"run needs root to load its probes: use sudo, or the systemd service."});
  }
  Loaded loaded = load(options);
  distrust(loaded);
  print(mistakes(loaded));
  if (!loaded.errors.empty()) {
    return kError;
  }
  if (!can_start(loaded, options.strict)) {
    return complain({options.strict ? "--strict starts only when no rule file has a mistake"
                                    : "no rule is left to start with: every one has a mistake"});
  }
  auto state = StateDir::lock(loaded.settings.state);
  if (!state) {
    return complain(state.error());
  }
  Monitor monitor(options, std::move(loaded), std::move(*state));
  if (auto status = monitor.start(); !status) {
    return complain(status.error());
  }
  Status status = monitor.loop();
  monitor.stop();
  return status ? kGood : complain(status.error());
}

}  // namespace vedette::commands
