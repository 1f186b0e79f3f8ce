// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::titles;
using testing::Values;

const Compiled& shipped() {
  static const Compiled kCompiled = [] {
    auto sources = read_rules({VEDETTE_SOURCE_DIR "/rules"});
    return sources ? compile(*sources) : Compiled{nullptr, {}, 0, {{"", 0, 0, sources.error().message}}};
  }();
  return kCompiled;
}

std::vector<std::string> alerts(const Record& event) { return titles(Matcher(shipped().rules).match(event, 1)); }

Record access(const std::string& behavior, const std::string& relation, const std::string& outcome = "allowed",
              const Values& more = {{Field::kMcpServer, "github"}, {Field::kMcpServerGuid, "s1"}}) {
  Record event = testing::record(Category::kProcessAccess, more, 100);
  event.set(Field::kMcpBehavior, behavior);
  event.set(Field::kMcpOutcome, outcome);
  event.set(Field::kMcpRelation, relation);
  event.set(Field::kSourceProcessGuid, "reader");
  event.set(Field::kSourceImage, "/usr/bin/cat");
  event.set(Field::kSourceUserId, "1000");
  return event;
}

const Values kFromServer = {{Field::kMcpSourceServer, "github"}};

Record egress(const std::string& kind,
              const Values& more = {{Field::kMcpServer, "github"}, {Field::kMcpServerGuid, "s1"}}) {
  Record event = testing::record(Category::kNetworkConnection, more, 101);
  event.set(Field::kMcpBehavior, "egress");
  event.set(Field::kMcpOutcome, "allowed");
  event.set(Field::kProcessGuid, "server");
  if (!kind.empty()) {
    event.set(Field::kMcpEgress, kind);
  }
  return event;
}

Record reader_egress(const std::string& kind) {
  Record event = egress(kind, {});
  event.set(Field::kProcessGuid, "reader");
  return event;
}

const char* const kEnviron = "Environment of MCP Server Read by Unrelated Process";
const char* const kEnvironDenied = "Environment of MCP Server Denied to Unrelated Process";
const char* const kEnvironAbove = "MCP Server Read Environment of Process Above It";
const char* const kMemoryRead = "Memory of MCP Server Read by Another Process";
const char* const kMemoryWrite = "Memory of MCP Server Written by Another Process";
const char* const kPtrace = "Tracer Attached to MCP Server";
const char* const kPtraceDenied = "Tracer Refused by MCP Server";
const char* const kFdSteal = "Descriptor of MCP Server Taken by Another Process";
const char* const kDebugger = "Debugger of MCP Server Opened by Another Process";
const char* const kCoreDump = "MCP Server Dumped Core";
const char* const kUndeclared = "MCP Server Sent to Undeclared Destination";
const char* const kNew = "MCP Server Sent to New Destination";
const char* const kRawSocket = "Raw Socket Opened by MCP Server";
const char* const kReadThenSent = "Secret of MCP Server Read, Then Sent Out by Reader";
const char* const kAccessedThenSent = "MCP Server Accessed, Then Sent Somewhere New";

class ShippedRules : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const Diagnostic& error : shipped().errors) {
      ADD_FAILURE() << error.text();
    }
    ASSERT_TRUE(shipped().rules);
  }
};

TEST_F(ShippedRules, AreAllAlive) {
  EXPECT_FALSE(shipped().infos.empty());
  EXPECT_GT(shipped().filters, 0);
  for (const RuleInfo& info : shipped().infos) {
    EXPECT_EQ(info.dead, "") << info.file;
    EXPECT_THAT(info.notes, IsEmpty()) << info.file;
  }
}

TEST_F(ShippedRules, AreDescribed) {
  const char* const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  std::set<std::string> names;
  for (const RuleInfo& info : shipped().infos) {
    EXPECT_THAT(info.id, ::testing::MatchesRegex(uuid)) << info.file;
    EXPECT_TRUE(names.insert(info.title).second) << info.title;
    EXPECT_THAT(info.tags, ::testing::Contains(::testing::StartsWith("attack.t1"))) << info.file;
  }
}

TEST_F(ShippedRules, EnvironRead) {
  EXPECT_THAT(alerts(access("environ_read", "stranger")), ElementsAre(kEnviron));
  EXPECT_THAT(alerts(access("environ_read", "stranger", "denied")), ElementsAre(kEnvironDenied));
  EXPECT_THAT(alerts(access("environ_read", "stranger", "blocked")), ElementsAre(kEnvironDenied));
  EXPECT_THAT(alerts(access("environ_read", "descendant", "allowed", kFromServer)), ElementsAre(kEnvironAbove));
  for (const char* harmless : {"self", "launcher", "same_server"}) {
    EXPECT_THAT(alerts(access("environ_read", harmless)), IsEmpty()) << harmless;
  }
  EXPECT_THAT(alerts(access("environ_read", "stranger", "allowed", {})), IsEmpty());
  EXPECT_THAT(alerts(access("environ_read", "stranger", "denied", {})), IsEmpty());
  EXPECT_THAT(alerts(access("environ_read", "descendant", "allowed", {})), IsEmpty());
}

TEST_F(ShippedRules, MemoryAndDescriptors) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"memory_read", kMemoryRead}, {"memory_write", kMemoryWrite}, {"fd_steal", kFdSteal}, {"listen", kDebugger}};
  for (auto [behavior, title] : cases) {
    for (const char* outcome : {"allowed", "denied"}) {
      EXPECT_THAT(alerts(access(behavior, "stranger", outcome)), ElementsAre(title));
      EXPECT_THAT(alerts(access(behavior, "descendant", outcome, kFromServer)), ElementsAre(title));
    }
    EXPECT_THAT(alerts(access(behavior, "self")), IsEmpty());
    EXPECT_THAT(alerts(access(behavior, "same_server")), IsEmpty());
    EXPECT_THAT(alerts(access(behavior, "stranger", "allowed", {})), IsEmpty());
  }
  EXPECT_THAT(alerts(access("memory_write", "launcher")), ElementsAre(kMemoryWrite));
  EXPECT_THAT(alerts(access("memory_read", "launcher")), IsEmpty());
}

TEST_F(ShippedRules, Ptrace) {
  for (const char* relation : {"stranger", "launcher", "same_server", "descendant"}) {
    EXPECT_THAT(alerts(access("ptrace_attach", relation)), ElementsAre(kPtrace));
    EXPECT_THAT(alerts(access("ptrace_attach", relation, "denied")), ElementsAre(kPtraceDenied));
  }
  EXPECT_THAT(alerts(access("ptrace_attach", "descendant", "allowed", kFromServer)), ElementsAre(kPtrace));
  EXPECT_THAT(alerts(access("ptrace_attach", "self")), IsEmpty());
  EXPECT_THAT(alerts(access("ptrace_attach", "stranger", "allowed", {})), IsEmpty());
}

TEST_F(ShippedRules, CoreDump) {
  EXPECT_THAT(alerts(access("core_dump", "self")), ElementsAre(kCoreDump));
  EXPECT_THAT(alerts(access("core_dump", "stranger")), ElementsAre(kCoreDump));
  EXPECT_THAT(alerts(access("core_dump", "self", "allowed", {})), IsEmpty());
}

TEST_F(ShippedRules, Egress) {
  EXPECT_THAT(alerts(egress("undeclared")), ElementsAre(kUndeclared));
  EXPECT_THAT(alerts(egress("new")), ElementsAre(kNew));
  for (const char* fine : {"expected", "declared", "known", ""}) {
    EXPECT_THAT(alerts(egress(fine)), IsEmpty()) << fine;
  }
  EXPECT_THAT(alerts(egress("new", {})), IsEmpty());
  EXPECT_THAT(alerts(egress("undeclared", {})), IsEmpty());
}

TEST_F(ShippedRules, RawSocket) {
  EXPECT_THAT(alerts(testing::record(Category::kRawSocket, {{Field::kMcpServer, "x"}})), ElementsAre(kRawSocket));
  EXPECT_THAT(alerts(testing::record(Category::kRawSocket, {})), IsEmpty());
}

TEST_F(ShippedRules, NoEventGivesTwoAlerts) {
  const Values both = {{Field::kMcpServer, "a"}, {Field::kMcpServerGuid, "g"}, {Field::kMcpSourceServer, "b"}};
  for (const char* behavior :
       {"environ_read", "memory_read", "memory_write", "ptrace_attach", "fd_steal", "core_dump"}) {
    for (const char* relation : {"self", "launcher", "descendant", "same_server", "stranger"}) {
      for (const char* outcome : {"allowed", "denied", "blocked"}) {
        EXPECT_LE(alerts(access(behavior, relation, outcome, both)).size(), 1U)
            << behavior << " " << relation << " " << outcome;
      }
    }
  }
}

TEST_F(ShippedRules, ReadThenSent) {
  for (const char* sent : {"new", "known", "undeclared", ""}) {
    Matcher matcher(shipped().rules);
    EXPECT_THAT(titles(matcher.match(access("environ_read", "stranger"), 1)), ElementsAre(kEnviron));
    auto found = matcher.match(reader_egress(sent), 2);
    EXPECT_THAT(titles(found), ElementsAre(kReadThenSent)) << sent;
    EXPECT_THAT(found[0].event_ids, ElementsAre(1, 2));
  }
}

TEST_F(ShippedRules, ReadThenNothingOfNote) {
  Matcher matcher(shipped().rules);
  matcher.match(access("environ_read", "stranger"), 1);
  EXPECT_THAT(matcher.match(reader_egress("expected"), 2), IsEmpty());
  Record late = reader_egress("new");
  late.time_ns = 100 * testing::kSecond + 301 * testing::kSecond;
  EXPECT_THAT(matcher.match(late, 3), IsEmpty());

  Matcher refused(shipped().rules);
  refused.match(access("environ_read", "stranger", "denied"), 1);
  EXPECT_THAT(refused.match(reader_egress("new"), 2), IsEmpty());

  Matcher other(shipped().rules);
  other.match(access("environ_read", "stranger"), 1);
  Record stranger = reader_egress("new");
  stranger.set(Field::kProcessGuid, "someone else");
  EXPECT_THAT(other.match(stranger, 2), IsEmpty());
}

TEST_F(ShippedRules, DescendantReadsThenSends) {
  Matcher matcher(shipped().rules);
  matcher.match(access("memory_read", "descendant", "allowed", kFromServer), 1);
  Record sent = egress("known");
  sent.set(Field::kProcessGuid, "reader");
  EXPECT_THAT(titles(matcher.match(sent, 2)), ElementsAre(kReadThenSent));
}

TEST_F(ShippedRules, AccessedThenSent) {
  Matcher matcher(shipped().rules);
  matcher.match(access("memory_write", "stranger"), 1);
  EXPECT_THAT(titles(matcher.match(egress("undeclared"), 2)), ElementsAre(kUndeclared, kAccessedThenSent));

  Matcher quiet(shipped().rules);
  quiet.match(access("environ_read", "stranger"), 1);
  EXPECT_THAT(quiet.match(egress("known"), 2), IsEmpty());
  Record other = egress("new");
  other.set(Field::kMcpServerGuid, "s2");
  EXPECT_THAT(titles(quiet.match(other, 3)), ElementsAre(kNew));
  EXPECT_THAT(titles(quiet.match(egress("new"), 4)), ElementsAre(kNew, kAccessedThenSent));
}

Record root_reader(const std::string& image, const std::string& command_line = "") {
  Record event = access("environ_read", "stranger");
  event.set(Field::kSourceUserId, "0");
  event.set(Field::kSourceImage, image);
  event.set(Field::kSourceCommandLine, command_line);
  return event;
}

TEST_F(ShippedRules, HarmlessReadersAreExcepted) {
  for (const char* image : {"/usr/bin/ps", "/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd-coredump",
                            "/usr/bin/osqueryd", "/opt/osquery/bin/osqueryd", "/usr/bin/falco"}) {
    EXPECT_THAT(alerts(root_reader(image)), IsEmpty()) << image;
    Record user = root_reader(image);
    user.set(Field::kSourceUserId, "1000");
    EXPECT_THAT(alerts(user), ElementsAre(kEnviron)) << image;
    Record memory = root_reader(image);
    memory.set(Field::kMcpBehavior, "memory_read");
    EXPECT_THAT(alerts(memory), ElementsAre(kMemoryRead)) << image;
  }
  EXPECT_THAT(alerts(root_reader("/usr/bin/perl", "/usr/bin/perl /usr/sbin/needrestart -m u")), IsEmpty());
  EXPECT_THAT(alerts(root_reader("/usr/bin/perl", "/usr/bin/perl -w /usr/sbin/needrestart")), IsEmpty());
}

TEST_F(ShippedRules, LookalikesAreNot) {
  for (const char* image : {"/tmp/ps", "/home/a/usr/bin/ps", "/usr/bin/ps (deleted)", "/usr/bin/psx"}) {
    EXPECT_THAT(alerts(root_reader(image)), ElementsAre(kEnviron)) << image;
  }
  EXPECT_THAT(alerts(root_reader("/usr/bin/perl", "/usr/bin/perl -e 1 /usr/sbin/needrestart")), ElementsAre(kEnviron));
  EXPECT_THAT(alerts(root_reader("/usr/bin/perl", "/usr/bin/perl /tmp/usr/sbin/needrestart")), ElementsAre(kEnviron));
  EXPECT_THAT(alerts(root_reader("/tmp/perl", "/usr/bin/perl /usr/sbin/needrestart")), ElementsAre(kEnviron));
}

TEST_F(ShippedRules, ExceptedReadersStartNoCorrelation) {
  Matcher matcher(shipped().rules);
  matcher.match(root_reader("/usr/bin/osqueryd"), 1);
  EXPECT_THAT(matcher.match(reader_egress("new"), 2), IsEmpty());
}

}  // namespace
}  // namespace vedette::rules
