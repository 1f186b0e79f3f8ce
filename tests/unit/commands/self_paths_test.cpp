// SPDX-License-Identifier: Apache-2.0
// Directories and files of other users and with wide rights. As root only, where anything is to be lost.
#include "commands/self_paths.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "commands/gather.h"
#include "commands/state_dir.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uid_t kOther = 65534;

class SelfPaths : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "gives files to other users: as root only";
    }
    ::unsetenv("SUDO_UID");
    std::string pattern = (fs::temp_directory_path() / "vedette-paths-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    fs::permissions(root_, fs::perms(0755));
    write(rules_ / "deep/rule.yml");
  }
  ~SelfPaths() override {
    if (!root_.empty()) {
      fs::remove_all(root_);
    }
  }

  void write(const fs::path& file) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << "x";
  }
  static void give(const fs::path& path) { ASSERT_EQ(::lchown(path.c_str(), kOther, kOther), 0); }
  static void open(const fs::path& path, unsigned mode) { fs::permissions(path, fs::perms(mode)); }

  std::vector<std::string> wrong() {
    std::vector<std::string> files;
    for (const Diagnostic& error : untrusted_tree((root_ / rules_).string())) {
      files.push_back(fs::path(error.file).lexically_relative(root_).string());
    }
    return files;
  }

  fs::path root_;
  fs::path rules_ = "way/rules";
};

TEST_F(SelfPaths, RootsOwnBelowTheTemporaryDirectoryIsGood) { EXPECT_THAT(wrong(), IsEmpty()); }

TEST_F(SelfPaths, AFileDirectoryOrWayOthersMayWriteIsNot) {
  for (const char* path : {"way/rules/deep/rule.yml", "way/rules/deep", "way/rules", "way"}) {
    for (unsigned right : {020U, 002U}) {
      open(root_ / path, 0755 | right);
      EXPECT_THAT(wrong(), ElementsAre(path));
    }
    open(root_ / path, 0755);
  }
}

TEST_F(SelfPaths, AFileDirectoryOrWayOfAnotherIsNot) {
  for (const char* path : {"way/rules/deep/rule.yml", "way/rules/deep", "way/rules", "way"}) {
    give(root_ / path);
    EXPECT_THAT(wrong(), ElementsAre(path));
    ASSERT_EQ(::lchown((root_ / path).c_str(), 0, 0), 0);
  }
}

TEST_F(SelfPaths, InASharedDirectoryOnTheWayRootsOwnIsSafe) {
  open(root_ / "way", 01777);
  EXPECT_THAT(wrong(), IsEmpty());
  give(root_ / "way/rules");
  EXPECT_THAT(wrong(), ElementsAre("way/rules"));
}

TEST_F(SelfPaths, ARuleDirectoryMayNotBeShared) {
  open(root_ / "way/rules", 01777);
  EXPECT_THAT(wrong(), ElementsAre("way/rules"));
}

TEST_F(SelfPaths, LinksAreFollowedOnEachWay) {
  write("open/real/rule.yml");
  open(root_ / "open", 0777);
  fs::create_directory_symlink(root_ / "open/real", root_ / "link");
  rules_ = "link";
  EXPECT_THAT(wrong(), ElementsAre("open"));
  rules_ = "way/rules";
  fs::create_symlink("../../open/real/rule.yml", root_ / "way/rules/linked.yml");
  EXPECT_THAT(wrong(), ElementsAre("open"));
}

TEST_F(SelfPaths, WhatLeadsThroughItselfEnds) {
  fs::create_directory_symlink("loop", root_ / "loop");
  rules_ = "loop";
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(SelfPaths, WhoCalledSudoIsTrusted) {
  give(root_ / "way");
  ::setenv("SUDO_UID", std::to_string(kOther).c_str(), 1);
  EXPECT_THAT(wrong(), IsEmpty());
  ::unsetenv("SUDO_UID");
}

TEST_F(SelfPaths, TheMessageSaysHowToMendIt) {
  open(root_ / "way", 0777);
  auto errors = untrusted((root_ / "way/rules").string());
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0].message, HasSubstr("mode 0777"));
  EXPECT_THAT(errors[0].message, HasSubstr("chmod go-w '" + (root_ / "way").string() + "'"));
}

TEST_F(SelfPaths, ConfigurationAndRulesAreBothLookedAt) {
  write("vedette.yaml");
  std::ofstream(root_ / "vedette.yaml", std::ios::trunc) << "rules: [" << (root_ / rules_).string() << "]\n";
  open(root_ / "vedette.yaml", 0666);
  open(root_ / rules_, 0777);
  Loaded loaded = load({.config = (root_ / "vedette.yaml").string()});
  ASSERT_THAT(loaded.errors, IsEmpty());
  distrust(loaded);
  EXPECT_EQ(loaded.errors.size(), 2U);
}

using StateDirectory = SelfPaths;

TEST_F(StateDirectory, IsMadeForItsOwnerAlone) {
  auto state = StateDir::lock((root_ / "a/state").string());
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(fs::status(root_ / "a/state").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(root_ / "a/state/lock").permissions(), fs::perms(0600));
}

TEST_F(StateDirectory, RightsTooWideAreTakenAway) {
  write("state/destinations.json");
  open(root_ / "state/destinations.json", 0666);
  open(root_ / "state", 0777);
  auto state = StateDir::lock((root_ / "state").string());
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(fs::status(root_ / "state").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(root_ / "state/destinations.json").permissions(), fs::perms(0600));
}

TEST_F(StateDirectory, OfAnotherIsRefused) {
  write("state/destinations.json");
  give(root_ / "state");
  open(root_ / "state", 0755);
  auto state = StateDir::lock((root_ / "state").string());
  ASSERT_FALSE(state);
  EXPECT_THAT(state.error().message, HasSubstr("chown root"));
  EXPECT_EQ(fs::status(root_ / "state").permissions(), fs::perms(0755)) << "not ours to change";
}

TEST_F(StateDirectory, WithSomethingOfAnotherOrALinkInItIsRefused) {
  write("state/destinations.json");
  give(root_ / "state/destinations.json");
  EXPECT_FALSE(StateDir::lock((root_ / "state").string()));
  fs::remove(root_ / "state/destinations.json");
  fs::create_symlink("/etc/passwd", root_ / "state/destinations.json");
  auto state = StateDir::lock((root_ / "state").string());
  ASSERT_FALSE(state);
  EXPECT_THAT(state.error().message, HasSubstr("symbolic link"));
}

TEST_F(StateDirectory, SharedByManyIsRefusedAsItIs) {
  fs::create_directory(root_ / "shared");
  open(root_ / "shared", 01777);
  EXPECT_FALSE(StateDir::lock((root_ / "shared").string()));
  EXPECT_EQ(fs::status(root_ / "shared").permissions(), fs::perms(01777));
}

}  // namespace
}  // namespace vedette::commands
