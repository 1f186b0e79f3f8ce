// SPDX-License-Identifier: Apache-2.0
#include "servers/signatures.h"

#include <gmock/gmock.h>

#include "support.h"

namespace vedette::servers {
namespace {

using testing::HasSubstr;

Diagnostics errors_of(const std::string& text) { return parse_signatures({{"s.yml", text}}).errors; }

std::string only_error(const std::string& text) {
  auto errors = errors_of(text);
  return errors.size() == 1 ? errors[0].text() : std::to_string(errors.size()) + " errors";
}

TEST(Signatures, AreReadFromTheDeliveredFiles) {
  auto signatures = delivered();
  EXPECT_GT(signatures->clients.size(), 8U);
  EXPECT_GT(signatures->runners.size(), 8U);
  EXPECT_FALSE(signatures->npm.empty());
}

TEST(Signatures, OfSeveralFilesAddUp) {
  auto loaded = parse_signatures({{"a", "npm: [a]"}, {"b", "npm: [{match: b, name: c}]"}, {"c", ""}});
  EXPECT_TRUE(loaded.errors.empty());
  ASSERT_EQ(loaded.signatures->npm.size(), 2U);
  EXPECT_EQ(loaded.signatures->npm[1].name, "c");
}

TEST(Signatures, SayWhereAMistakeIs) {
  EXPECT_EQ(only_error("npm: [a]\nclient: []"),
            "s.yml:2:1: unknown key 'client' in server recognition data; did you "
            "mean 'clients'?");
  EXPECT_THAT(only_error("npm: a"), HasSubstr("s.yml:1:6: npm must be a list"));
  EXPECT_THAT(only_error("clients: [{programs: [x]}]"), HasSubstr("a client needs a name"));
  EXPECT_THAT(only_error("runners: [{run: [x], kind: y}]"), HasSubstr("kind must be one of"));
  EXPECT_THAT(only_error("runners: [{kind: npm}]"), HasSubstr("needs `run`"));
  EXPECT_THAT(only_error("interpreters: [{names: [x], titles: y}]"), HasSubstr("titles must be true or false"));
  EXPECT_THAT(only_error("interpreters: [{code: [x]}]"), HasSubstr("needs names"));
  EXPECT_THAT(only_error("commands: [{run: x}]"), HasSubstr("needs `run` and `name`"));
  EXPECT_THAT(only_error("npm: [{name: x}]"), HasSubstr("needs `match`"));
  EXPECT_THAT(only_error("npm: [[]]"), HasSubstr("must be a text"));
  EXPECT_THAT(only_error("npm: {"), HasSubstr("not YAML"));
  EXPECT_EQ(errors_of("npm: a\npython: b\nx: c").size(), 3U);
}

TEST(Signatures, AreLoadedFromRuleDirectories) {
  TemporaryDirectory directory;
  directory.write("servers/a.yml", "npm: [a]");
  directory.write("servers/b.txt", "}");
  directory.write("other.yml", "}");
  directory.write("servers/c.yml", "npm: {");
  std::filesystem::create_directory(directory.path() + "/servers/d.yml");
  auto loaded = load_signatures({directory.path(), "/nonexistent"});
  EXPECT_EQ(loaded.signatures->npm.size(), 1U);
  ASSERT_EQ(loaded.errors.size(), 2U);
  EXPECT_THAT(loaded.errors[0].text(), HasSubstr("servers/c.yml:1:"));
  EXPECT_THAT(loaded.errors[1].text(), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace vedette::servers
