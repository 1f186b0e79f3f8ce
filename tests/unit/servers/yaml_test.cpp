// SPDX-License-Identifier: Apache-2.0
#include "servers/yaml.h"

#include <gmock/gmock.h>

#include "support.h"

namespace vedette::yaml {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
  Diagnostics errors;
  auto node = parse("f", text, errors);
  EXPECT_NE(node.has_value(), !errors.empty());
  return errors.empty() ? "" : errors[0].text();
}

TEST(Parse, RefusesWhatIsNoSingleDocument) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of("a: 1"), "");
  EXPECT_THAT(error_of("a: [1"), HasSubstr("not YAML"));
  EXPECT_THAT(error_of("a: 1\nb: 'x"), HasSubstr("f:2:"));
  EXPECT_THAT(error_of("a: 1\n---\nb: 2"), HasSubstr("found 2"));
  EXPECT_THAT(error_of("\t- x"), HasSubstr("not YAML"));
}

TEST(Parse, RefusesAliases) {
  EXPECT_EQ(error_of("a: &x 1\nb: *x"), "f:2:4: aliases (*name) are not supported: write the value out");
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + "," + last + "]\n";
  }
  EXPECT_THAT(error_of(bomb), HasSubstr("aliases"));
}

TEST(Parse, RefusesWhatIsTooLargeOrTooDeep) {
  EXPECT_THAT(error_of(std::string(kMaxBytes + 1, ' ')), HasSubstr("larger than 1 MiB"));
  for (const std::string piece : {"[", "{", "- ", "? ", "{a: "}) {
    std::string text;
    while (text.size() < 20'000) {
      text += piece;
    }
    EXPECT_THAT(error_of(text), HasSubstr("not YAML")) << piece;
  }
}

TEST(Parse, BearsAnyBytes) {
  for (int c = 0; c < 256; ++c) {
    Diagnostics errors;
    (void)parse("f", std::string("a: [") + static_cast<char>(c) + "]\n" + static_cast<char>(c), errors);
  }
}

TEST(ReadFile, WantsARegularFile) {
  servers::TemporaryDirectory directory;
  EXPECT_EQ(read_file(directory.write("a", "x")).value(), "x");
  EXPECT_THAT(read_file(directory.path()).error().message, HasSubstr("not a regular file"));
  EXPECT_THAT(read_file(directory.path() + "/b").error().message, HasSubstr("No such file"));
  auto large = directory.write("c", std::string(kMaxBytes + 1, 'x'));
  EXPECT_THAT(read_file(large).error().message, HasSubstr("larger"));
}

TEST(Reader, NamesTheKeyThatIsGivenTwice) {
  Diagnostics errors;
  auto node = parse("f", "a: 1\na: 2", errors);
  Reader("f", errors).mapping(*node, "it", {{"a", [](const YAML::Node&) {}}});
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].text(), "f:2:1: 'a' is given twice in it");
}

}  // namespace
}  // namespace vedette::yaml
