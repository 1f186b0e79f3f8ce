// SPDX-License-Identifier: Apache-2.0
#include "metrics/shared_text.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vedette::metrics {
namespace {

using namespace std::chrono_literals;

TEST(SharedText, IsMadeAnewForWhoAsksLater) {
  int value = 0;
  SharedText text([&] { return std::to_string(value); }, 1ms);
  EXPECT_EQ(*text.get(), "0");
  value = 1;
  EXPECT_EQ(*text.get(), "1");
}

TEST(SharedText, IsBegunAfterItWasAskedFor) {
  std::atomic<int> value = 0;
  SharedText text([&] { return std::to_string(value.load()); }, 1ms);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        int least = ++value;
        EXPECT_GE(std::stoi(*text.get()), least);
      }
    });
  }
}

TEST(SharedText, IsSharedByThoseWhoAskAtTheSameTime) {
  constexpr int kAskers = 64;
  std::atomic<int> made = 0;
  SharedText text(
      [&] {
        ++made;
        return std::string("x");
      },
      200ms);
  text.get();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kAskers; ++t) {
      threads.emplace_back([&] { EXPECT_EQ(*text.get(), "x"); });
    }
  }
  EXPECT_LT(made, kAskers / 2) << "the askers come within the interval, but for a very slow machine";
}

TEST(SharedText, IsNeverMadeTwiceAtOnce) {
  std::atomic<int> inside = 0;
  SharedText text(
      [&] {
        EXPECT_EQ(++inside, 1);
        std::this_thread::yield();
        --inside;
        return std::string();
      },
      0ms);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        text.get();
      }
    });
  }
}

}  // namespace
}  // namespace vedette::metrics
