// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Access = PipelineFixture;

TEST_F(Access, AStrangersReadIsOneHighAlert) {
  start_weather();
  read(reader_, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kHigh);
  EXPECT_EQ(alert.behavior, Behavior::kEnvironRead);
  EXPECT_EQ(alert.outcome, Outcome::kAllowed);
  EXPECT_EQ(alert.host.name, "host");
  EXPECT_EQ(alert.time, now_ + kClockOffset);
  EXPECT_EQ(alert.count, 1U);
  EXPECT_THAT(alert.events, IsEmpty());
  EXPECT_FALSE(alert.network);
  EXPECT_FALSE(alert.message.empty());
}

TEST_F(Access, AnAlertTellsActorTargetAndServer) {
  start_weather();
  read(reader_, server_);
  ASSERT_THAT(alerts_, SizeIs(1));
  const Alert& alert = alerts_[0];
  ASSERT_TRUE(alert.actor && alert.target && alert.server);
  EXPECT_EQ(alert.actor->pid, 900U);
  EXPECT_EQ(alert.actor->start_time, 900 * kSecond + kClockOffset);
  EXPECT_EQ(alert.actor->executable, "/usr/bin/cat");
  EXPECT_EQ(alert.actor->command_line, "cat -");
  EXPECT_EQ(alert.actor->uid, kOtherUid);
  EXPECT_EQ(alert.actor->user, "mallory");
  EXPECT_EQ(alert.actor->server, "");
  EXPECT_EQ(alert.target->pid, 200U);
  EXPECT_EQ(alert.target->executable, "/usr/bin/node");
  EXPECT_EQ(alert.target->user, "ann");
  EXPECT_EQ(alert.target->server, "weather");
  ASSERT_THAT(alert.target->ancestors, SizeIs(1));
  EXPECT_EQ(alert.target->ancestors[0].pid, 100U);
  EXPECT_EQ(alert.server->name, "weather");
  EXPECT_EQ(alert.server->pid, 200U);
  EXPECT_EQ(pipeline_.servers()[0]->alerts, 1U);
}

TEST_F(Access, WhoActedIsAsTheEventSays) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.uid = 0;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].actor->uid, 0U);
  EXPECT_EQ(alerts_[0].actor->user, "root");
}

TEST_F(Access, WhoOpenedWhatAnotherReadIsNamed) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.opener = client_;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  ASSERT_TRUE(alerts_[0].opener);
  EXPECT_EQ(alerts_[0].opener->pid, 100U);
}

TEST_F(Access, ACountedReadSaysHowMany) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.count = 5;
  event.first_ns = event.time_ns - 100;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].count, 5U);
  EXPECT_EQ(alerts_[0].first_seen, alerts_[0].time - 100);
  EXPECT_EQ(events_[Behavior::kEnvironRead], 5U);
}

TEST_F(Access, TheLauncherMayRead) {
  start_weather();
  read(client_, server_);
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(Access, AServerMayReadItself) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  read(child, server_);
  read(server_, child);
  EXPECT_THAT(titles(), Not(Contains(kReadTitle)));
}

TEST_F(Access, AServerThatReadsItsClientIsToldOf) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  read(child, client_);
  ASSERT_THAT(titles(), ElementsAre(kReadAboveTitle));
  EXPECT_EQ(alerts_[0].actor->server, "weather");
  EXPECT_EQ(alerts_[0].target->pid, 100U);
  EXPECT_EQ(alerts_[0].server->name, "weather");
}

TEST_F(Access, ReadsAmongOthersAreNoMatter) {
  start_weather();
  read(reader_, client_);
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(decided_, IsEmpty());
}

TEST_F(Access, TheTargetOfADeniedPathIsFound) {
  for (const auto* path : {"/proc/200/environ", "/proc/200/task/200/environ", "200/environ", "task/200/environ"}) {
    alerts_.clear();
    start_weather();
    denied_by_path(reader_, path);
    pipeline_.finish();
    ASSERT_THAT(titles(), ElementsAre(kDeniedTitle)) << path;
    EXPECT_EQ(alerts_[0].rule.level, Level::kMedium);
    EXPECT_EQ(alerts_[0].outcome, Outcome::kDenied);
    EXPECT_EQ(alerts_[0].target->pid, 200U);
  }
}

TEST_F(Access, TheTargetOfADeniedPathInADirectoryIsItsOwner) {
  start_weather();
  denied_by_path(reader_, "environ", server_);
  EXPECT_THAT(titles(), ElementsAre(kDeniedTitle));
}

TEST_F(Access, PathsThatNameNobodyAreNoMatter) {
  start_weather();
  for (const auto* path : {"/proc/self/environ", "/proc/thread-self/environ", "/proc/4711/environ", "environ",
                           "/environ", "/proc/200x/environ", "/proc/99999999999/environ", "/", "//"}) {
    denied_by_path(reader_, path);
  }
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(Access, AThreadsNumberLeadsToItsProcess) {
  start_weather();
  proc_.leaders[207] = 200;
  denied_by_path(reader_, "/proc/207/environ");
  memory_by_number(reader_, 207);
  ASSERT_THAT(titles(), ElementsAre(kDeniedTitle, kMemoryTitle));
  EXPECT_EQ(alerts_[1].target->pid, 200U);
}

TEST_F(Access, TheTargetOfANumberIsFound) {
  start_weather();
  memory_by_number(reader_, 200);
  ASSERT_THAT(titles(), ElementsAre(kMemoryTitle));
  EXPECT_EQ(alerts_[0].target->pid, 200U);
  EXPECT_EQ(alerts_[0].target->start_time, 200 * kSecond + kClockOffset);
  EXPECT_EQ(alerts_[0].outcome, Outcome::kDenied);
  memory_by_number(reader_, 4711);
  memory_by_number(reader_, 0);
  EXPECT_THAT(alerts_, SizeIs(1));
}

TEST_F(Access, NumbersAreThoseOfTheActorsNamespace) {
  context();
  ExecEvent inside = image(server_, client_, {"node", "weather-server"}, kNodeUid);
  inside.pid_namespace = 4026532000;
  inside.namespace_pid = 5;
  feed(inside);
  ExecEvent actor = image(reader_, shell_, {"cat"}, kOtherUid);
  actor.pid_namespace = 4026532000;
  actor.namespace_pid = 6;
  feed(actor);
  memory_by_number(reader_, 200);
  EXPECT_THAT(titles(), IsEmpty());
  memory_by_number(reader_, 5);
  EXPECT_THAT(titles(), ElementsAre(kMemoryTitle));
}

}  // namespace
}  // namespace vedette
