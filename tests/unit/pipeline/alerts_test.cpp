// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

using Alerts = PipelineFixture;

TEST_F(Alerts, RepeatedReadsAreFolded) {
  start_weather();
  for (int i = 0; i < 5; ++i) {
    read(reader_, server_);
  }
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].count, 1U);
  uint64_t last = now_;
  pipeline_.advance(now_ + 5 * kSecond);
  EXPECT_THAT(alerts_, SizeIs(1));
  pipeline_.advance(now_ + 11 * kSecond);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
  EXPECT_EQ(alerts_[1].count, 4U);
  EXPECT_EQ(alerts_[1].last_seen, last + kClockOffset);
  EXPECT_NE(alerts_[1].id, alerts_[0].id);
}

TEST_F(Alerts, FinishTellsWhatIsFolded) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  pipeline_.finish();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
  pipeline_.finish();
  EXPECT_THAT(alerts_, SizeIs(2));
}

TEST_F(Alerts, DifferentReadersAreNotFolded) {
  start_weather();
  ProcessId second{901, 901 * kSecond};
  exec(second, shell_, {"cat"}, kOtherUid);
  read(reader_, server_);
  read(second, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
}

TEST_F(Alerts, WithoutWindowEachIsTold) {
  Context unfolded = sample_context();
  unfolded.fold_window_ns = 0;
  start_weather();
  context(unfolded);
  read(reader_, server_);
  read(reader_, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
}

TEST_F(Alerts, EventsAreCounted) {
  start_weather();
  read(reader_, server_);
  exit(reader_);
  exit(reader_);
  exit({4711, 1});
  EXPECT_THAT(events_, Contains(Pair(Behavior::kProcessStart, 3)));
  EXPECT_THAT(events_, Contains(Pair(Behavior::kEnvironRead, 1)));
  EXPECT_THAT(events_, Contains(Pair(Behavior::kProcessExit, 1)));
  EXPECT_THAT(decided_, SizeIs(1));
}

TEST_F(Alerts, TheSameEventsGiveTheSameAlerts) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  send(server_, "198.51.100.2");
  pipeline_.finish();
  ASSERT_GE(alerts_.size(), 4U);
  auto first = ids();
  EXPECT_THAT(std::set<std::string>(first.begin(), first.end()), SizeIs(first.size()));
  alerts_.clear();
  Pipeline again(shipped_rules(), shipped_signatures(), nullptr, hooks());
  for (const Event& event : fed_) {
    again.handle(event);
  }
  again.finish();
  EXPECT_EQ(ids(), first);
}

TEST_F(Alerts, AnotherBootGivesOtherIds) {
  start_weather();
  read(reader_, server_);
  auto first = ids();
  alerts_.clear();
  Context rebooted = sample_context();
  rebooted.host.boot_id = "another";
  fed_[0] = ContextEvent{.time_ns = time_of(fed_[0]), .json = to_json(rebooted)};
  Pipeline again(shipped_rules(), shipped_signatures(), nullptr, hooks());
  for (const Event& event : fed_) {
    again.handle(event);
  }
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_NE(ids(), first);
}

TEST_F(Alerts, OtherRulesForgetWhatCorrelationsBegan) {
  start_weather();
  read(reader_, server_);
  pipeline_.use(shipped_rules());
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), Contains(kReadThenSentTitle));
}

TEST_F(Alerts, NeedsNoHooksAndNoProc) {
  start_weather();
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  exit(server_);
  memory_by_number(reader_, 4711);
  feed(LossEvent{.count = 1});
  Pipeline silent(shipped_rules(), shipped_signatures(), nullptr, {});
  for (const Event& event : fed_) {
    silent.handle(event);
  }
  silent.finish();
  EXPECT_EQ(silent.processes().size(), pipeline_.processes().size());
}

}  // namespace
}  // namespace vedette
