// SPDX-License-Identifier: Apache-2.0
#include "commands/gather.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-gather-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

std::string rule(const std::string& title) {
  return "title: " + title + "\nid: " + title + "\nlevel: low\nlogsource: {category: process_creation}\n" +
         "detection:\n  s: {Image: a}\n  condition: s\n";
}

class LoadTest : public testing::Test {
 protected:
  ~LoadTest() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  [[nodiscard]] Options options(const std::vector<std::string>& rules = {}) const {
    write("vedette.yaml", config_);
    Options options{.config = (root_ / "vedette.yaml").string()};
    for (const auto& directory : rules) {
      options.rules.push_back((root_ / directory).string());
    }
    return options;
  }
  [[nodiscard]] static std::vector<std::string> titles(const Loaded& loaded) {
    std::vector<std::string> result;
    for (const auto& info : loaded.rules.infos) {
      result.push_back(info.title + (info.scope == rules::Scope::kHost ? " host" : ""));
    }
    return result;
  }

  fs::path root_ = new_directory();
  std::string config_ = "state: " + (root_ / "state").string() + "\n";
};

TEST_F(LoadTest, GoodRulesStartBesideWrongOnesUnlessStrict) {
  write("rules/good.yml", rule("good"));
  write("rules/bad.yml", "title: x\n");
  write("rules/worse.yml", "a: [\n");
  Loaded loaded = load(options({"rules"}));
  EXPECT_THAT(titles(loaded), ElementsAre("good"));
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_EQ(wrong_files(loaded.rules), 2U);
  EXPECT_THAT(mistakes(loaded), SizeIs(loaded.rules.errors.size()));
  EXPECT_TRUE(can_start(loaded, false));
  EXPECT_FALSE(can_start(loaded, true));
}

TEST_F(LoadTest, NothingStartsWhenEverythingIsWrong) {
  write("rules/bad.yml", "title: x\n");
  EXPECT_FALSE(can_start(load(options({"rules"})), false));
  fs::remove(root_ / "rules/bad.yml");
  EXPECT_TRUE(can_start(load(options({"rules"})), true)) << "no rules at all are no mistake";
}

TEST_F(LoadTest, AWrongConfigurationNeverStarts) {
  write("rules/good.yml", rule("good"));
  config_ = "sate: x\n";
  EXPECT_FALSE(can_start(load(options({"rules"})), false));
  EXPECT_FALSE(load(options({"rules"})).configured);
}

TEST_F(LoadTest, ADirectoryThatIsNotThereIsNamed) {
  Loaded loaded = load(options({"nowhere"}));
  ASSERT_THAT(loaded.errors, SizeIs(1));
  EXPECT_THAT(loaded.errors[0].text(), HasSubstr("nowhere:0:0: there is no such rule directory"));
  config_ = "rules: [" + (root_ / "absent").string() + "]\n";
  EXPECT_THAT(load(options()).errors[0].text(), HasSubstr("no rule directory is there"));
}

TEST_F(LoadTest, ScopesComeFromTheConfiguration) {
  write("one/a.yml", rule("a"));
  write("two/b.yml", rule("b"));
  std::string root = root_.string();
  config_ = "rules: [" + root + "/one, {path: " + root + "/two, scope: host}, " + root + "/absent]\n";
  Loaded loaded = load(options());
  EXPECT_THAT(titles(loaded), ElementsAre("a", "b host"));
  EXPECT_THAT(watched_directories(options(), loaded.settings), SizeIs(3)) << "an absent one may come";
}

TEST_F(LoadTest, AFileOfTwoDirectoriesCountsOnce) {
  write("one/a.yml", rule("a"));
  write("one/sub/b.yml", rule("b"));
  std::string root = root_.string();
  config_ = "rules: [{path: " + root + "/one/sub, scope: host}, " + root + "/one]\n";
  Loaded loaded = load(options());
  EXPECT_THAT(mistakes(loaded), IsEmpty());
  EXPECT_THAT(titles(loaded), ElementsAre("a", "b host"));
}

TEST_F(LoadTest, IsReadAgainWithTheSettingsOfBefore) {
  write("one/a.yml", rule("a"));
  config_ = "rules: [" + (root_ / "one").string() + ", " + (root_ / "two").string() + "]\n";
  Loaded before = load(options());
  config_ = "wrong: now\n";
  write("two/b.yml", rule("b"));
  Loaded again = read_again(options(), before.settings, before.directories);
  EXPECT_THAT(again.errors, IsEmpty());
  compile(again);
  EXPECT_THAT(titles(again), ElementsAre("a", "b"));
  EXPECT_NE(rules::digest_of(*again.rules.rules), rules::digest_of(*before.rules.rules));
}

TEST_F(LoadTest, ADirectoryThatHasGoneIsAnError) {
  write("one/a.yml", rule("a"));
  write("two/b.yml", rule("b"));
  config_ = "rules: [" + (root_ / "one").string() + ", " + (root_ / "two").string() + "]\n";
  Loaded before = load(options());
  fs::remove_all(root_ / "two");
  Loaded again = read_again(options(), before.settings, before.directories);
  ASSERT_THAT(again.errors, SizeIs(1));
  EXPECT_THAT(again.errors[0].text(), HasSubstr("two:0:0: the rule directory has gone"));
  EXPECT_THAT(load(options()).errors, IsEmpty()) << "by SIGHUP the rest is taken";
}

}  // namespace
}  // namespace vedette::commands
