// SPDX-License-Identifier: Apache-2.0
#include "servers/recognizer.h"

#include <gmock/gmock.h>

#include "event/redact.h"
#include "support.h"

namespace vedette::servers {
namespace {

using testing::ElementsAre;
using Ancestors = std::vector<const Process*>;

Process of_user(uint32_t uid, Words args, const std::string& executable = "") {
  auto result = process(redact(std::move(args)), executable);
  result.uid = uid;
  return result;
}

ConfigEntry entry(const std::string& client, const std::string& name, Words words, uint32_t uid = 0) {
  words = redact(std::move(words));
  return {client, name, words[0], {words.begin() + 1, words.end()}, "f", uid};
}

Declared declared(const std::string& name, const Pattern& match) { return {name, match, {}}; }

const Process kClaude = process({"node", "/usr/bin/claude"});
const Process kCursor = process({"/usr/share/cursor/cursor"});
const Process kShell = process({"bash"}, "/usr/bin/bash");

TEST(Judge, KnowsASignature) {
  Recognizer recognizer({}, {}, delivered());
  auto found = recognizer.judge(process({"npx", "-y", "mcp-server-foo"}), {}, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "foo");
  EXPECT_EQ(found->client, "");
  EXPECT_THAT(found->evidence, ElementsAre("signature"));
}

TEST(Judge, KnowsTheClientAbove) {
  Recognizer recognizer({}, {}, delivered());
  const Ancestors ancestors = {&kShell, &kClaude};
  auto found = recognizer.judge(process({"npx", "-y", "mcp-server-foo"}), ancestors, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->client, "claude-code");
  EXPECT_THAT(found->evidence, ElementsAre("signature", "parent"));
}

TEST(Judge, LooksUpEightAncestors) {
  Recognizer recognizer({}, {}, delivered());
  Ancestors ancestors(7, &kShell);
  ancestors.push_back(&kClaude);
  EXPECT_EQ(recognizer.judge(process({"mcp-server-foo"}), ancestors, "")->client, "claude-code");
  ancestors.insert(ancestors.begin(), &kShell);
  EXPECT_EQ(recognizer.judge(process({"mcp-server-foo"}), ancestors, "")->client, "");
}

TEST(Judge, KnowsADeclaration) {
  Recognizer recognizer({declared("mine", {"*/python3*", "*/tool.py*", "me", "*bash"})}, {}, delivered());
  const Ancestors ancestors = {&kShell};
  const auto tool = process({"python3", "/srv/tool.py", "x"}, "/usr/bin/python3.11");
  auto found = recognizer.judge(tool, ancestors, "me");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "mine");
  EXPECT_THAT(found->evidence, ElementsAre("declared"));
  EXPECT_FALSE(recognizer.judge(tool, ancestors, "you"));
  EXPECT_FALSE(recognizer.judge(tool, {}, "me"));
  EXPECT_FALSE(recognizer.judge(process({"python3", "/srv/other.py"}, "/usr/bin/python3.11"), ancestors, "me"));
  EXPECT_FALSE(recognizer.judge(process({"perl", "/srv/tool.py"}, "/usr/bin/perl"), ancestors, "me"));
}

TEST(Judge, MatchesTheParentByCommandLineToo) {
  Recognizer recognizer({declared("mine", {"", "", "", "*usr/bin/claude*"})}, {}, delivered());
  const Ancestors child = {&kClaude};
  const Ancestors grandchild = {&kShell, &kClaude};
  EXPECT_TRUE(recognizer.judge(process({"x"}), child, ""));
  EXPECT_FALSE(recognizer.judge(process({"x"}), grandchild, ""));
}

TEST(Judge, IgnoresADeclarationThatAsksNothing) {
  Recognizer recognizer({declared("all", {})}, {}, delivered());
  EXPECT_FALSE(recognizer.judge(process({"x"}), {}, ""));
}

TEST(Judge, KnowsAConfigurationEntry) {
  Recognizer recognizer({}, {entry("claude-code", "my-tool", {"/srv/tool", "--fast"})}, delivered());
  auto found = recognizer.judge(process({"/srv/tool", "--fast"}), {}, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "my-tool");
  EXPECT_EQ(found->client, "claude-code");
  EXPECT_THAT(found->evidence, ElementsAre("config"));
  EXPECT_FALSE(recognizer.judge(process({"/srv/tool"}), {}, ""));
}

TEST(Judge, GathersAllEvidence) {
  const Words words = {"npx", "-y", "@modelcontextprotocol/server-github"};
  Recognizer recognizer({declared("declared-name", {"", "*server-github*", "", ""})},
                        {entry("cursor", "gh", words), entry("claude-code", "hub", words)}, delivered());
  const Ancestors ancestors = {&kClaude};
  auto found = recognizer.judge(process({"node", "/usr/bin/npx", "-y", words[2]}, "/usr/bin/node"), ancestors, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "declared-name");
  EXPECT_EQ(found->client, "claude-code");
  EXPECT_THAT(found->evidence, ElementsAre("declared", "config", "signature", "parent"));
}

TEST(Judge, TakesTheFirstEntryWhenNoClientIsAbove) {
  const Words words = {"npx", "-y", "mcp-server-foo"};
  Recognizer recognizer({}, {entry("cursor", "a", words), entry("claude-code", "b", words)}, delivered());
  auto found = recognizer.judge(process(words), {}, "");
  EXPECT_EQ(found->name, "a");
  EXPECT_THAT(found->evidence, ElementsAre("config", "signature"));
}

TEST(Judge, KeepsUsersApart) {
  const Words words = {"/srv/tool", "x"};
  Recognizer recognizer({}, {entry("cursor", "a", words, 1001)}, delivered());
  EXPECT_TRUE(recognizer.judge(of_user(1001, words), {}, ""));
  EXPECT_FALSE(recognizer.judge(of_user(1002, words), {}, ""));
  recognizer.set_entries({entry("cursor", "a", words, 0)});
  EXPECT_TRUE(recognizer.judge(of_user(1002, words), {}, ""));
  recognizer.set_entries({});
  EXPECT_FALSE(recognizer.judge(of_user(1002, words), {}, ""));
}

TEST(Judge, WantsTheClientForAGenericCommand) {
  Recognizer recognizer({}, {entry("claude-code", "a", {"node"}), entry("claude-code", "b", {"${X}"})}, delivered());
  const Ancestors ancestors = {&kShell, &kClaude};
  const Ancestors other = {&kShell, &kCursor};
  EXPECT_TRUE(recognizer.judge(process({"node"}, "/usr/bin/node"), ancestors, ""));
  EXPECT_FALSE(recognizer.judge(process({"node"}, "/usr/bin/node"), other, ""));
  EXPECT_FALSE(recognizer.judge(process({"node"}, "/usr/bin/node"), {}, ""));
  EXPECT_FALSE(recognizer.judge(process({"vim"}, "/usr/bin/vim"), {}, ""));
}

TEST(Judge, ComparesRedactedWords) {
  const Words words = {"tool", "--api-key", "${KEY}", "--header", "Authorization:${AUTH}", "ghp_abcdefghijkl"};
  Recognizer recognizer({}, {entry("cursor", "a", words)}, delivered());
  auto started = of_user(0, {"tool", "--api-key", "s3cret", "--header", "Authorization:Bearer x", "ghp_abcdefghijkl"});
  EXPECT_TRUE(recognizer.judge(started, {}, ""));
}

// As measured with npm 11.
TEST(Judge, FollowsTheChainOfNpx) {
  const std::string package = "@modelcontextprotocol/server-everything";
  Recognizer recognizer({}, {entry("claude-code", "all", {"npx", "-y", package})}, delivered());
  auto started = process({"node", "/usr/bin/npx", "-y", package}, "/usr/bin/node");
  auto renamed = process({"npm exec " + package, "", ""}, "/usr/bin/node");
  auto shell = process({"sh", "-c", "'mcp-server-everything'"}, "/usr/bin/dash");
  auto leaf = process({"node", "/h/.npm/_npx/1/node_modules/.bin/mcp-server-everything"}, "/usr/bin/node");
  const Ancestors above = {&kClaude};
  const Ancestors below = {&shell, &renamed, &kClaude};
  for (const auto* root : {&started, &renamed}) {
    auto found = recognizer.judge(*root, above, "");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "all");
    EXPECT_THAT(found->evidence, ElementsAre("config", "signature", "parent"));
  }
  EXPECT_FALSE(recognizer.judge(shell, above, ""));
  auto found = recognizer.judge(leaf, below, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "everything");
  EXPECT_THAT(found->evidence, ElementsAre("signature", "parent"));
}

TEST(Judge, LivesWithoutSignatures) {
  Recognizer recognizer({}, {entry("cursor", "a", {"/srv/tool", "x"})}, nullptr);
  EXPECT_TRUE(recognizer.judge(process({"/srv/tool", "x"}), {}, ""));
  EXPECT_FALSE(recognizer.judge(process({"npx", "mcp-server-foo"}), {}, ""));
  EXPECT_FALSE(recognizer.judge({}, {}, ""));
  EXPECT_EQ(recognizer.client_of({}), "");
}

}  // namespace
}  // namespace vedette::servers
