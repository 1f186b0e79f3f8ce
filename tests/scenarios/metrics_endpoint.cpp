// SPDX-License-Identifier: Apache-2.0
// A thousand clients that mean harm to the endpoint of the metrics do none to the monitor.
#include <unistd.h>

#include <iterator>
#include <sstream>

#include "hostile_clients.h"
#include "scenario.h"

namespace vedette::scenario {
namespace {

using testing_tools::HostileClients;
using testing_tools::Way;

constexpr size_t kClients = 1000;
constexpr size_t kHeld = 50;  // connections the system has let them make
constexpr double kSpareBytes = 32 << 20;
constexpr size_t kSpareDescriptors = 200;

class MetricsEndpoint : public Scenario {
 protected:
  void SetUp() override {
    start_monitor({.config = config(), .metrics = true});
    start_victim();
  }

  [[nodiscard]] double resident_bytes() {
    std::istringstream statm(read_file("/proc/" + std::to_string(monitor().pid()) + "/statm"));
    double pages = 0;
    statm >> pages >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }

  [[nodiscard]] size_t descriptors() {
    fs::directory_iterator found("/proc/" + std::to_string(monitor().pid()) + "/fd");
    return static_cast<size_t>(std::distance(begin(found), end(found)));
  }

  static bool held(const HostileClients& clients) {
    return eventually([&] { return clients.connected() >= kHeld; }, 20s);
  }
};

TEST_F(MetricsEndpoint, HostileClientsKeepNoAlertBackAndTakeNoMemory) {
  double bytes = resident_bytes();
  size_t open = descriptors();
  {
    HostileClients clients(monitor().metrics_port(), kClients,
                           {Way::kSilent, Way::kDribble, Way::kGarbage, Way::kUnread, Way::kFlood});
    ASSERT_TRUE(held(clients));
    json truth = act({"read_environ", "openat", victim().pid_text()});
    json alert = only_alert();
    expect_access(alert, truth, "environ_read", victim());
    EXPECT_TRUE(held(clients)) << "the clients were gone too early to prove anything";
    EXPECT_LT(resident_bytes(), bytes + kSpareBytes);
    EXPECT_LT(descriptors(), open + kSpareDescriptors);
  }
  EXPECT_TRUE(eventually([&] { return !monitor().metrics().empty(); }, 20s));
  EXPECT_EQ(monitor().metric("vedette_events_lost_total"), 0);
}

TEST_F(MetricsEndpoint, HostileClientsKeepTheMonitorFromNoEnd) {
  HostileClients clients(monitor().metrics_port(), kClients, {Way::kDribble, Way::kUnread, Way::kFlood});
  ASSERT_TRUE(held(clients));
  EXPECT_NO_THROW(monitor().stop());
}

}  // namespace
}  // namespace vedette::scenario
