// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "event/alert.h"

namespace vedette {
namespace {

// A string of so many bytes counts with all of them wherever it stands.
TEST(Footprint, GrowsWithEveryPart) {
  const std::string text(1'000, 'x');
  auto grown = [&](auto change) {
    Alert alert;
    change(alert);
    return footprint(alert) - footprint(Alert{});
  };
  EXPECT_GE(grown([&](Alert& alert) { alert.message = text; }), 900U);
  EXPECT_GE(grown([&](Alert& alert) { alert.rule.tags = {text, text}; }), 2'000U);
  EXPECT_GE(grown([&](Alert& alert) { alert.target = AlertProcess{.command_line = text}; }), 1'000U);
  EXPECT_GE(grown([&](Alert& alert) {
              alert.actor = AlertProcess{.ancestors = {{.pid = 1, .executable = text, .command_line = text}}};
            }),
            2'000U);
  EXPECT_GE(grown([&](Alert& alert) { alert.server = AlertServer{.name = text, .evidence = {text}}; }), 2'000U);
  EXPECT_GE(grown([&](Alert& alert) { alert.network = AlertNetwork{.hostname = text}; }), 1'000U);
  EXPECT_GE(
      grown([&](Alert& alert) { alert.events = {AlertEvidence{.actor = AlertProcess{.cwd = text}, .object = text}}; }),
      2'000U);
}

}  // namespace
}  // namespace vedette
