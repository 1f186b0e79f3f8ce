// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

namespace vedette::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

Alert alert_of(const std::string& rule, Level level) {
  Alert alert;
  alert.rule = {.id = "", .title = rule, .level = level, .tags = {}, .digest = ""};
  return alert;
}

class MetricsTest : public testing::Test {
 protected:
  // The value of one series, labels in the order they are exported; "" when it is not there.
  [[nodiscard]] std::string value(const std::string& series) const {
    std::istringstream text(metrics_.text());
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with(series + " ")) {
        return line.substr(series.size() + 1);
      }
    }
    return "";
  }

  void use_everything() {
    metrics_.probe_attached("environ_read", "trampoline", true);
    metrics_.event(Behavior::kEgress, 1);
    metrics_.lost("kernel", "alert_ring_full", 1);
    metrics_.folded(1);
    metrics_.delay(0.001);
    metrics_.alert(alert_of("a \"rule\" \\ \n \xff", Level::kHigh));
    metrics_.servers({{"cursor", 1}});
    metrics_.rules(1, 1);
    metrics_.reload(true, 1);
    metrics_.queue_length(1);
    metrics_.output_delivered("file", 1);
    metrics_.output_failed("file");
    metrics_.output_lost("file", "rejected", 1);
    metrics_.map_use("verdicts", 1, 10);
  }

  Metrics metrics_{{"0.1.0", "abc"}};
};

// Exit status of `promtool check metrics` on the text; its complaints go to stdout.
int promtool(const std::string& text) {
  FILE* pipe = ::popen("promtool check metrics 2>&1", "w");
  std::fwrite(text.data(), 1, text.size(), pipe);
  return ::pclose(pipe);
}

TEST_F(MetricsTest, PromtoolAccepts) {
  EXPECT_EQ(promtool(metrics_.text()), 0) << "promtool comes with Debian's package prometheus";
  use_everything();
  EXPECT_EQ(promtool(metrics_.text()), 0) << metrics_.text();
}

TEST_F(MetricsTest, PromtoolSeesMistakes) { EXPECT_NE(promtool("vedette_wrong{ 1\n"), 0); }

TEST_F(MetricsTest, CountersExistAtZeroFromTheStart) {
  for (int i = 1; i < kBehaviorCount; ++i) {
    std::string behavior(name(static_cast<Behavior>(i)));
    EXPECT_EQ(value("vedette_events_total{behavior=\"" + behavior + "\"}"), "0") << behavior;
  }
  for (const char* loss :
       {"alert_ring_full\",stage=\"kernel", "process_ring_full\",stage=\"kernel", "read_fault\",stage=\"kernel",
        "fold_map_full\",stage=\"kernel", "verdict_map_full\",stage=\"kernel", "decode_error\",stage=\"pipeline",
        "evicted\",stage=\"process_table", "correlation_state_full\",stage=\"rules",
        "correlation_event_late\",stage=\"rules", "correlation_not_numeric\",stage=\"rules",
        "correlation_thinned\",stage=\"rules", "evidence_shortened\",stage=\"rules", "queue_full\",stage=\"output"}) {
    EXPECT_EQ(value(std::string("vedette_events_lost_total{reason=\"") + loss + "\"}"), "0") << loss;
  }
  EXPECT_EQ(value("vedette_events_folded_total"), "0");
  EXPECT_EQ(value("vedette_event_delay_seconds_count"), "0");
  EXPECT_EQ(value("vedette_output_queue_length"), "0");
  EXPECT_EQ(value("vedette_rules{state=\"live\"}"), "0");
  EXPECT_EQ(value("vedette_rules{state=\"dead\"}"), "0");
  EXPECT_EQ(value("vedette_rules{state=\"error\"}"), "0");
  EXPECT_EQ(value("vedette_rules_reload_success"), "0");
  EXPECT_EQ(value("vedette_rules_reload_timestamp_seconds"), "0");
  EXPECT_EQ(value("vedette_servers{client=\"unknown\"}"), "0");
  EXPECT_EQ(value("vedette_build_info{revision=\"abc\",version=\"0.1.0\"}"), "1");
}

TEST_F(MetricsTest, KnownRulesAndOutputsExistAtZero) {
  metrics_.known_rule("r", Level::kLow);
  metrics_.known_output("file");
  EXPECT_EQ(value("vedette_alerts_total{level=\"low\",rule=\"r\"}"), "0");
  EXPECT_EQ(value("vedette_output_alerts_total{output=\"file\"}"), "0");
  EXPECT_EQ(value("vedette_output_failures_total{output=\"file\"}"), "0");
  metrics_.alert(alert_of("r", Level::kLow));
  metrics_.known_rule("r", Level::kLow);
  EXPECT_EQ(value("vedette_alerts_total{level=\"low\",rule=\"r\"}"), "1");
}

TEST_F(MetricsTest, Counts) {
  metrics_.event(Behavior::kEnvironRead, 3);
  metrics_.event(Behavior::kEnvironRead, 2);
  metrics_.event(Behavior::kNone, 1);
  metrics_.lost("kernel", "read_fault", 4);
  metrics_.folded(5);
  metrics_.output_delivered("file", 1);
  metrics_.output_failed("stdout");
  EXPECT_EQ(value("vedette_events_total{behavior=\"environ_read\"}"), "5");
  EXPECT_EQ(value("vedette_events_lost_total{reason=\"read_fault\",stage=\"kernel\"}"), "4");
  EXPECT_EQ(value("vedette_events_folded_total"), "5");
  EXPECT_EQ(value("vedette_output_alerts_total{output=\"file\"}"), "1");
  EXPECT_EQ(value("vedette_output_failures_total{output=\"stdout\"}"), "1");
}

TEST_F(MetricsTest, Measures) {
  metrics_.probe_attached("environ_read", "trampoline", true);
  metrics_.probe_attached("environ_read", "tracepoint", false);
  metrics_.rules(7, 2);
  metrics_.wrong_rule_files(3);
  metrics_.queue_length(9);
  metrics_.map_use("verdicts", 12, 1024);
  EXPECT_EQ(value("vedette_probe_attached{capability=\"environ_read\",probe=\"trampoline\"}"), "1");
  EXPECT_EQ(value("vedette_probe_attached{capability=\"environ_read\",probe=\"tracepoint\"}"), "0");
  EXPECT_EQ(value("vedette_rules{state=\"live\"}"), "7");
  EXPECT_EQ(value("vedette_rules{state=\"dead\"}"), "2");
  EXPECT_EQ(value("vedette_rules{state=\"error\"}"), "3");
  EXPECT_EQ(value("vedette_output_queue_length"), "9");
  EXPECT_EQ(value("vedette_map_entries{map=\"verdicts\"}"), "12");
  EXPECT_EQ(value("vedette_map_capacity{map=\"verdicts\"}"), "1024");
}

TEST_F(MetricsTest, ServersWithoutClientAreUnknownAndGoneOnesZero) {
  metrics_.servers({{"cursor", 2}, {"", 1}, {"unknown", 1}});
  EXPECT_EQ(value("vedette_servers{client=\"cursor\"}"), "2");
  EXPECT_EQ(value("vedette_servers{client=\"unknown\"}"), "2");
  metrics_.servers({});
  EXPECT_EQ(value("vedette_servers{client=\"cursor\"}"), "0");
  EXPECT_EQ(value("vedette_servers{client=\"unknown\"}"), "0");
}

TEST_F(MetricsTest, AFailedReloadKeepsTheTimeOfTheRulesInUse) {
  metrics_.reload(true, 100);
  metrics_.reload(false, 200);
  EXPECT_EQ(value("vedette_rules_reload_success"), "0");
  EXPECT_EQ(value("vedette_rules_reload_timestamp_seconds"), "100");
}

TEST_F(MetricsTest, DelayFallsIntoReadableBuckets) {
  metrics_.delay(0.0004);
  EXPECT_EQ(value("vedette_event_delay_seconds_bucket{le=\"0.00025\"}"), "0");
  EXPECT_EQ(value("vedette_event_delay_seconds_bucket{le=\"0.0005\"}"), "1");
  EXPECT_EQ(value("vedette_event_delay_seconds_bucket{le=\"10\"}"), "1");
  EXPECT_EQ(value("vedette_event_delay_seconds_bucket{le=\"+Inf\"}"), "1");
}

TEST_F(MetricsTest, TellsAboutItsOwnProcess) {
  EXPECT_GT(std::stod(value("process_resident_memory_bytes")), 1e6);
  EXPECT_GT(std::stod(value("process_virtual_memory_bytes")), std::stod(value("process_resident_memory_bytes")));
  EXPECT_GE(std::stod(value("process_cpu_seconds_total")), 0);
  EXPECT_GE(std::stod(value("process_open_fds")), 3);
  EXPECT_GE(std::stod(value("process_max_fds")), std::stod(value("process_open_fds")));
  EXPECT_GE(std::stod(value("process_threads")), 1);
  double age = static_cast<double>(std::time(nullptr)) - std::stod(value("process_start_time_seconds"));
  EXPECT_GT(age, -2);
  EXPECT_LT(age, 3600);
}

// docs/metrics.md names each metric in the first column of its tables.
TEST_F(MetricsTest, TheDocumentationListsAllAndNoOther) {
  use_everything();
  const std::regex type_line("# TYPE (\\w+) \\w+");
  const std::regex table_line("\\| `(\\w+)` \\|.*");
  auto names = [](std::istream& lines, const std::regex& pattern) {
    std::set<std::string> found;
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_match(line, match, pattern)) {
        found.insert(match[1]);
      }
    }
    return found;
  };
  std::istringstream exported(metrics_.text());
  std::ifstream documented(VEDETTE_SOURCE_DIR "/docs/metrics.md");
  EXPECT_EQ(names(exported, type_line), names(documented, table_line));
}

TEST_F(MetricsTest, IsSafeFromManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i) {
        use_everything();
        EXPECT_THAT(metrics_.text(), Not(HasSubstr("nan")));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(value("vedette_events_total{behavior=\"egress\"}"), "200");
}

}  // namespace
}  // namespace vedette::metrics
