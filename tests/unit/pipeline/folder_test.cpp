// SPDX-License-Identifier: Apache-2.0
#include "pipeline/folder.h"

#include <gmock/gmock.h>

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kWindow = 100;

Alert alert(const std::string& id, uint64_t time, uint64_t count = 1) {
  return {.id = id, .time = time, .count = count, .first_seen = time, .last_seen = time};
}

// "id×count" of each.
std::vector<std::string> told(const std::vector<Alert>& alerts) {
  std::vector<std::string> result;
  for (const Alert& one : alerts) {
    result.push_back(one.id + "×" + std::to_string(one.count));
  }
  return result;
}

class FolderTest : public testing::Test {
 protected:
  FolderTest() { folder_.set_window(kWindow); }
  std::vector<std::string> add(const std::string& key, const std::string& id, uint64_t now, uint64_t count = 1) {
    return told(folder_.add(key, alert(id, now, count), now));
  }

  Folder folder_;
};

TEST_F(FolderTest, TheFirstIsToldAtOnceAndTheRestOnce) {
  EXPECT_THAT(add("k", "first", 1000), ElementsAre("first×1"));
  EXPECT_THAT(add("k", "second", 1010), IsEmpty());
  EXPECT_THAT(add("k", "third", 1020), IsEmpty());
  EXPECT_THAT(told(folder_.advance(1099)), IsEmpty());
  EXPECT_THAT(told(folder_.advance(1100)), ElementsAre("second×2"));
  EXPECT_THAT(told(folder_.advance(5000)), IsEmpty());
}

TEST_F(FolderTest, CountsAddUp) {
  EXPECT_THAT(add("k", "first", 1000, 5), ElementsAre("first×5"));
  add("k", "second", 1010, 7);
  add("k", "third", 1020, 11);
  EXPECT_THAT(told(folder_.advance(1100)), ElementsAre("second×18"));
}

TEST_F(FolderTest, TheRestSpansItsEvents) {
  folder_.add("k", alert("first", 1000), 1000);
  folder_.add("k", alert("second", 1030), 1030);
  Alert early = alert("third", 1020);
  early.first_seen = 1005;
  folder_.add("k", early, 1040);
  folder_.add("k", alert("fourth", 1050), 1050);
  auto rest = folder_.advance(1100);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].first_seen, 1005U);
  EXPECT_EQ(rest[0].last_seen, 1050U);
  EXPECT_EQ(rest[0].time, 1050U);
  EXPECT_EQ(rest[0].count, 3U);
}

TEST_F(FolderTest, NothingMoreIsToldOfASingleOne) {
  add("k", "first", 1000);
  EXPECT_THAT(told(folder_.advance(1100)), IsEmpty());
  EXPECT_THAT(told(folder_.finish()), IsEmpty());
}

TEST_F(FolderTest, AfterTheWindowTheNextIsAFirstAgain) {
  add("k", "first", 1000);
  EXPECT_THAT(add("k", "second", 1100), ElementsAre("second×1"));
  EXPECT_THAT(add("k", "third", 1150), IsEmpty());
  EXPECT_THAT(told(folder_.advance(1200)), ElementsAre("third×1"));
}

TEST_F(FolderTest, OneThatComesLateClosesTheWindowFirst) {
  add("k", "first", 1000);
  add("k", "second", 1050);
  EXPECT_THAT(add("k", "third", 1500), ElementsAre("second×1", "third×1"));
}

TEST_F(FolderTest, WindowsOfOthersCloseToo) {
  add("a", "a1", 1000);
  add("a", "a2", 1001);
  EXPECT_THAT(add("b", "b1", 1200), ElementsAre("a2×1", "b1×1"));
}

TEST_F(FolderTest, KeysAreApart) {
  EXPECT_THAT(add("a", "a1", 1000), ElementsAre("a1×1"));
  EXPECT_THAT(add("b", "b1", 1010), ElementsAre("b1×1"));
  add("b", "b2", 1020);
  add("a", "a2", 1030);
  EXPECT_THAT(told(folder_.advance(1100)), ElementsAre("a2×1"));
  EXPECT_THAT(told(folder_.advance(1110)), ElementsAre("b2×1"));
}

TEST_F(FolderTest, WithoutWindowAllAreTold) {
  folder_.set_window(0);
  EXPECT_THAT(add("k", "first", 1000), ElementsAre("first×1"));
  EXPECT_THAT(add("k", "second", 1000), ElementsAre("second×1"));
  EXPECT_THAT(told(folder_.finish()), IsEmpty());
}

TEST_F(FolderTest, FinishTellsTheRestOldestFirst) {
  add("b", "b1", 1000);
  add("a", "a1", 1010);
  add("a", "a2", 1020);
  add("b", "b2", 1030);
  EXPECT_THAT(told(folder_.finish()), ElementsAre("b2×1", "a2×1"));
  EXPECT_THAT(told(folder_.finish()), IsEmpty());
  EXPECT_THAT(add("a", "a3", 1040), ElementsAre("a3×1"));
}

TEST_F(FolderTest, TimeThatStepsBackIsHarmless) {
  add("k", "first", 1000);
  EXPECT_THAT(add("k", "second", 900), IsEmpty());
  EXPECT_THAT(told(folder_.advance(0)), IsEmpty());
  EXPECT_THAT(told(folder_.advance(1100)), ElementsAre("second×1"));
}

TEST_F(FolderTest, WhatItHoldsIsLimitedInBytes) {
  for (const std::string key : {"a", "b", "c", "d"}) {
    add(key, "first " + key, 1000);
  }
  Alert large = alert("large", 1010);
  large.message = std::string(30'000'000, 'x');
  EXPECT_THAT(told(folder_.add("a", large, 1010)), IsEmpty());
  EXPECT_THAT(told(folder_.add("b", large, 1010)), IsEmpty());
  EXPECT_THAT(told(folder_.add("c", large, 1010)), ElementsAre("large×1"));
  EXPECT_THAT(told(folder_.finish()), ElementsAre("large×1", "large×1"));
}

TEST_F(FolderTest, ManyKeysLoseNoCount) {
  constexpr int kKeys = 10'000;
  uint64_t count = 0;
  auto sum = [&](const std::vector<Alert>& alerts) {
    for (const Alert& one : alerts) {
      count += one.count;
    }
  };
  for (int i = 0; i < kKeys; ++i) {
    std::string key = std::to_string(i);
    sum(folder_.add(key, alert(key, 1000), 1000));
    sum(folder_.add(key, alert(key, 1000), 1000));
  }
  sum(folder_.finish());
  EXPECT_EQ(count, 2U * kKeys);
}

}  // namespace
}  // namespace vedette
