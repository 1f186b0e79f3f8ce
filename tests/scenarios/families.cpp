// SPDX-License-Identifier: Apache-2.0
// Both families of probes beside each other: the same act gives the same alert.
#include <algorithm>
#include <list>
#include <ostream>

#include "scenario.h"
#include "ways.h"

namespace vedette::scenario {
namespace {

class Families : public Scenario {
 protected:
  void SetUp() override {
    if (!by_trampolines()) {
      GTEST_SKIP() << "this kernel refuses trampolines";
    }
    for (const char* family : {"trampoline", "tracepoint"}) {
      MonitorOptions options{.config = config(),
                             .arguments = {"--alerts", scratch() / (family + std::string(".jsonl"))},
                             .state = family,
                             .family = family};
      monitors_.emplace_back(scratch(), options).start();
    }
  }

  // Without what differs between two looks at one thing: each monitor reads the clock for itself.
  static json essence(json value) {
    if (value.is_object()) {
      for (const char* key : {"time", "start_time", "first_seen", "last_seen", "count"}) {
        value.erase(key);
      }
    }
    if (value.is_structured()) {
      for (json& member : value) {
        member = essence(member);
      }
    }
    return value;
  }

  // Of both, the one alert about the victim.
  json alert_of(const Monitor& monitor) {
    auto about_victim = [&](const json& a) { return a["server"]["pid"] == victim().pid(); };
    json alert = monitor.wait_alert(about_victim);
    alert.erase("id");
    return essence(alert);
  }

  std::list<Monitor> monitors_;
};

std::vector<Way> all_ways() {
  std::vector<Way> result;
  for (const auto& ways : {environ_ways(), memory_ways(), tracing_ways(), instrument_ways()}) {
    std::ranges::copy_if(ways, std::back_inserter(result),
                         [](const Way& way) { return way.limit.empty() && way.part.empty(); });
  }
  return result;
}

TEST_F(Families, TellTheSameOfEveryWay) {
  for (const Way& way : all_ways()) {
    auto arguments = words_of(way, start_victim());
    act_all(actor_program(), arguments);
    json difference = json::diff(alert_of(monitors_.front()), alert_of(monitors_.back()));
    EXPECT_TRUE(difference.empty()) << way.command << ": " << difference;
  }
  for (const Monitor& monitor : monitors_) {
    EXPECT_EQ(monitor.alerts().size(), all_ways().size()) << monitor.transcript();
  }
}

struct Without {
  const char* name;
  Arguments programs;
};

void PrintTo(const Without& without, std::ostream* out) {
  for (const std::string& program : without.programs) {
    *out << program << " ";
  }
}

class Fallback : public Scenario, public testing::WithParamInterface<Without> {};

// As where the compiler has left some functions of the table no symbol: the next probe of the part takes over, and what
// passes by two probes then is told once.
TEST_P(Fallback, EachWayIsToldOnce) {
  if (!by_trampolines()) {
    GTEST_SKIP() << "this kernel refuses trampolines";
  }
  MonitorOptions options{.config = config("", "alerts: {fold_window: 0s}\n"), .family = "auto"};
  for (const std::string& program : GetParam().programs) {
    options.arguments.insert(options.arguments.end(), {"--without-probe", program});
  }
  start_monitor(options);
  bool attach_is_asked_only = std::ranges::count(GetParam().programs, "ptrace_attached") > 0;
  for (const Way& way : all_ways()) {
    // security_ptrace_access_check(), the next for attaching, is not asked when rights are lacking.
    if (attach_is_asked_only && way.behavior == "ptrace_attach" && way.uid != 0) {
      continue;
    }
    act_all(actor_program(), words_of(way, start_victim()));
    json alert = only_alert();
    EXPECT_EQ(alert["behavior"], way.behavior) << way.command;
    EXPECT_EQ(alert["target"]["pid"], victim().pid()) << way.command;
    EXPECT_EQ(alert["count"], 1) << way.command;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Without, Fallback,
    testing::Values(Without{"Environ", {"environ_opened"}},
                    Without{"EnvironAndItsReading", {"environ_opened", "environ_used"}}, Without{"Mem", {"mem_opened"}},
                    Without{"Mode", {"refused_by_mode", "refused_by_mode_unmapped"}},
                    Without{"Access", {"memory_accessed", "ptrace_attached", "ptrace_used", "fd_stolen"}}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace vedette::scenario
