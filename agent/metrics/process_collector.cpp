// SPDX-License-Identifier: Apache-2.0
#include "metrics/process_collector.h"

#include <dirent.h>
#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

namespace vedette::metrics {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// proc_pid_stat(5) from field 3 on; the name in field 2 may hold anything.
struct Stat {
  double user_ticks = 0;
  double system_ticks = 0;
  double threads = 0;
  double start_ticks = 0;  // since boot
  double virtual_bytes = 0;
  double resident_pages = 0;
};

std::optional<Stat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream rest(text.substr(name_end + 1));
  std::string skipped;
  auto skip = [&](int fields) {
    while (fields-- > 0) {
      rest >> skipped;
    }
  };
  Stat stat;
  skip(11);  // 3 to 13
  rest >> stat.user_ticks >> stat.system_ticks;
  skip(4);  // 16 to 19
  rest >> stat.threads;
  skip(1);  // 21
  rest >> stat.start_ticks >> stat.virtual_bytes >> stat.resident_pages;
  return rest ? std::optional(stat) : std::nullopt;
}

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double ticks_per_second() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

double start_time() {
  auto stat = read_stat();
  double booted = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
  return stat ? booted + stat->start_ticks / ticks_per_second() : 0;
}

std::optional<double> open_descriptors() {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  if (!directory) {
    return std::nullopt;
  }
  int entries = 0;
  while (readdir(directory.get()) != nullptr) {
    ++entries;
  }
  return entries - 3;  // ".", ".." and the directory itself
}

std::optional<double> most_descriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::optional(static_cast<double>(limit.rlim_cur)) : std::nullopt;
}

MetricFamily counter(const std::string& name, const std::string& help, double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return {name, help, MetricType::Counter, {metric}};
}

MetricFamily gauge(const std::string& name, const std::string& help, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, MetricType::Gauge, {metric}};
}

}  // namespace

ProcessCollector::ProcessCollector() : start_time_(start_time()) {}

std::vector<MetricFamily> ProcessCollector::Collect() const {
  std::vector<MetricFamily> families;
  if (auto stat = read_stat()) {
    double cpu = (stat->user_ticks + stat->system_ticks) / ticks_per_second();
    double resident = stat->resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
    families.push_back(counter("process_cpu_seconds_total", "User and system CPU time spent, in seconds.", cpu));
    families.push_back(gauge("process_resident_memory_bytes", "Resident memory, in bytes.", resident));
    families.push_back(gauge("process_virtual_memory_bytes", "Virtual memory, in bytes.", stat->virtual_bytes));
    families.push_back(gauge("process_threads", "Threads of the process.", stat->threads));
  }
  if (auto open = open_descriptors()) {
    families.push_back(gauge("process_open_fds", "Open file descriptors.", *open));
  }
  if (auto most = most_descriptors()) {
    families.push_back(gauge("process_max_fds", "Most file descriptors that may be open.", *most));
  }
  if (start_time_ > 0) {
    families.push_back(
        gauge("process_start_time_seconds", "When the process started, in seconds since the epoch.", start_time_));
  }
  return families;
}

}  // namespace vedette::metrics
