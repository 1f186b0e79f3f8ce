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

TEST_F(Alerts, TheSameCorrelationsRememberWhatTheyBegan) {
  start_weather();
  read(reader_, server_);
  pipeline_.use(shipped_rules());
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadThenSentTitle));
  EXPECT_THAT(alerts_.back().events, SizeIs(2));
}

TEST_F(Alerts, OtherCorrelationsForgetWhatTheyBegan) {
  start_weather();
  read(reader_, server_);
  auto sources = rules::read_rules({VEDETTE_SOURCE_DIR "/rules"});
  ASSERT_TRUE(sources) << sources.error().message;
  for (rules::RuleSource& source : *sources) {
    size_t span = source.text.find("timespan: 5m");
    source.text.replace(std::min(span, source.text.size()), span == std::string::npos ? 0 : 12,
                        span == std::string::npos ? "" : "timespan: 6m");
  }
  pipeline_.use(rules::compile(*sources).rules);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), Contains(kReadThenSentTitle));
}

const char* const kQuiet =
    "title: Reads\nid: r\nname: reads\nlogsource: {category: process_access}\n"
    "detection: {s: {McpBehavior: environ_read}, condition: s}\n---\n"
    "title: Few Reads\nid: c\nlevel: low\ncorrelation: {type: event_count, rules: [reads], group-by: "
    "[SourceProcessGuid], timespan: 10s, condition: {lt: 3}}\n";

TEST_F(Alerts, AWindowThatClosesIsToldWithItsLastEvent) {
  auto compiled = rules::compile({{"r.yml", kQuiet}});
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  pipeline_.use(compiled.rules);
  start_weather();
  uint64_t first = now_;
  read(reader_, server_);
  read(reader_, server_);
  pipeline_.advance(first + 11 * kSecond);
  EXPECT_THAT(titles(), testing::IsEmpty());
  pipeline_.advance(first + 12 * kSecond);
  ASSERT_THAT(titles(), ElementsAre("Few Reads"));
  EXPECT_EQ(alerts_[0].time, now_ + kClockOffset);
  EXPECT_THAT(alerts_[0].events, SizeIs(2));
  EXPECT_EQ(alerts_[0].target->pid, server_.pid);
}

TEST_F(Alerts, FinishTellsWindowsThatClosedWithTheLastEvent) {
  auto compiled = rules::compile({{"r.yml", kQuiet}});
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  pipeline_.use(compiled.rules);
  start_weather();
  read(reader_, server_);
  now_ += 10 * kSecond + kMillisecond;
  read(reader_, server_);
  EXPECT_THAT(titles(), testing::IsEmpty());
  pipeline_.finish();
  ASSERT_THAT(titles(), ElementsAre("Few Reads"));
  EXPECT_THAT(alerts_[0].events, SizeIs(1));
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
