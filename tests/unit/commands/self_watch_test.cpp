// SPDX-License-Identifier: Apache-2.0
#include "commands/self_watch.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-self-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

class SelfWatchTest : public testing::Test {
 protected:
  ~SelfWatchTest() override { fs::remove_all(root_); }

  void write(const std::string& text) const { std::ofstream(file_, std::ios::trunc) << text; }
  std::vector<std::string> look() {
    std::vector<std::string> told;
    for (const SelfEvent& event : watch_.look(++now_)) {
      EXPECT_EQ(event.time_ns, now_);
      EXPECT_EQ(event.monitor.pid, static_cast<uint32_t>(::getpid()));
      told.push_back(std::string(name(event.behavior)) + " " + fs::path(event.object).filename().string());
    }
    return told;
  }

  uint64_t now_ = 0;
  fs::path root_ = new_directory();
  std::string file_ = (root_ / "file").string();
  SelfWatch watch_;
};

TEST_F(SelfWatchTest, AnyChangeOfTheStateIsToldOnce) {
  write("a");
  watch_.adopt(file_);
  EXPECT_THAT(look(), IsEmpty());
  write("longer");
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
  EXPECT_THAT(look(), IsEmpty());
  ::chmod(file_.c_str(), 0666);
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
  fs::rename(file_, file_ + ".away");
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(SelfWatchTest, AFilePutInItsPlaceIsTold) {
  write("a");
  watch_.adopt(file_);
  std::ofstream(root_ / "other") << "a";
  fs::rename(root_ / "other", file_);
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
}

TEST_F(SelfWatchTest, AFilePutWhereNoneWasIsTold) {
  watch_.adopt(file_);
  write("planted");
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
}

TEST_F(SelfWatchTest, ADirectoryMovedAwayTakesItsFilesAlong) {
  write("a");
  watch_.adopt(file_);
  fs::rename(root_, root_.string() + ".away");
  EXPECT_THAT(look(), ElementsAre("state_tamper file"));
  fs::rename(root_.string() + ".away", root_);
}

TEST_F(SelfWatchTest, WhatTheMonitorItselfChangesIsNot) {
  write("a");
  watch_.adopt(file_);
  write("of its own");
  watch_.adopt(file_);
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(SelfWatchTest, AConfigurationMayChangeButNotGo) {
  write("a");
  watch_.keep(file_);
  write("edited");
  EXPECT_THAT(look(), IsEmpty());
  fs::remove(file_);
  EXPECT_THAT(look(), IsEmpty()) << "an editor may be at it";
  EXPECT_THAT(look(), ElementsAre("configuration_removed file"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(SelfWatchTest, AConfigurationThatComesBackIsKeptAgain) {
  write("a");
  watch_.keep(file_);
  fs::remove(file_);
  look();
  write("b");
  EXPECT_THAT(look(), IsEmpty());
  fs::remove(file_);
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_THAT(look(), ElementsAre("configuration_removed file"));
}

}  // namespace
}  // namespace vedette::commands
