// SPDX-License-Identifier: Apache-2.0
#include "pipeline/destinations.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace vedette {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-destinations-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

class DestinationsTest : public testing::Test {
 protected:
  ~DestinationsTest() override { fs::remove_all(directory_); }

  void write(const std::string& text) const { std::ofstream(file_) << text; }
  [[nodiscard]] std::string load_error() const {
    Destinations destinations;
    auto status = destinations.load(file_);
    return status ? "" : status.error().message;
  }

  fs::path directory_ = new_directory();
  std::string file_ = (directory_ / "destinations.json").string();
  Destinations destinations_;
};

TEST_F(DestinationsTest, EachIsNewOncePerServer) {
  EXPECT_TRUE(destinations_.remember("github", "tcp 192.0.2.1 443"));
  EXPECT_FALSE(destinations_.remember("github", "tcp 192.0.2.1 443"));
  EXPECT_TRUE(destinations_.remember("github", "tcp 192.0.2.2 443"));
  EXPECT_TRUE(destinations_.remember("slack", "tcp 192.0.2.1 443"));
  EXPECT_FALSE(destinations_.remember("slack", "tcp 192.0.2.1 443"));
}

TEST_F(DestinationsTest, OutliveTheProgram) {
  destinations_.remember("github", "tcp 192.0.2.1 443");
  destinations_.remember("a \"quoted\" näme", "udp 2001:db8::1 53");
  ASSERT_TRUE(destinations_.save(file_));
  Destinations later;
  ASSERT_TRUE(later.load(file_));
  EXPECT_FALSE(later.remember("github", "tcp 192.0.2.1 443"));
  EXPECT_FALSE(later.remember("a \"quoted\" näme", "udp 2001:db8::1 53"));
  EXPECT_TRUE(later.remember("github", "tcp 192.0.2.9 443"));
}

TEST_F(DestinationsTest, WhatWasAddedLaterIsSavedWithTheRest) {
  destinations_.remember("github", "one");
  ASSERT_TRUE(destinations_.save(file_));
  Destinations later;
  ASSERT_TRUE(later.load(file_));
  later.remember("github", "two");
  ASSERT_TRUE(later.save(file_));
  Destinations last;
  ASSERT_TRUE(last.load(file_));
  EXPECT_FALSE(last.remember("github", "one"));
  EXPECT_FALSE(last.remember("github", "two"));
}

TEST_F(DestinationsTest, AFileThatIsNotThereIsAnEmptyMemory) {
  EXPECT_EQ(load_error(), "");
  EXPECT_TRUE(destinations_.load(file_));
  EXPECT_TRUE(destinations_.remember("github", "one"));
}

TEST_F(DestinationsTest, NothingNewIsNotWritten) {
  ASSERT_TRUE(destinations_.save(file_));
  EXPECT_FALSE(fs::exists(file_));
  destinations_.remember("github", "one");
  ASSERT_TRUE(destinations_.save(file_));
  fs::remove(file_);
  destinations_.remember("github", "one");
  ASSERT_TRUE(destinations_.save(file_));
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(DestinationsTest, NothingIsLeftBeside) {
  destinations_.remember("github", "one");
  ASSERT_TRUE(destinations_.save(file_));
  auto files = std::distance(fs::directory_iterator(directory_), fs::directory_iterator());
  EXPECT_EQ(files, 1);
}

TEST_F(DestinationsTest, ACorruptFileIsAnErrorThatNamesIt) {
  for (const auto* text : {"", "{", "not json", R"({"github": [1]})", R"({"github": ["one")", R"({"github": [["a"]]})",
                           R"({"github": null, "slack": [{}]})", "\xff\xfe", "{}trailing", "7"}) {
    write(text);
    EXPECT_THAT(load_error(), HasSubstr(file_)) << text;
  }
}

TEST_F(DestinationsTest, AnEmptyListIsGood) {
  for (const auto* text : {"{}", R"({"github": []})"}) {
    write(text);
    EXPECT_EQ(load_error(), "") << text;
  }
}

TEST_F(DestinationsTest, AnErrorOfSavingIsToldAndTriedAgain) {
  destinations_.remember("github", "one");
  std::string nowhere = (directory_ / "missing" / "destinations.json").string();
  auto status = destinations_.save(nowhere);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("missing"));
  fs::create_directory(directory_ / "missing");
  ASSERT_TRUE(destinations_.save(nowhere));
  EXPECT_TRUE(fs::exists(nowhere));
}

TEST_F(DestinationsTest, NamesThatAreNoUtf8AreSaved) {
  destinations_.remember("\xff\xfe", "one");
  ASSERT_TRUE(destinations_.save(file_));
  EXPECT_EQ(load_error(), "");
}

}  // namespace
}  // namespace vedette
