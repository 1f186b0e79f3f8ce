// SPDX-License-Identifier: Apache-2.0
#include "commands/self_marker.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;

class SelfMarker : public testing::Test {
 protected:
  ~SelfMarker() override { fs::remove_all(root_); }

  static fs::path new_directory() {
    std::string pattern = (fs::temp_directory_path() / "vedette-marker-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }

  fs::path root_ = new_directory();
  std::string file_ = (root_ / "running").string();
};

TEST_F(SelfMarker, IsFoundUntilItIsTakenAway) {
  EXPECT_FALSE(unfinished_run(file_));
  ASSERT_TRUE(mark_run(file_, {.boot_id = "boot", .pid = 7}));
  EXPECT_EQ(unfinished_run(file_), (MarkedRun{"boot", 7}));
  unmark_run(file_);
  EXPECT_FALSE(unfinished_run(file_));
}

TEST_F(SelfMarker, IsItsOwnersOnlyAndReplacesWhatWasThere) {
  std::ofstream(file_) << "planted by somebody";
  fs::permissions(file_, fs::perms::all);
  ASSERT_TRUE(mark_run(file_, {.boot_id = "boot", .pid = 8}));
  EXPECT_EQ(unfinished_run(file_), (MarkedRun{"boot", 8}));
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SelfMarker, ALinkInItsPlaceIsNotFollowed) {
  fs::create_symlink(root_ / "elsewhere", file_);
  ASSERT_TRUE(mark_run(file_, {.boot_id = "boot", .pid = 9}));
  EXPECT_FALSE(fs::exists(root_ / "elsewhere"));
}

TEST_F(SelfMarker, AnythingElseInItIsNoRun) {
  for (const char* text : {"", "boot", "boot x", "\n"}) {
    std::ofstream(file_, std::ios::trunc) << text;
    EXPECT_FALSE(unfinished_run(file_)) << text;
  }
}

}  // namespace
}  // namespace vedette::commands
