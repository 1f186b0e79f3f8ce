// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using LostBookkeeping = PipelineFixture;

TEST_F(LostBookkeeping, AReaderThatExitsAtOnceIsStillKnown) {
  start_weather();
  ProcessId brief{901, 999 * kSecond};
  fork(shell_, brief, kOtherUid);
  exec(brief, shell_, {"strings", "/proc/200/environ"}, kOtherUid);
  exit(brief);
  read(brief, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->executable, "/usr/bin/strings");
  EXPECT_EQ(alerts_[0].actor->command_line, "strings /proc/200/environ");
}

TEST_F(LostBookkeeping, AReaderNobodyKnowsIsToldByItsPid) {
  start_weather();
  read({4711, 999 * kSecond}, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 4711U);
  EXPECT_EQ(alerts_[0].actor->executable, "");
}

TEST_F(LostBookkeeping, WhatTheKernelDidNotTellProcMay) {
  start_weather();
  ProcessId missed{300, 300 * kSecond + 7 * kMillisecond};
  ExecEvent found = image({300, 300 * kSecond}, {client_.pid, 0}, {"node", "weather-server"}, kNodeUid);
  proc_.processes[300] = found;
  read(reader_, missed);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].target->executable, "/usr/bin/node");
  EXPECT_EQ(alerts_[0].target->start_time, missed.start_ns + kClockOffset);
  EXPECT_EQ(pipeline_.processes().find(missed)->parent, client_);
}

TEST_F(LostBookkeeping, ProcIsNotBelievedOfALaterProcess) {
  start_weather();
  proc_.processes[300] = image({300, 400 * kSecond}, {client_.pid, 0}, {"node", "weather-server"}, kNodeUid);
  read(reader_, {300, 300 * kSecond});
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_EQ(pipeline_.processes().find({300, 300 * kSecond})->executable, "");
}

TEST_F(LostBookkeeping, ATargetThatFillsTheTableDoesNotCostTheActor) {
  exec(reader_, shell_, {"cat"}, kOtherUid);
  context();
  uint32_t pid = 100'000;
  while (pipeline_.processes().size() < pipeline_.processes().capacity()) {
    pipeline_.handle(ForkEvent{.time_ns = now_, .process = {++pid, now_}, .parent = init_});
  }
  proc_.processes[300] = image({300, 300 * kSecond}, {}, {"node", "weather-server"}, kNodeUid);
  read(reader_, {300, 300 * kSecond});
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 900U);
}

TEST_F(LostBookkeeping, LossIsToldByTheNextAlertOnce) {
  start_weather();
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "alert_ring_full", .count = 3, .hides_alerts = true});
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "read_fault", .count = 1, .hides_alerts = true});
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "process_ring_full", .count = 50});
  EXPECT_EQ(lost_, 54U);
  read(reader_, server_);
  send(server_, "198.51.100.1");
  ASSERT_GE(alerts_.size(), 2U);
  EXPECT_EQ(alerts_[0].lost_before, 4U);
  EXPECT_EQ(alerts_[1].lost_before, 0U);
}

}  // namespace
}  // namespace vedette
