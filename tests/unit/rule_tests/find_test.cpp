// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/find.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vedette::rule_tests {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Find : public ::testing::Test {
 protected:
  Find() {
    std::string pattern = (fs::temp_directory_path() / "vedette-find-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    fs::create_directories(root_ / "rules" / "detection");
    fs::create_directories(root_ / "mine");
    for (const char* file :
         {"rules/b.test.yml", "rules/detection/a.test.yml", "rules/detection/a.yml", "mine/m.test.yml"}) {
      std::ofstream(root_ / file) << file;
    }
  }
  ~Find() override { fs::remove_all(root_); }

  [[nodiscard]] std::string path(const char* below) const { return (root_ / below).string(); }
  [[nodiscard]] static std::vector<std::string> texts(const std::vector<std::string>& paths) {
    auto sources = read_tests(paths);
    EXPECT_TRUE(sources) << sources.error().message;
    std::vector<std::string> result;
    for (const rules::RuleSource& source : sources.value_or(std::vector<rules::RuleSource>())) {
      result.push_back(source.text);
    }
    return result;
  }
  [[nodiscard]] static std::string error(const std::string& path) {
    auto sources = read_tests({path});
    return sources ? "none" : sources.error().message;
  }

  fs::path root_;
};

TEST_F(Find, ReadsTestsBelowDirectoriesInOrder) {
  EXPECT_THAT(texts({path("rules")}), ElementsAre("rules/b.test.yml", "rules/detection/a.test.yml"));
  EXPECT_THAT(texts({path("rules/detection/a.test.yml")}), ElementsAre("rules/detection/a.test.yml"));
}

TEST_F(Find, ReadsEachFileOnce) {
  EXPECT_THAT(texts({path("rules"), path("rules/detection"), path("rules/../rules/b.test.yml")}),
              ElementsAre("rules/b.test.yml", "rules/detection/a.test.yml"));
}

TEST_F(Find, RefusesWhatTestsNothing) {
  EXPECT_THAT(error(path("nowhere")), HasSubstr("nowhere: there is no such file"));
  EXPECT_THAT(error(path("rules/detection/a.yml")), HasSubstr("expected a *.test.yml file or a directory"));
  fs::create_directories(root_ / "empty");
  EXPECT_THAT(error(path("empty")), HasSubstr("expected *.test.yml files below"));
}

TEST_F(Find, RulesAreThoseOfTheRuleDirectory) {
  EXPECT_THAT(rule_directories({path("rules")}), ElementsAre(path("rules")));
  EXPECT_THAT(rule_directories({path("rules/")}), ElementsAre(path("rules")));
  EXPECT_THAT(rule_directories({path("rules/detection")}), ElementsAre(path("rules")));
  EXPECT_THAT(rule_directories({path("rules/detection/a.test.yml"), path("rules")}), ElementsAre(path("rules")));
  EXPECT_THAT(rule_directories({path("mine"), path("mine/m.test.yml")}), ElementsAre(path("mine")));
}

}  // namespace
}  // namespace vedette::rule_tests
