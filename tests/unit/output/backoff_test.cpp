// SPDX-License-Identifier: Apache-2.0
#include "output/backoff.h"

#include <gtest/gtest.h>

namespace vedette::output {
namespace {

TEST(Backoff, DoublesUpToAMinuteAndTakesUpToHalfOff) {
  Backoff backoff(7);
  for (int64_t longest : {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000}) {
    auto wait = backoff.next().count();
    EXPECT_GE(wait, longest / 2);
    EXPECT_LE(wait, longest);
  }
}

TEST(Backoff, BeginsAgainAfterASuccess) {
  Backoff backoff(7);
  for (int i = 0; i < 5; ++i) {
    backoff.next();
  }
  backoff.reset();
  EXPECT_LE(backoff.next().count(), 500);
}

TEST(Backoff, MachinesDoNotComeBackTogether) {
  Backoff one(1);
  Backoff other(2);
  bool differ = false;
  for (int i = 0; i < 8; ++i) {
    differ = one.next() != other.next() || differ;
  }
  EXPECT_TRUE(differ);
}

}  // namespace
}  // namespace vedette::output
