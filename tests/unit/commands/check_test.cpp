// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "commands/options.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kGoodRule =
    "title: Good\nid: good\nlevel: low\nlogsource: {category: process_creation}\n"
    "detection:\n  s: {Image: a}\n  condition: s\n";

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-check-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

class CheckTest : public testing::Test {
 protected:
  CheckTest() { write("vedette.yaml", ""); }
  ~CheckTest() override { fs::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  int run(bool json, bool strict = false) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int status = check({.config = (root_ / "vedette.yaml").string(),
                        .rules = {(root_ / "rules").string()},
                        .json = json,
                        .strict = strict});
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }

  fs::path root_ = new_directory();
  std::string out_;
  std::string err_;
};

TEST_F(CheckTest, SaysHowTheRulesStand) {
  write("rules/good.yml", kGoodRule);
  EXPECT_EQ(run(true), kGood);
  auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json["rules"], 1);
  EXPECT_EQ(json["errors"], 0);
  EXPECT_EQ(json["would_start"], true);
  std::string digest = json["digest"];
  EXPECT_FALSE(digest.empty());
  write("rules/good.yml", kGoodRule + "# a comment\n");
  run(true);
  EXPECT_EQ(nlohmann::json::parse(out_)["digest"], digest);
  write("rules/good.yml", kGoodRule + "author: somebody\n");
  run(true);
  EXPECT_NE(nlohmann::json::parse(out_)["digest"], digest);
}

TEST_F(CheckTest, NamesWhatIsOnlyNoted) {
  write("rules/good.yml", kGoodRule + "detecton: {}\n");
  EXPECT_EQ(run(true), kGood);
  auto notes = nlohmann::json::parse(out_)["notes"];
  auto about_the_slip = [](const auto& note) { return note["note"].template get<std::string>().contains("detecton"); };
  EXPECT_EQ(std::ranges::count_if(notes, about_the_slip), 1) << notes;
  run(false);
  EXPECT_NE(out_.find("note: "), std::string::npos) << out_;
}

TEST_F(CheckTest, AnyMistakeIsOneButOnlyStrictWouldNotStart) {
  write("rules/good.yml", kGoodRule);
  write("rules/bad.yml", "title: [\n");
  EXPECT_EQ(run(true), kError);
  EXPECT_THAT(err_, HasSubstr("bad.yml:2:1: not YAML"));
  auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json["rules"], 1);
  EXPECT_EQ(json["wrong_files"], 1);
  EXPECT_EQ(json["would_start"], true);
  EXPECT_EQ(run(true, true), kError);
  EXPECT_EQ(nlohmann::json::parse(out_)["would_start"], false);
  EXPECT_EQ(run(false), kError);
  EXPECT_THAT(out_, HasSubstr("vedette run would start without what is wrong"));
  EXPECT_EQ(run(false, true), kError);
  EXPECT_THAT(out_, HasSubstr("vedette run --strict would not start"));
}

TEST_F(CheckTest, NothingLeftWouldNotStart) {
  write("rules/bad.yml", "title: [\n");
  EXPECT_EQ(run(false), kError);
  EXPECT_THAT(out_, HasSubstr("vedette run would not start"));
}

TEST_F(CheckTest, AMissingDirectoryIsAMistake) {
  EXPECT_EQ(run(true), kError);
  EXPECT_THAT(err_, HasSubstr("rules:0:0: there is no such rule directory"));
  EXPECT_EQ(nlohmann::json::parse(out_)["would_start"], false);
}

}  // namespace
}  // namespace vedette::commands
