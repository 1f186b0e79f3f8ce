// SPDX-License-Identifier: Apache-2.0
#include "servers/entry_match.h"

#include "support.h"

namespace vedette::servers {
namespace {

bool runs(const Words& entry, const Words& args, const std::string& executable = "") {
  ConfigEntry config{"cursor", "x", entry[0], {entry.begin() + 1, entry.end()}, "", 0};
  return runs_entry(process_command(process(args, executable), *delivered()), entry_command(config, *delivered()));
}

TEST(RunsEntry, ComparesAllWords) {
  EXPECT_TRUE(runs({"/a/tool", "x"}, {"/a/tool", "x"}));
  EXPECT_TRUE(runs({"tool", "x"}, {"/usr/bin/tool", "x"}));
  EXPECT_TRUE(runs({"/a/tool", "x"}, {"tool", "x"}, "/a/tool"));
  EXPECT_FALSE(runs({"/a/tool", "x"}, {"/b/tool", "x"}));
  EXPECT_FALSE(runs({"tool", "x"}, {"tool", "x", "y"}));
  EXPECT_FALSE(runs({"tool", "x", "y"}, {"tool", "x"}));
  EXPECT_FALSE(runs({"tool", "x"}, {"cat", "tool", "x"}));
  EXPECT_FALSE(runs({"tool", "x*"}, {"tool", "xy"}));
  EXPECT_TRUE(runs({"tool", "x*"}, {"tool", "x*"}));
}

TEST(RunsEntry, PassesOverTheInterpreter) {
  EXPECT_TRUE(runs({"npx", "-y", "p"}, {"node", "/usr/bin/npx", "-y", "p"}));
  EXPECT_TRUE(runs({"npx", "-y", "p"}, {"/usr/bin/env", "node", "/usr/bin/npx", "-y", "p"}));
  EXPECT_TRUE(runs({"/a/run.py", "x"}, {"/usr/bin/python3", "-u", "/a/run.py", "x"}));
  EXPECT_TRUE(runs({"/a/run.sh"}, {"/bin/sh", "/a/run.sh"}));
  EXPECT_FALSE(runs({"/a/run.sh"}, {"/bin/sh", "/b/run.sh"}));
  EXPECT_FALSE(runs({"npx", "-y", "p"}, {"sh", "-c", "npx -y p"}));
  EXPECT_FALSE(runs({"npx", "-y", "p"}, {"vim", "npx", "-y", "p"}));
}

TEST(RunsEntry, KnowsOtherSpellings) {
  EXPECT_TRUE(runs({"npx", "-y", "p"}, {"node", "/usr/bin/npm", "exec", "-y", "p"}));
  EXPECT_TRUE(runs({"npm", "exec", "p"}, {"node", "/usr/bin/npm", "exec", "p"}));
  EXPECT_TRUE(runs({"uvx", "p", "x"}, {"/h/.local/bin/uv", "tool", "uvx", "p", "x"}));
  EXPECT_TRUE(runs({"npx", "-y", "p", "--dir", "/a b"}, {"npm exec p --dir /a b"}, "/usr/bin/node"));
  EXPECT_TRUE(runs({"npx", "-y", "p", "${X}"}, {"npm exec p /a"}, "/usr/bin/node"));
  EXPECT_FALSE(runs({"npx", "-y", "p"}, {"npm exec q"}, "/usr/bin/node"));
  EXPECT_FALSE(runs({"tool", "p"}, {"npm exec p"}, "/usr/bin/node"));
}

TEST(RunsEntry, LeavesReferencesOpen) {
  EXPECT_TRUE(runs({"t", "${env:HOME}/x"}, {"t", "/h/x"}));
  EXPECT_TRUE(runs({"t", "--a=${A}-${B}"}, {"t", "--a=1-2"}));
  EXPECT_TRUE(runs({"t", "$DIR/x"}, {"t", "/d/x"}));
  EXPECT_TRUE(runs({"${workspaceFolder}/t", "x"}, {"/w/t", "x"}));
  EXPECT_TRUE(runs({"~/bin/t", "x"}, {"/h/u/bin/t", "x"}));
  EXPECT_FALSE(runs({"t", "${A}/x"}, {"t", "/h/y"}));
  EXPECT_FALSE(runs({"t", "${A"}, {"t", "/h/y"}));
  EXPECT_TRUE(runs({"t", "$"}, {"t", "$"}));
}

TEST(RunsEntry, BearsNothing) {
  EXPECT_FALSE(runs({""}, {}));
  EXPECT_FALSE(runs({""}, {""}));
  EXPECT_FALSE(runs({"", "x"}, {"", "x"}));
  EXPECT_FALSE(runs({"t"}, {}));
}

}  // namespace
}  // namespace vedette::servers
