// SPDX-License-Identifier: Apache-2.0
#include "servers/flags.h"

#include <gtest/gtest.h>

namespace vedette::servers {
namespace {

const Flags kValues = {{"-p", "--package", "-jar"}, {}, false};
const Flags kSwitches = {{}, {"-i", "-t", "--rm"}, true};

void expect_flag(const Words& words, const Flags& flags, const Flag& expected) {
  auto flag = flag_at(words, flags);
  EXPECT_EQ(flag.name, expected.name);
  EXPECT_EQ(flag.value, expected.value);
  EXPECT_EQ(flag.width, expected.width);
}

TEST(FlagAt, TakesItsValue) {
  expect_flag({"-p", "x"}, kValues, {"-p", "x", 2});
  expect_flag({"-px"}, kValues, {"-p", "x", 1});
  expect_flag({"-yp", "x"}, kValues, {"-p", "x", 2});
  expect_flag({"--package", "x"}, kValues, {"--package", "x", 2});
  expect_flag({"--package=x=y"}, kValues, {"--package", "x=y", 1});
  expect_flag({"-jar", "x"}, kValues, {"-jar", "x", 2});
  expect_flag({"-y", "x"}, kValues, {"-y", "", 1});
  expect_flag({"-p"}, kValues, {"-p", "", 1});
}

TEST(FlagAt, TakesAValueUnlessItIsASwitch) {
  expect_flag({"-it", "x"}, kSwitches, {"-it", "", 1});
  expect_flag({"-ite", "x"}, kSwitches, {"-e", "x", 2});
  expect_flag({"-eA=b", "x"}, kSwitches, {"-e", "A=b", 1});
  expect_flag({"--rm", "x"}, kSwitches, {"--rm", "", 1});
  expect_flag({"--name", "x"}, kSwitches, {"--name", "x", 2});
}

TEST(SkipFlags, StopsAtTheFirstPlainWord) {
  const Words words = {"-y", "-p", "x", "-", "-z"};
  EXPECT_EQ(skip_flags(words, kValues).size(), 2U);
  const Words marked = {"-y", "--", "-z"};
  EXPECT_EQ(skip_flags(marked, kValues)[0], "-z");
  const Words flags = {"-y", "-p"};
  EXPECT_TRUE(skip_flags(flags, kValues).empty());
  EXPECT_TRUE(skip_flags({}, kValues).empty());
}

}  // namespace
}  // namespace vedette::servers
