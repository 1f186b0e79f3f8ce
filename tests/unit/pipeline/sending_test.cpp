// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Sending = PipelineFixture;

TEST_F(Sending, WhatADeclaredServerMaySendToIsNoMatter) {
  start_listed();
  EXPECT_TRUE(pipeline_.servers().at(0)->has_egress_list);
  send(server_, "203.0.113.5");
  send(server_, "127.0.0.1", 8080);
  send(server_, "192.0.2.53", 53, "udp");
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(decided_, SizeIs(3));
  EXPECT_EQ(events_[Behavior::kEgress], 3U);
}

TEST_F(Sending, AnUndeclaredDestinationIsHigh) {
  start_listed();
  send(server_, "198.51.100.1", 8443);
  ASSERT_THAT(titles(), ElementsAre(kUndeclaredTitle));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kHigh);
  ASSERT_TRUE(alert.network);
  EXPECT_EQ(alert.network->protocol, "tcp");
  EXPECT_EQ(alert.network->address, "198.51.100.1");
  EXPECT_EQ(alert.network->port, 8443);
  EXPECT_EQ(alert.server->name, "listed");
  EXPECT_EQ(alert.actor->pid, 200U);
  EXPECT_FALSE(alert.target);
}

TEST_F(Sending, ANewDestinationIsLowAndToldOnce) {
  start_weather();
  send(server_, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kNewTitle));
  EXPECT_EQ(alerts_[0].rule.level, Level::kLow);
  now_ += 3600 * kSecond;
  send(server_, "198.51.100.1");
  pipeline_.finish();
  EXPECT_THAT(alerts_, SizeIs(1));
  send(server_, "198.51.100.2");
  EXPECT_THAT(titles(), ElementsAre(kNewTitle, kNewTitle));
}

TEST_F(Sending, SendingOfAServersChildIsTheServers) {
  start_listed();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  send(child, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kUndeclaredTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 201U);
  EXPECT_EQ(alerts_[0].server->pid, 200U);
}

TEST_F(Sending, LookingForARouteSendsNothing) {
  start_listed();
  send(server_, "198.51.100.1", 0, "udp");
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(Sending, OthersMaySendWhereTheyLike) {
  start_weather();
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_EQ(events_[Behavior::kEgress], 0U);
}

TEST_F(Sending, ARawSocketOfAServerIsHigh) {
  start_weather();
  feed(NetworkEvent{.time_ns = tick(), .behavior = Behavior::kRawSocket, .actor = server_, .protocol = "packet"});
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].behavior, Behavior::kRawSocket);
  EXPECT_EQ(alerts_[0].rule.level, Level::kHigh);
  EXPECT_EQ(alerts_[0].network->protocol, "packet");
  EXPECT_FALSE(alerts_[0].network->port);
}

TEST_F(Sending, AReaderThatSendsIsCritical) {
  start_weather();
  read(reader_, server_);
  uint64_t read_at = now_;
  now_ += kSecond;
  send(reader_, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kReadTitle, kReadThenSentTitle));
  const Alert& alert = alerts_[1];
  EXPECT_EQ(alert.rule.level, Level::kCritical);
  ASSERT_THAT(alert.events, SizeIs(2));
  EXPECT_EQ(alert.events[0].behavior, Behavior::kEnvironRead);
  EXPECT_EQ(alert.events[0].time, read_at + kClockOffset);
  EXPECT_EQ(alert.events[0].target->pid, 200U);
  EXPECT_EQ(alert.events[1].behavior, Behavior::kEgress);
  EXPECT_EQ(alert.events[1].time, now_ + kClockOffset);
  EXPECT_EQ(alert.events[1].network->address, "198.51.100.1");
  EXPECT_EQ(alert.actor->pid, 900U);
  EXPECT_EQ(alert.first_seen, alert.events[0].time);
  EXPECT_EQ(alert.last_seen, alert.events[1].time);
}

TEST_F(Sending, AReaderThatExecsAnotherProgramAndSendsIsCritical) {
  start_weather();
  read(reader_, server_);
  exec(reader_, shell_, {"curl", "https://example.com"}, kOtherUid);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadThenSentTitle));
}

TEST_F(Sending, EvidenceOutlivesSweeping) {
  start_weather();
  read(reader_, server_);
  uint64_t read_at = now_;
  for (int i = 0; i < 4; ++i) {
    now_ += 30 * kSecond;
    pipeline_.advance(now_);
  }
  send(reader_, "198.51.100.1");
  ASSERT_THAT(titles(), Contains(kReadThenSentTitle));
  ASSERT_THAT(alerts_.back().events, SizeIs(2));
  EXPECT_EQ(alerts_.back().events[0].time, read_at + kClockOffset);
}

TEST_F(Sending, AReaderThatSendsHomeIsNoCorrelation) {
  start_weather();
  read(reader_, server_);
  send(reader_, "127.0.0.1");
  send(reader_, "192.0.2.53", 53, "udp");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(Sending, AReaderThatWasDeniedIsNoSuspect) {
  start_weather();
  denied_by_path(reader_, "/proc/200/environ");
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kDeniedTitle));
  EXPECT_THAT(judged(reader_), Not(Contains(testing::Field(&Judged::judgement, Judgement::kSuspect))));
}

TEST_F(Sending, AServerThatSendsAfterItWasReadIsTold) {
  start_weather();
  read(reader_, server_);
  send(server_, "198.51.100.1");
  EXPECT_THAT(titles(), testing::UnorderedElementsAre(kReadTitle, kNewTitle, kAccessedThenSentTitle));
}

TEST_F(Sending, SuspicionDoesNotPassToTheNextOwnerOfThePid) {
  start_weather();
  read(reader_, server_);
  exit(reader_);
  ProcessId later{reader_.pid, 990 * kSecond};
  exec(later, shell_, {"curl"}, kOtherUid);
  send(later, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

}  // namespace
}  // namespace vedette
