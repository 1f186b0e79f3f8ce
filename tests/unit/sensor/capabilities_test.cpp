// SPDX-License-Identifier: Apache-2.0
#include "sensor/capabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace vedette::sensor {
namespace {

bool is_function_hook(std::string_view hook) { return hook.starts_with("fentry:") || hook.starts_with("fexit:"); }

TEST(CapabilityTable, FunctionHooksSayWhatTheyExpect) {
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      EXPECT_EQ(is_function_hook(probe.hook), probe.family == Family::kTrampoline) << probe.hook;
      EXPECT_EQ(is_function_hook(probe.hook), !probe.arguments.empty()) << probe.hook;
    }
  }
}

// Where both can show a part, the one that costs other system calls nothing comes first.
TEST(CapabilityTable, TrampolinesComeBeforeTracepoints) {
  for (const Part& part : capability_table()) {
    EXPECT_TRUE(std::ranges::is_partitioned(part.probes,
                                            [](const Probe& probe) { return probe.family != Family::kTracepoint; }))
        << part.capability << " " << part.part;
  }
}

TEST(CapabilityTable, OneProgramHasOneHook) {
  std::map<std::string_view, std::string_view> hooks;
  for (const Part& part : capability_table()) {
    for (const Probe& probe : part.probes) {
      EXPECT_EQ(hooks.emplace(probe.program, probe.hook).first->second, probe.hook) << probe.program;
    }
  }
}

// Capabilities are shown one after the other.
TEST(CapabilityTable, PartsOfACapabilityStandTogether) {
  std::set<std::string_view> ended;
  std::string_view last;
  for (const Part& part : capability_table()) {
    EXPECT_FALSE(ended.contains(part.capability)) << part.capability;
    if (part.capability != last) {
      ended.insert(last);
      last = part.capability;
    }
  }
}

TEST(CapabilityTable, LimitsOfAFamilyIncludeThoseOfAll) {
  EXPECT_GT(limits("egress", Family::kTracepoint).size(), limits("egress", Family::kAuto).size());
  EXPECT_EQ(limits("egress", Family::kTrampoline), limits("egress", Family::kAuto));
  EXPECT_TRUE(limits("process", Family::kTracepoint).empty());
}

}  // namespace
}  // namespace vedette::sensor
