// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>

#include "bpf/events.h"
#include "event/decode.h"
#include "event/encode.h"

namespace vedette {
namespace {

SelfEvent sample() {
  return {.time_ns = 5,
          .behavior = Behavior::kStateTamper,
          .monitor = {.pid = 7, .start_ns = 70},
          .object = "/var/lib/vedette/lock",
          .count = 3};
}

self_event wire(uint32_t behavior) {
  Buffer record = encode(sample());
  self_event event{};
  std::memcpy(&event, record.data(), sizeof(event));
  event.header.size = sizeof(event);
  event.behavior = behavior;
  return event;
}

Result<Event> decoded(const self_event& event) { return decode(std::as_bytes(std::span(&event, 1))); }

TEST(SelfRecord, ComesBackAsItWasSaid) {
  auto event = decode(encode(sample()));
  ASSERT_TRUE(event) << event.error().message;
  const auto& self = std::get<SelfEvent>(*event);
  EXPECT_EQ(self.time_ns, 5U);
  EXPECT_EQ(self.behavior, Behavior::kStateTamper);
  EXPECT_EQ(self.monitor, (ProcessId{7, 70}));
  EXPECT_EQ(self.object, "/var/lib/vedette/lock");
  EXPECT_EQ(self.count, 3U);
}

TEST(SelfRecord, EachBehaviorKeepsItsName) {
  const std::pair<uint32_t, std::string_view> names[] = {{BEHAVIOR_STATE_TAMPER, "state_tamper"},
                                                         {BEHAVIOR_CONFIGURATION_REMOVED, "configuration_removed"},
                                                         {BEHAVIOR_PROBE_DETACHED, "probe_detached"},
                                                         {BEHAVIOR_MONITOR_KILLED, "monitor_killed"}};
  for (auto [behavior, text] : names) {
    auto event = decoded(wire(behavior));
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(name(std::get<SelfEvent>(*event).behavior), text);
    EXPECT_EQ(std::get<SelfEvent>(*event).object, "");
  }
}

TEST(SelfRecord, OtherBehaviorsAreRefused) {
  for (uint32_t behavior : {0U, 1U, static_cast<uint32_t>(BEHAVIOR_SIGNAL), BEHAVIOR_MONITOR_KILLED + 1U}) {
    EXPECT_FALSE(decoded(wire(behavior))) << behavior;
  }
}

TEST(SelfRecord, ASignalIsAnAccess) {
  access_event access{};
  access.header = {.type = EVENT_ACCESS, .version = EVENT_SCHEMA_VERSION, .size = sizeof(access)};
  access.behavior = BEHAVIOR_SIGNAL;
  access.detail = 19;
  auto event = decode(std::as_bytes(std::span(&access, 1)));
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(std::get<AccessEvent>(*event).behavior, Behavior::kSignal);
  EXPECT_EQ(name(Behavior::kSignal), "signal");
  EXPECT_EQ(std::get<AccessEvent>(*event).detail, 19U);
  access.behavior = BEHAVIOR_STATE_TAMPER;
  EXPECT_FALSE(decode(std::as_bytes(std::span(&access, 1))));
}

}  // namespace
}  // namespace vedette
