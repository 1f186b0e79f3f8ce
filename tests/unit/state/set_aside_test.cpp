// SPDX-License-Identifier: Apache-2.0
#include "state/set_aside.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "../temporary_directory.h"

namespace vedette::state {
namespace {

using ::testing::StartsWith;
namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SetAside, TakesTheCompanionsAlong) {
  vedette::testing::TemporaryDirectory directory;
  const std::string path = directory.file("vedette.db");
  write(path, "one");
  write(path + "-wal", "two");
  auto name = set_aside(path);
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_THAT(*name, StartsWith(path + ".set-aside-20"));
  EXPECT_EQ(text_of(*name), "one");
  EXPECT_EQ(text_of(*name + "-wal"), "two");
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(path + "-wal"));
}

TEST(SetAside, NeverOverwritesAndKeepsThree) {
  vedette::testing::TemporaryDirectory directory;
  const std::string path = directory.file("vedette.db");
  std::set<std::string> names;
  for (int i = 0; i < 5; ++i) {
    write(path, std::to_string(i));
    auto name = set_aside(path);
    ASSERT_TRUE(name) << name.error().message;
    names.insert(*name);
  }
  EXPECT_EQ(names.size(), 5U);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 3);
}

}  // namespace
}  // namespace vedette::state
