// SPDX-License-Identifier: Apache-2.0
#include "commands/control.h"

#include <gmock/gmock.h>

namespace vedette::commands {
namespace {

using testing::HasSubstr;

MonitorStatus sample() {
  MonitorStatus status{.rules = {.digest = "abc",
                                 .live = 3,
                                 .dead = 1,
                                 .loaded = "2026-11-21T02:03:04.000000000Z",
                                 .stale = true,
                                 .errors = {"a.yml:1:2: wrong", "b.yml:3:4: worse"}}};
  status.servers.push_back({{"name", "github"}, {"pid", 7}});
  return status;
}

TEST(Control, AStatusComesBackAsItWasSaid) {
  auto status = status_from_json(to_json(sample()));
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->servers.dump(), R"([{"name":"github","pid":7}])");
  EXPECT_EQ(status->rules.digest, "abc");
  EXPECT_EQ(status->rules.live, 3);
  EXPECT_TRUE(status->rules.stale);
  EXPECT_EQ(status->rules.errors, sample().rules.errors);
}

TEST(Control, AnAnswerOfAnotherKindIsAnError) {
  for (const char* text :
       {"", "[]", "{}", "{\"servers\":[],\"rules\":[]}", "{\"servers\":[],\"rules\":{\"digest\":1}}"}) {
    auto status = status_from_json(text);
    ASSERT_FALSE(status) << text;
    EXPECT_THAT(status.error().message, HasSubstr("cannot be understood"));
  }
}

TEST(Control, StaleRulesSayWhy) {
  EXPECT_EQ(stale_text(sample().rules),
            "the running rules, loaded 2026-11-21T02:03:04.000000000Z, are older than the files, which have mistakes:\n"
            "    a.yml:1:2: wrong\n    b.yml:3:4: worse");
}

}  // namespace
}  // namespace vedette::commands
