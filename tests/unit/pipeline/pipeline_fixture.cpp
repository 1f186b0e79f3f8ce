// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {

std::shared_ptr<const rules::RuleSet> shipped_rules() {
  static const auto kRules = [] {
    auto sources = rules::read_rules({VEDETTE_SOURCE_DIR "/rules"});
    auto compiled = rules::compile(sources.value());
    EXPECT_TRUE(compiled.errors.empty());
    return compiled.rules;
  }();
  return kRules;
}

std::shared_ptr<const servers::Signatures> shipped_signatures() {
  static const auto kLoaded = servers::load_signatures({VEDETTE_SOURCE_DIR "/rules"});
  EXPECT_TRUE(kLoaded.errors.empty());
  return kLoaded.signatures;
}

Context sample_context() {
  Context context;
  context.host = {.name = "host", .machine_id = "machine", .boot_id = "boot"};
  context.clock_offset_ns = kClockOffset;
  context.fold_window_ns = 10 * kSecond;
  context.users = {{0, "root"}, {kNodeUid, "ann"}, {kOtherUid, "mallory"}};
  context.resolvers = {"192.0.2.53"};
  context.declared = {
      {.name = "weather", .match = {.command_line = "*weather-server*"}},
      {.name = "listed", .match = {.command_line = "*listed-server*"}, .egress = {"203.0.113.0/24:443"}}};
  return context;
}

}  // namespace vedette
