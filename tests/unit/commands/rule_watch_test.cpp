// SPDX-License-Identifier: Apache-2.0
#include "commands/rule_watch.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Patience kShort{.quiet = 1ms, .limit = 20ms};
constexpr int kLongMilliseconds = 10'000;

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-watch-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

class RuleWatchTest : public testing::Test {
 protected:
  ~RuleWatchTest() override { fs::remove_all(root_); }

  void SetUp() override { fs::create_directories(rules_); }
  void write(const fs::path& file, const std::string& text = "x") const {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void watch(const std::vector<std::string>& directories, Patience patience = kShort) {
    auto started = RuleWatch::start(directories, patience);
    ASSERT_TRUE(started) << started.error().message;
    watch_.emplace(std::move(*started));
    EXPECT_EQ(watch_->trouble(), "");
    ASSERT_TRUE(settles()) << "once after the start";
  }
  void watch() { watch({rules_.string()}); }

  // Whether it settles within the time; false at once when nothing is to come.
  bool settles() {
    auto [changes, timer] = watch_->descriptors();
    while (armed() || pending(changes)) {
      std::array<pollfd, 2> fds = {{{changes, POLLIN, 0}, {timer, POLLIN, 0}}};
      if (::poll(fds.data(), fds.size(), kLongMilliseconds) <= 0) {
        return false;
      }
      if (watch_->settled()) {
        return true;
      }
    }
    return false;
  }

  fs::path root_ = new_directory();
  fs::path rules_ = root_ / "rules";
  std::optional<RuleWatch> watch_;

 private:
  static bool pending(int fd) {
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, 0) > 0;
  }
  [[nodiscard]] bool armed() const {
    itimerspec left{};
    ::timerfd_gettime(watch_->descriptors()[1], &left);
    return left.it_value.tv_sec != 0 || left.it_value.tv_nsec != 0 || pending(watch_->descriptors()[1]);
  }
};

TEST_F(RuleWatchTest, NothingChangesByItself) {
  write(rules_ / "a.yml");
  watch();
  EXPECT_FALSE(settles());
  std::ifstream(rules_ / "a.yml").get();
  EXPECT_FALSE(settles()) << "reading is no change";
}

TEST_F(RuleWatchTest, AFileIsWrittenRenamedOrRemoved) {
  watch();
  write(rules_ / "a.yml");
  EXPECT_TRUE(settles());
  fs::rename(rules_ / "a.yml", rules_ / "b.yml");
  EXPECT_TRUE(settles());
  fs::remove(rules_ / "b.yml");
  EXPECT_TRUE(settles());
  EXPECT_FALSE(settles()) << "once for each";
}

TEST_F(RuleWatchTest, AnEditorRenamesAFileIntoPlace) {
  write(rules_ / "a.yml");
  watch();
  write(rules_ / ".a.yml.swp");
  EXPECT_FALSE(settles()) << "hidden files are no rules";
  write(root_ / "a.tmp", "y");
  fs::rename(root_ / "a.tmp", rules_ / "a.yml");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, NewSubdirectoriesAreWatched) {
  watch();
  fs::create_directories(rules_ / "deep");
  EXPECT_TRUE(settles());
  write(rules_ / "deep/er/a.yml");
  EXPECT_TRUE(settles());
  write(rules_ / "deep/er/a.yml", "y");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, WhatWasMovedAwayIsNoLongerWatched) {
  write(rules_ / "sub/a.yml");
  watch();
  fs::rename(rules_ / "sub", root_ / "elsewhere");
  EXPECT_TRUE(settles());
  write(root_ / "elsewhere/a.yml", "y");
  EXPECT_FALSE(settles());
}

TEST_F(RuleWatchTest, ADirectoryGoesAndComesBack) {
  watch();
  fs::remove_all(rules_);
  EXPECT_TRUE(settles());
  write(rules_ / "a.yml");
  EXPECT_TRUE(settles());
  write(rules_ / "a.yml", "y");
  EXPECT_TRUE(settles()) << "the new one is watched";
}

TEST_F(RuleWatchTest, ADirectoryThatIsNotThereIsWaitedFor) {
  watch({(root_ / "some/where/rules").string()});
  write(root_ / "unrelated");
  EXPECT_FALSE(settles());
  fs::create_directories(root_ / "some/where");
  EXPECT_TRUE(settles());
  write(root_ / "some/where/rules/a.yml");
  EXPECT_TRUE(settles());
  write(root_ / "some/where/rules/a.yml", "y");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, ADirectoryAboveIsReplaced) {
  write(root_ / "etc/vedette/rules/a.yml");
  watch({(root_ / "etc/vedette/rules").string()});
  write(root_ / "new/rules/a.yml", "y");
  EXPECT_FALSE(settles());
  fs::rename(root_ / "etc/vedette", root_ / "old");
  fs::rename(root_ / "new", root_ / "etc/vedette");
  EXPECT_TRUE(settles());
  write(root_ / "etc/vedette/rules/a.yml", "z");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, ALinkToADirectoryIsSwapped) {
  write(root_ / "releases/1/a.yml");
  write(root_ / "releases/2/a.yml", "y");
  fs::create_directory_symlink("releases/1", root_ / "current");
  watch({(root_ / "current").string()});
  fs::create_directory_symlink("releases/2", root_ / "next");
  EXPECT_FALSE(settles());
  fs::rename(root_ / "next", root_ / "current");
  EXPECT_TRUE(settles());
  write(root_ / "releases/2/a.yml", "z");
  EXPECT_TRUE(settles());
  write(root_ / "releases/1/a.yml", "z");
  EXPECT_FALSE(settles()) << "nobody looks there any more";
}

TEST_F(RuleWatchTest, ALinkInTheMiddleOfFilesIsSwapped) {
  write(rules_ / "..1/a.yml");
  write(rules_ / "..2/a.yml", "y");
  fs::create_directory_symlink("..1", rules_ / "..data");
  fs::create_symlink("..data/a.yml", rules_ / "a.yml");
  watch();
  fs::create_directory_symlink("..2", rules_ / "..data_tmp");
  fs::rename(rules_ / "..data_tmp", rules_ / "..data");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, TheFileALinkPointsToIsWatched) {
  write(root_ / "store/a.yml");
  fs::create_symlink(root_ / "store/a.yml", rules_ / "a.yml");
  watch();
  write(root_ / "store/a.yml", "y");
  EXPECT_TRUE(settles());
  write(root_ / "store/other.yml");
  EXPECT_FALSE(settles());
}

TEST_F(RuleWatchTest, ALoopOfLinksEnds) {
  fs::create_symlink("b.yml", rules_ / "a.yml");
  fs::create_symlink("a.yml", rules_ / "b.yml");
  watch();
  write(rules_ / "c.yml");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, OtherDirectoriesAreTaken) {
  fs::create_directory(root_ / "other");
  watch();
  watch_->watch({(root_ / "other").string()});
  EXPECT_TRUE(settles());
  write(rules_ / "a.yml");
  EXPECT_FALSE(settles());
  write(root_ / "other/a.yml");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, ChangesThatDoNotEndAreSettledAtTheLimit) {
  watch({rules_.string()}, {.quiet = 1h, .limit = 1ms});
  write(rules_ / "a.yml");
  EXPECT_TRUE(settles());
}

TEST_F(RuleWatchTest, AnOverflownQueueMayHideAnything) {
  watch();
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int most = 0;
  limit >> most;
  if (most == 0 || most > 100'000) {
    GTEST_SKIP() << "the queue holds " << most << " events";
  }
  fs::create_directory(rules_ / "sub");
  for (int i = 0; i <= most; ++i) {
    const char* to = i % 2 == 0 ? "b" : "a";
    const char* from = i % 2 == 0 ? "a" : "b";
    if (i == 0) {
      write(rules_ / "a");
    }
    fs::rename(rules_ / from, rules_ / to);
  }
  EXPECT_TRUE(settles());
  write(rules_ / "sub/a.yml");
  EXPECT_TRUE(settles()) << "the directory whose making was not told of";
}

}  // namespace
}  // namespace vedette::commands
