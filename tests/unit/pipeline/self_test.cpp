// SPDX-License-Identifier: Apache-2.0
// What is done to the monitor itself.
#include <csignal>

#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kAccessedTitle = "Monitor Accessed by Another Process";
constexpr const char* kAccessDeniedTitle = "Access to Monitor Denied";
constexpr const char* kSignalledTitle = "Monitor Sent Signal to Stop or Kill It";

class Self : public PipelineFixture {
 protected:
  void start_watching() {
    Context context = sample_context();
    context.monitor_pid = monitor_.pid;
    feed(ContextEvent{.time_ns = tick(), .json = to_json(context)});
    exec(init_, {}, {"systemd"}, 0);
    exec(shell_, init_, {"bash"}, 0);
    exec(monitor_, shell_, {"vedette", "run"}, 0);
    exec(reader_, init_, {"kill"}, 0);
  }
  void signal(const ProcessId& sender, uint32_t number) {
    AccessEvent event = access(sender, monitor_, Behavior::kSignal);
    event.uid = 0;
    event.detail = number;
    feed(event);
  }
  void found(Behavior behavior, const std::string& object, uint32_t count = 1) {
    feed(SelfEvent{
        .time_ns = tick(), .behavior = behavior, .monitor = {.pid = monitor_.pid}, .object = object, .count = count});
  }

  ProcessId monitor_{700, 700 * kSecond};
};

TEST_F(Self, AStrangersSignalIsOneCriticalAlert) {
  start_watching();
  signal(reader_, SIGSTOP);
  ASSERT_THAT(titles(), ElementsAre(kSignalledTitle));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kCritical);
  EXPECT_EQ(alert.behavior, Behavior::kSignal);
  EXPECT_EQ(alert.object, "SIGSTOP");
  EXPECT_EQ(alert.actor->pid, reader_.pid);
  EXPECT_EQ(alert.target->pid, monitor_.pid);
  EXPECT_FALSE(alert.server);
  EXPECT_EQ(alert.message, "kill (pid 900, user root) sent SIGSTOP to vedette (pid 700)");
  EXPECT_EQ(alert.time, now_ + kClockOffset);
}

TEST_F(Self, DifferentSignalsAreDifferentAlerts) {
  start_watching();
  for (uint32_t number : {SIGSTOP, SIGQUIT, SIGTERM, SIGTERM, SIGRTMIN + 2}) {
    signal(reader_, number);
  }
  ASSERT_THAT(alerts_, SizeIs(4));
  EXPECT_EQ(alerts_[3].object, "SIG36");
}

TEST_F(Self, ItsLauncherAndTheFirstProcessMayEndIt) {
  start_watching();
  for (const ProcessId& sender : {init_, shell_}) {
    signal(sender, SIGTERM);
    signal(sender, SIGINT);
    signal(sender, SIGHUP);
  }
  signal(reader_, SIGHUP);
  signal(reader_, SIGCONT);
  EXPECT_THAT(titles(), IsEmpty());
  signal(shell_, SIGSTOP);
  EXPECT_THAT(titles(), ElementsAre(kSignalledTitle));
}

TEST_F(Self, EachWayIntoItIsCritical) {
  start_watching();
  for (Behavior behavior : {Behavior::kEnvironRead, Behavior::kMemoryRead, Behavior::kMemoryWrite,
                            Behavior::kPtraceAttach, Behavior::kFdSteal}) {
    alerts_.clear();
    feed(access(reader_, monitor_, behavior));
    pipeline_.finish();
    ASSERT_THAT(titles(), ElementsAre(kAccessedTitle)) << name(behavior);
    EXPECT_EQ(alerts_[0].rule.level, Level::kCritical);
    EXPECT_EQ(alerts_[0].target->pid, monitor_.pid);
  }
}

TEST_F(Self, AServerThatReachesIntoItIsToldOfOnce) {
  start_watching();
  exec(server_, client_, {"node", "/srv/weather-server.js"});
  feed(access(server_, monitor_, Behavior::kMemoryRead));
  ASSERT_THAT(titles(), ElementsAre(kAccessedTitle));
  EXPECT_EQ(alerts_[0].server->name, "weather");
}

TEST_F(Self, WhatIsRefusedIsLess) {
  start_watching();
  denied_by_path(reader_, "/proc/700/environ");
  ASSERT_THAT(titles(), ElementsAre(kAccessDeniedTitle));
  EXPECT_EQ(alerts_[0].rule.level, Level::kMedium);
}

TEST_F(Self, WhoReachesIntoItIsNoSuspect) {
  start_watching();
  read(reader_, monitor_);
  for (const Judged& judged : judged(reader_)) {
    EXPECT_NE(judged.judgement, Judgement::kSuspect);
  }
}

// Recordings of before do not say which process it is.
TEST_F(Self, AnUnknownMonitorIsAProcessLikeOthers) {
  start_weather();
  exec(monitor_, shell_, {"vedette", "run"}, 0);
  read(reader_, monitor_);
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_EQ(context_from_json(R"({"host":{"name":"a","machine_id":"b","boot_id":"c"},"clock_offset_ns":0,
      "fold_window_ns":0,"users":{},"resolvers":[],"egress_allow":[],"declared":[],"entries":[]})")
                .value()
                .monitor_pid,
            0U);
}

TEST_F(Self, WhatItFindsIsToldWithoutAnActor) {
  start_watching();
  found(Behavior::kStateTamper, "/var/lib/vedette/lock");
  ASSERT_THAT(titles(), ElementsAre("State of Monitor Tampered With"));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kCritical);
  EXPECT_FALSE(alert.actor);
  EXPECT_EQ(alert.target->pid, monitor_.pid);
  EXPECT_EQ(alert.target->executable, "/usr/bin/vedette");
  EXPECT_EQ(alert.object, "/var/lib/vedette/lock");
  EXPECT_EQ(alert.message, "somebody changed the state of vedette (pid 700): /var/lib/vedette/lock");
  EXPECT_EQ(alert.first_seen, alert.time);
  EXPECT_EQ(events_[Behavior::kStateTamper], 1U);
}

TEST_F(Self, EachFindingHasItsRule) {
  start_watching();
  found(Behavior::kConfigurationRemoved, "/etc/vedette/rules.d/a.yml", 2);
  found(Behavior::kProbeDetached, "cgroup:connect4");
  found(Behavior::kMonitorKilled, "600");
  ASSERT_THAT(titles(), ElementsAre("Rules or Configuration of Monitor Removed", "Probe of Monitor Detached",
                                    "Monitor Was Killed"));
  EXPECT_EQ(alerts_[0].count, 2U);
  EXPECT_EQ(alerts_[0].rule.level, Level::kHigh);
  EXPECT_THAT(alerts_[2].message, HasSubstr("600"));
}

}  // namespace
}  // namespace vedette
