// SPDX-License-Identifier: Apache-2.0
// In a program of its own: it counts every allocation.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "support.h"

namespace {

size_t allocations = 0;

}  // namespace

void* operator new(size_t size, const std::nothrow_t& /*nothrow*/) noexcept {
  ++allocations;
  return std::malloc(size);
}

void* operator new(size_t size) {
  if (void* memory = operator new(size, std::nothrow)) {
    return memory;
  }
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, size_t /*size*/) noexcept { std::free(memory); }

void operator delete(void* memory, const std::nothrow_t& /*nothrow*/) noexcept { std::free(memory); }

namespace vedette::rules::testing {
namespace {

const Values kNothingSpecial = {{Field::kImage, "/usr/bin/some-ordinary-program"},
                                {Field::kCommandLine, "/usr/bin/some-ordinary-program --with some --long arguments"},
                                {Field::kParentImage, "/usr/bin/the-shell-that-started-it"},
                                {Field::kUser, "a-user-of-this-machine"},
                                {Field::kUserId, "1000"},
                                {Field::kMcpServer, "weather"}};

// With the shipped rules and those of tests/unit/rules/public_style.
TEST(Allocation, AnEventThatMatchesNothingTakesNone) {
  auto sources = read_rules({VEDETTE_SOURCE_DIR "/rules", VEDETTE_SOURCE_DIR "/tests/unit/rules/public_style"});
  ASSERT_TRUE(sources);
  Matcher matcher(compile(*sources).rules);
  Record event = record(Category::kProcessCreation, kNothingSpecial);
  ASSERT_TRUE(matcher.match(event, 1).empty());
  size_t before = allocations;
  for (uint64_t i = 2; i < 1000; ++i) {
    ++event.time_ns;
    EXPECT_TRUE(matcher.match(event, i).empty());
  }
  EXPECT_EQ(allocations - before, 0U);
}

TEST(Allocation, ARecordKeepsItsRoom) {
  Record event;
  auto fill = [&] {
    event.clear();
    for (const auto& [field, value] : kNothingSpecial) {
      event.set(field, value);
    }
  };
  fill();
  size_t before = allocations;
  fill();
  EXPECT_EQ(allocations - before, 0U);
}

}  // namespace
}  // namespace vedette::rules::testing
