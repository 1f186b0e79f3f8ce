// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Recognition = PipelineFixture;

TEST_F(Recognition, ADeclaredServerIsRecognised) {
  start_weather();
  auto servers = pipeline_.servers();
  ASSERT_THAT(servers, SizeIs(1));
  EXPECT_EQ(servers[0]->recognition.name, "weather");
  EXPECT_THAT(servers[0]->recognition.evidence, Contains("declared"));
  EXPECT_EQ(servers[0]->root, server_);
  EXPECT_EQ(servers[0]->command, "node /srv/weather-server.js");
  EXPECT_FALSE(servers[0]->has_egress_list);
  EXPECT_THAT(alerts_, IsEmpty());
}

TEST_F(Recognition, AServerIsRecognisedByItsSignature) {
  context();
  exec(server_, client_, {"npx", "-y", "@modelcontextprotocol/server-github"});
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_THAT(pipeline_.servers()[0]->recognition.evidence, Contains("signature"));
}

TEST_F(Recognition, AServerThatRanBeforeIsRecognisedWhenTheContextComes) {
  exec(server_, client_, {"node", "/srv/weather-server.js"});
  fork(server_, {201, 201 * kSecond});
  EXPECT_THAT(pipeline_.servers(), IsEmpty());
  context();
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->members, 2U);
  EXPECT_EQ(judged(server_).back().judgement, Judgement::kServer);
  EXPECT_EQ(judged({201, 201 * kSecond}).back().judgement, Judgement::kServer);
}

TEST_F(Recognition, AnUnreadableContextChangesNothing) {
  start_weather();
  for (const auto* json : {"", "{", "[]", "null", "{\"host\":7}"}) {
    feed(ContextEvent{.time_ns = tick(), .json = json});
  }
  EXPECT_EQ(pipeline_.context().host.name, "host");
  read(reader_, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(Recognition, APidUsedAgainIsNoServer) {
  start_weather();
  ProcessId later{server_.pid, 950 * kSecond};
  exit(server_);
  exec(later, shell_, {"vim"});
  read(reader_, later);
  memory_by_number(reader_, server_.pid);
  denied_by_path(reader_, "/proc/200/environ");
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(pipeline_.servers(), IsEmpty());
}

TEST_F(Recognition, AnEventThatComesAfterThePidIsUsedAgainMeansTheServer) {
  start_weather();
  exit(server_);
  exec({server_.pid, 950 * kSecond}, shell_, {"vim"});
  read(reader_, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].target->executable, "/usr/bin/node");
  EXPECT_EQ(alerts_[0].server->name, "weather");
}

TEST_F(Recognition, AlertsAreCountedForTheServerThatHasThePidNow) {
  start_weather();
  ProcessId root = server_;
  for (uint64_t start = 910; start < 920; ++start) {
    exit(root);
    root = {server_.pid, start * kSecond};
    exec(root, client_, {"node", "/srv/weather-server.js"});
  }
  read(reader_, root);
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->alerts, 1U);
}

TEST_F(Recognition, ChildrenBelongToTheServerAlsoWhenTheirParentIsGone) {
  start_weather();
  ProcessId middle{201, 201 * kSecond};
  ProcessId daemon{202, 202 * kSecond};
  fork(server_, middle);
  fork(middle, daemon);
  exit(middle);
  exec(daemon, init_, {"sh", "-c", "true"});
  read(reader_, daemon);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].target->pid, 202U);
  EXPECT_EQ(alerts_[0].server->name, "weather");
  EXPECT_EQ(alerts_[0].server->pid, 200U);
}

TEST_F(Recognition, AServerLivesWhileAProcessOfItLives) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  exit(server_);
  pipeline_.advance(now_ + 60 * kSecond);
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->members, 1U);
  exit(child);
  EXPECT_THAT(pipeline_.servers(), IsEmpty());
}

TEST_F(Recognition, AnotherServerBelowAServerIsPartOfIt) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  exec(child, server_, {"npx", "-y", "@modelcontextprotocol/server-github"});
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->recognition.name, "weather");
}

TEST_F(Recognition, EachProcessIsJudged) {
  start_weather();
  EXPECT_THAT(judged(client_), ElementsAre(Judged{client_, Judgement::kIgnored, 101}));
  EXPECT_THAT(judged(server_),
              ElementsAre(Judged{server_, Judgement::kIgnored, 201}, Judged{server_, Judgement::kServer, 201}));
  EXPECT_THAT(judged(reader_), ElementsAre(Judged{reader_, Judgement::kIgnored, 901}));
}

TEST_F(Recognition, ChildrenAreJudgedAsTheirParent) {
  start_weather();
  ProcessId member{201, 201 * kSecond};
  ProcessId other{902, 902 * kSecond};
  ProcessId orphan{903, 903 * kSecond};
  fork(server_, member);
  fork(reader_, other, kOtherUid);
  fork({5000, 1}, orphan);
  EXPECT_THAT(judged(member), ElementsAre(Judged{member, Judgement::kServer, 202}));
  EXPECT_THAT(judged(other), ElementsAre(Judged{other, Judgement::kIgnored, 903}));
  EXPECT_THAT(judged(orphan), IsEmpty());
}

TEST_F(Recognition, AReaderIsJudgedSuspectOnceAndSoAreItsChildren) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  ProcessId child{902, 902 * kSecond};
  fork(reader_, child, kOtherUid);
  EXPECT_THAT(judged(reader_),
              ElementsAre(Judged{reader_, Judgement::kIgnored, 901}, Judged{reader_, Judgement::kSuspect, 0}));
  EXPECT_THAT(judged(child), ElementsAre(Judged{child, Judgement::kSuspect, 903}));
}

TEST_F(Recognition, AnotherImageOfAMemberIsAMemberStill) {
  start_weather();
  judged_.clear();
  exec(server_, client_, {"sh"});
  read(reader_, server_);
  EXPECT_THAT(judged(server_), Not(Contains(testing::Field(&Judged::judgement, Judgement::kIgnored))));
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

}  // namespace
}  // namespace vedette
