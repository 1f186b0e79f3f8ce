// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ReadRules : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "vedette-rules-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(ReadRules, SortedBelowTheDirectories) {
  write("b/x.yml", "bx");
  write("a/deep/er/y.yml", "ay");
  write("a/z.yml", "az");
  auto sources = read_rules({root_ / "b", root_ / "a"});
  ASSERT_TRUE(sources);
  ASSERT_EQ(sources->size(), 3U);
  EXPECT_EQ((*sources)[0].text, "ay");
  EXPECT_EQ((*sources)[1].text, "az");
  EXPECT_EQ((*sources)[2].text, "bx");
  EXPECT_EQ((*sources)[2].file, (root_ / "b/x.yml").string());
}

TEST_F(ReadRules, OnlyRules) {
  write("a.yml", "a");
  write("a.test.yml", "");
  write("servers/s.yml", "");
  write("deep/servers/s.yml", "");
  write("readme.md", "");
  write(".ansible_tmp_a.yml", "");
  write(".git/a.yml", "");
  fs::create_directory(root_ / "directory.yml");
  auto sources = read_rules({root_, root_});
  ASSERT_TRUE(sources);
  EXPECT_EQ(sources->size(), 1U);
}

TEST_F(ReadRules, MissingDirectory) {
  auto sources = read_rules({root_ / "nowhere"});
  ASSERT_FALSE(sources);
  EXPECT_THAT(sources.error().message, HasSubstr("nowhere"));
}

TEST_F(ReadRules, TooLargeIsADiagnostic) {
  write("a.yml", std::string(3U << 20U, '#'));
  auto sources = read_rules({root_});
  ASSERT_TRUE(sources);
  EXPECT_EQ(compile(*sources).errors.size(), 1U);
}

}  // namespace
}  // namespace vedette::rules
