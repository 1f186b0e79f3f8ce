// SPDX-License-Identifier: Apache-2.0
// Kernels told to trust less. What is told cannot be taken back until the next boot, so this runs in guests only.
#include <fstream>

#include "scenario.h"

namespace vedette::scenario {
namespace {

class Hardened : public Scenario {
 protected:
  void SetUp() override {
    if (std::getenv("VEDETTE_DISPOSABLE") == nullptr) {
      GTEST_SKIP() << "changes the running kernel for good: only where $VEDETTE_DISPOSABLE is set";
    }
  }

  // False: the kernel will not.
  static bool set(const std::string& file, const std::string& value) {
    std::ofstream stream(file);
    stream << value << std::flush;
    return stream.good();
  }

  void expect_alert() {
    start_monitor();
    start_victim();
    json truth = act({"read_environ", "openat", victim().pid_text()});
    expect_access(only_alert(), truth, "environ_read", victim());
  }
};

using HardenedInOrder = Hardened;

TEST_F(HardenedInOrder, UnprivilegedBpfMakesNoDifference) {
  for (const char* value : {"0", "2", "1"}) {
    ASSERT_TRUE(set("/proc/sys/kernel/unprivileged_bpf_disabled", value)) << value;
    expect_alert();
  }
  seen("kernel.unprivileged_bpf_disabled 0, 1 and 2");
}

TEST_F(HardenedInOrder, LockdownForIntegrityMakesNoDifference) {
  ASSERT_TRUE(set("/sys/kernel/security/lockdown", "integrity"));
  expect_alert();
  seen("lockdown integrity");
}

// BPF may then read no kernel memory.
TEST_F(HardenedInOrder, LockdownForConfidentialityIsSaid) {
  ASSERT_TRUE(set("/sys/kernel/security/lockdown", "confidentiality"));
  for (const char* command : {"doctor", "run"}) {
    auto answer = run({{monitor_program(), command, "--rules", rules_directory()}, "/", {}, false});
    EXPECT_EQ(answer.status, 1) << command;
    EXPECT_NE((answer.out + answer.err).find("locked down for confidentiality"), std::string::npos)
        << answer.out << answer.err;
  }
}

}  // namespace
}  // namespace vedette::scenario
