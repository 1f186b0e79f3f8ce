// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <map>
#include <set>

namespace vedette {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kMillisecond = 1'000'000;
constexpr int64_t kClockOffset = 1'700'000'000'000'000'000;
constexpr uint32_t kNodeUid = 1000;
constexpr uint32_t kOtherUid = 1001;

constexpr const char* kReadTitle = "Environment of MCP Server Read by Unrelated Process";
constexpr const char* kReadAboveTitle = "MCP Server Read Environment of Process Above It";
constexpr const char* kDeniedTitle = "Environment of MCP Server Denied to Unrelated Process";
constexpr const char* kMemoryTitle = "Memory of MCP Server Read by Another Process";
constexpr const char* kUndeclaredTitle = "MCP Server Sent to Undeclared Destination";
constexpr const char* kNewTitle = "MCP Server Sent to New Destination";
constexpr const char* kReadThenSentTitle = "Secret of MCP Server Read, Then Sent Out by Reader";
constexpr const char* kAccessedThenSentTitle = "MCP Server Accessed, Then Sent Somewhere New";

std::shared_ptr<const rules::RuleSet> shipped_rules() {
  static const auto kRules = [] {
    auto sources = rules::read_rules({VEDETTE_SOURCE_DIR "/rules"});
    auto compiled = rules::compile(sources.value());
    EXPECT_TRUE(compiled.errors.empty());
    return compiled.rules;
  }();
  return kRules;
}

std::shared_ptr<const servers::Signatures> shipped_signatures() {
  static const auto kLoaded = servers::load_signatures({VEDETTE_SOURCE_DIR "/rules"});
  EXPECT_TRUE(kLoaded.errors.empty());
  return kLoaded.signatures;
}

// A /proc whose processes the test decides.
class FakeProc : public ProcSource {
 public:
  bool describe(ExecEvent& event) override { return processes.contains(event.process.pid); }
  std::optional<ExecEvent> find(uint32_t pid) override {
    auto it = processes.find(pid);
    return it == processes.end() ? std::nullopt : std::optional(it->second);
  }
  uint32_t thread_group(uint32_t tid) override {
    auto it = leaders.find(tid);
    return it == leaders.end() ? 0 : it->second;
  }

  std::map<uint32_t, ExecEvent> processes;
  std::map<uint32_t, uint32_t> leaders;  // by thread
};

struct Judged {
  ProcessId id;
  Judgement judgement;
  uint32_t exec_id;

  bool operator==(const Judged&) const = default;
};

Context sample_context() {
  Context context;
  context.host = {.name = "host", .machine_id = "machine", .boot_id = "boot"};
  context.clock_offset_ns = kClockOffset;
  context.fold_window_ns = 10 * kSecond;
  context.users = {{0, "root"}, {kNodeUid, "ann"}, {kOtherUid, "mallory"}};
  context.resolvers = {"192.0.2.53"};
  context.declared = {
      {.name = "weather", .match = {.command_line = "*weather-server*"}},
      {.name = "listed", .match = {.command_line = "*listed-server*"}, .egress = {"203.0.113.0/24:443"}}};
  return context;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() : pipeline_(shipped_rules(), shipped_signatures(), &proc_, hooks()) {}

  PipelineHooks hooks() {
    return {.judged = [this](const ProcessId& id, Judgement judgement,
                             uint32_t exec_id) { judged_.push_back({id, judgement, exec_id}); },
            .alert = [this](Alert alert) { alerts_.push_back(std::move(alert)); },
            .event = [this](Behavior behavior, uint64_t count) { events_[behavior] += count; },
            .lost = [this](const LossEvent& loss) { lost_ += loss.count; },
            .decided = [this](uint64_t time_ns) { decided_.push_back(time_ns); }};
  }

  uint64_t tick() { return now_ += kMillisecond; }
  void feed(const Event& event) {
    fed_.push_back(event);
    pipeline_.handle(event);
  }

  void context(const Context& context = sample_context()) {
    feed(ContextEvent{.time_ns = tick(), .json = to_json(context)});
  }
  ExecEvent image(const ProcessId& id, const ProcessId& parent, std::vector<std::string> args, uint32_t uid) {
    return {.time_ns = tick(),
            .process = id,
            .parent = parent,
            .uid = uid,
            .exec_id = id.pid + 1,
            .args = args,
            .executable = "/usr/bin/" + args.at(0),
            .cwd = "/"};
  }
  void exec(const ProcessId& id, const ProcessId& parent, const std::vector<std::string>& args,
            uint32_t uid = kNodeUid) {
    feed(image(id, parent, args, uid));
  }
  void fork(const ProcessId& parent, const ProcessId& child, uint32_t uid = kNodeUid) {
    feed(ForkEvent{.time_ns = tick(), .process = child, .parent = parent, .uid = uid, .exec_id = child.pid + 1});
  }
  void exit(const ProcessId& id) { feed(ExitEvent{.time_ns = tick(), .process = id}); }

  AccessEvent access(const ProcessId& actor, const ProcessId& target, Behavior behavior = Behavior::kEnvironRead) {
    uint64_t time = tick();
    return {
        .time_ns = time, .first_ns = time, .behavior = behavior, .actor = actor, .uid = kOtherUid, .target = target};
  }
  void read(const ProcessId& actor, const ProcessId& target) { feed(access(actor, target)); }
  void denied_by_path(const ProcessId& actor, const std::string& path, const ProcessId& base = {}) {
    AccessEvent event = access(actor, base);
    event.outcome = Outcome::kDenied;
    event.result = -EACCES;
    event.target_path = path;
    feed(event);
  }
  void memory_by_number(const ProcessId& actor, uint32_t number) {
    AccessEvent event = access(actor, {number, 0}, Behavior::kMemoryRead);
    event.outcome = Outcome::kDenied;
    event.result = -EPERM;
    event.target_by_number = true;
    feed(event);
  }
  void send(const ProcessId& actor, const std::string& address, uint16_t port = 443,
            const std::string& protocol = "tcp") {
    uint64_t time = tick();
    feed(NetworkEvent{.time_ns = time,
                      .first_ns = time,
                      .actor = actor,
                      .uid = kNodeUid,
                      .protocol = protocol,
                      .address = address,
                      .port = port});
  }

  // A client that started the server, and a reader that has nothing to do with either.
  void start_weather() {
    context();
    exec(client_, init_, {"claude"});
    fork(client_, server_);
    exec(server_, client_, {"node", "/srv/weather-server.js"});
    exec(reader_, shell_, {"cat", "-"}, kOtherUid);
  }
  void start_listed() {
    context();
    exec(server_, client_, {"node", "/srv/listed-server.js"});
    exec(reader_, shell_, {"cat", "-"}, kOtherUid);
  }

  [[nodiscard]] std::vector<std::string> titles() const {
    std::vector<std::string> result;
    for (const Alert& alert : alerts_) {
      result.push_back(alert.rule.title);
    }
    return result;
  }
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> result;
    for (const Alert& alert : alerts_) {
      result.push_back(alert.id);
    }
    return result;
  }
  // Of that process, oldest first.
  [[nodiscard]] std::vector<Judged> judged(const ProcessId& id) const {
    std::vector<Judged> result;
    std::ranges::copy_if(judged_, std::back_inserter(result), [&](const Judged& one) { return one.id == id; });
    return result;
  }

  uint64_t now_ = 1000 * kSecond;
  ProcessId init_{1, 1 * kSecond};
  ProcessId client_{100, 100 * kSecond};
  ProcessId server_{200, 200 * kSecond};
  ProcessId shell_{800, 800 * kSecond};
  ProcessId reader_{900, 900 * kSecond};

  FakeProc proc_;
  std::vector<Event> fed_;
  std::vector<Judged> judged_;
  std::vector<Alert> alerts_;
  std::map<Behavior, uint64_t> events_;
  std::vector<uint64_t> decided_;
  uint64_t lost_ = 0;
  Pipeline pipeline_;
};

TEST_F(PipelineTest, ADeclaredServerIsRecognised) {
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

TEST_F(PipelineTest, AServerIsRecognisedByItsSignature) {
  context();
  exec(server_, client_, {"npx", "-y", "@modelcontextprotocol/server-github"});
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_THAT(pipeline_.servers()[0]->recognition.evidence, Contains("signature"));
}

TEST_F(PipelineTest, AServerThatRanBeforeIsRecognisedWhenTheContextComes) {
  exec(server_, client_, {"node", "/srv/weather-server.js"});
  fork(server_, {201, 201 * kSecond});
  EXPECT_THAT(pipeline_.servers(), IsEmpty());
  context();
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->members, 2U);
  EXPECT_EQ(judged(server_).back().judgement, Judgement::kServer);
  EXPECT_EQ(judged({201, 201 * kSecond}).back().judgement, Judgement::kServer);
}

TEST_F(PipelineTest, AnUnreadableContextChangesNothing) {
  start_weather();
  for (const auto* json : {"", "{", "[]", "null", "{\"host\":7}"}) {
    feed(ContextEvent{.time_ns = tick(), .json = json});
  }
  EXPECT_EQ(pipeline_.context().host.name, "host");
  read(reader_, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(PipelineTest, AStrangersReadIsOneHighAlert) {
  start_weather();
  read(reader_, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kHigh);
  EXPECT_EQ(alert.behavior, Behavior::kEnvironRead);
  EXPECT_EQ(alert.outcome, Outcome::kAllowed);
  EXPECT_EQ(alert.host.name, "host");
  EXPECT_EQ(alert.time, now_ + kClockOffset);
  EXPECT_EQ(alert.count, 1U);
  EXPECT_THAT(alert.events, IsEmpty());
  EXPECT_FALSE(alert.network);
  EXPECT_FALSE(alert.message.empty());
}

TEST_F(PipelineTest, AnAlertTellsActorTargetAndServer) {
  start_weather();
  read(reader_, server_);
  ASSERT_THAT(alerts_, SizeIs(1));
  const Alert& alert = alerts_[0];
  ASSERT_TRUE(alert.actor && alert.target && alert.server);
  EXPECT_EQ(alert.actor->pid, 900U);
  EXPECT_EQ(alert.actor->start_time, 900 * kSecond + kClockOffset);
  EXPECT_EQ(alert.actor->executable, "/usr/bin/cat");
  EXPECT_EQ(alert.actor->command_line, "cat -");
  EXPECT_EQ(alert.actor->uid, kOtherUid);
  EXPECT_EQ(alert.actor->user, "mallory");
  EXPECT_EQ(alert.actor->server, "");
  EXPECT_EQ(alert.target->pid, 200U);
  EXPECT_EQ(alert.target->executable, "/usr/bin/node");
  EXPECT_EQ(alert.target->user, "ann");
  EXPECT_EQ(alert.target->server, "weather");
  ASSERT_THAT(alert.target->ancestors, SizeIs(1));
  EXPECT_EQ(alert.target->ancestors[0].pid, 100U);
  EXPECT_EQ(alert.server->name, "weather");
  EXPECT_EQ(alert.server->pid, 200U);
  EXPECT_EQ(pipeline_.servers()[0]->alerts, 1U);
}

TEST_F(PipelineTest, WhoActedIsAsTheEventSays) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.uid = 0;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].actor->uid, 0U);
  EXPECT_EQ(alerts_[0].actor->user, "root");
}

TEST_F(PipelineTest, WhoOpenedWhatAnotherReadIsNamed) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.opener = client_;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  ASSERT_TRUE(alerts_[0].opener);
  EXPECT_EQ(alerts_[0].opener->pid, 100U);
}

TEST_F(PipelineTest, ACountedReadSaysHowMany) {
  start_weather();
  AccessEvent event = access(reader_, server_);
  event.count = 5;
  event.first_ns = event.time_ns - 100;
  feed(event);
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].count, 5U);
  EXPECT_EQ(alerts_[0].first_seen, alerts_[0].time - 100);
  EXPECT_EQ(events_[Behavior::kEnvironRead], 5U);
}

TEST_F(PipelineTest, TheLauncherMayRead) {
  start_weather();
  read(client_, server_);
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(PipelineTest, AServerMayReadItself) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  read(child, server_);
  read(server_, child);
  EXPECT_THAT(titles(), Not(Contains(kReadTitle)));
}

TEST_F(PipelineTest, AServerThatReadsItsClientIsToldOf) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  read(child, client_);
  ASSERT_THAT(titles(), ElementsAre(kReadAboveTitle));
  EXPECT_EQ(alerts_[0].actor->server, "weather");
  EXPECT_EQ(alerts_[0].target->pid, 100U);
  EXPECT_EQ(alerts_[0].server->name, "weather");
}

TEST_F(PipelineTest, ReadsAmongOthersAreNoMatter) {
  start_weather();
  read(reader_, client_);
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(decided_, IsEmpty());
}

TEST_F(PipelineTest, TheTargetOfADeniedPathIsFound) {
  for (const auto* path : {"/proc/200/environ", "/proc/200/task/200/environ", "200/environ", "task/200/environ"}) {
    alerts_.clear();
    start_weather();
    denied_by_path(reader_, path);
    pipeline_.finish();
    ASSERT_THAT(titles(), ElementsAre(kDeniedTitle)) << path;
    EXPECT_EQ(alerts_[0].rule.level, Level::kMedium);
    EXPECT_EQ(alerts_[0].outcome, Outcome::kDenied);
    EXPECT_EQ(alerts_[0].target->pid, 200U);
  }
}

TEST_F(PipelineTest, TheTargetOfADeniedPathInADirectoryIsItsOwner) {
  start_weather();
  denied_by_path(reader_, "environ", server_);
  EXPECT_THAT(titles(), ElementsAre(kDeniedTitle));
}

TEST_F(PipelineTest, PathsThatNameNobodyAreNoMatter) {
  start_weather();
  for (const auto* path : {"/proc/self/environ", "/proc/thread-self/environ", "/proc/4711/environ", "environ",
                           "/environ", "/proc/200x/environ", "/proc/99999999999/environ", "/", "//"}) {
    denied_by_path(reader_, path);
  }
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(PipelineTest, AThreadsNumberLeadsToItsProcess) {
  start_weather();
  proc_.leaders[207] = 200;
  denied_by_path(reader_, "/proc/207/environ");
  memory_by_number(reader_, 207);
  ASSERT_THAT(titles(), ElementsAre(kDeniedTitle, kMemoryTitle));
  EXPECT_EQ(alerts_[1].target->pid, 200U);
}

TEST_F(PipelineTest, TheTargetOfANumberIsFound) {
  start_weather();
  memory_by_number(reader_, 200);
  ASSERT_THAT(titles(), ElementsAre(kMemoryTitle));
  EXPECT_EQ(alerts_[0].target->pid, 200U);
  EXPECT_EQ(alerts_[0].target->start_time, 200 * kSecond + kClockOffset);
  EXPECT_EQ(alerts_[0].outcome, Outcome::kDenied);
  memory_by_number(reader_, 4711);
  memory_by_number(reader_, 0);
  EXPECT_THAT(alerts_, SizeIs(1));
}

TEST_F(PipelineTest, NumbersAreThoseOfTheActorsNamespace) {
  context();
  ExecEvent inside = image(server_, client_, {"node", "weather-server"}, kNodeUid);
  inside.pid_namespace = 4026532000;
  inside.namespace_pid = 5;
  feed(inside);
  ExecEvent actor = image(reader_, shell_, {"cat"}, kOtherUid);
  actor.pid_namespace = 4026532000;
  actor.namespace_pid = 6;
  feed(actor);
  memory_by_number(reader_, 200);
  EXPECT_THAT(titles(), IsEmpty());
  memory_by_number(reader_, 5);
  EXPECT_THAT(titles(), ElementsAre(kMemoryTitle));
}

TEST_F(PipelineTest, APidUsedAgainIsNoServer) {
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

TEST_F(PipelineTest, AnEventThatComesAfterThePidIsUsedAgainMeansTheServer) {
  start_weather();
  exit(server_);
  exec({server_.pid, 950 * kSecond}, shell_, {"vim"});
  read(reader_, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].target->executable, "/usr/bin/node");
  EXPECT_EQ(alerts_[0].server->name, "weather");
}

TEST_F(PipelineTest, AlertsAreCountedForTheServerThatHasThePidNow) {
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

TEST_F(PipelineTest, ChildrenBelongToTheServerAlsoWhenTheirParentIsGone) {
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

TEST_F(PipelineTest, AServerLivesWhileAProcessOfItLives) {
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

TEST_F(PipelineTest, AnotherServerBelowAServerIsPartOfIt) {
  start_weather();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  exec(child, server_, {"npx", "-y", "@modelcontextprotocol/server-github"});
  ASSERT_THAT(pipeline_.servers(), SizeIs(1));
  EXPECT_EQ(pipeline_.servers()[0]->recognition.name, "weather");
}

TEST_F(PipelineTest, WhatADeclaredServerMaySendToIsNoMatter) {
  start_listed();
  EXPECT_TRUE(pipeline_.servers().at(0)->has_egress_list);
  send(server_, "203.0.113.5");
  send(server_, "127.0.0.1", 8080);
  send(server_, "192.0.2.53", 53, "udp");
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(decided_, SizeIs(3));
  EXPECT_EQ(events_[Behavior::kEgress], 3U);
}

TEST_F(PipelineTest, AnUndeclaredDestinationIsHigh) {
  start_listed();
  send(server_, "198.51.100.1", 8443);
  ASSERT_THAT(titles(), ElementsAre(kUndeclaredTitle));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.rule.level, Level::kHigh);
  ASSERT_TRUE(alert.network);
  EXPECT_EQ(alert.network->protocol, "tcp");
  EXPECT_EQ(alert.network->address, "198.51.100.1");
  EXPECT_EQ(alert.network->port, 8443);
  EXPECT_EQ(alert.server->name, "listed");
  EXPECT_EQ(alert.actor->pid, 200U);
  EXPECT_FALSE(alert.target);
}

TEST_F(PipelineTest, ANewDestinationIsLowAndToldOnce) {
  start_weather();
  send(server_, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kNewTitle));
  EXPECT_EQ(alerts_[0].rule.level, Level::kLow);
  now_ += 3600 * kSecond;
  send(server_, "198.51.100.1");
  pipeline_.finish();
  EXPECT_THAT(alerts_, SizeIs(1));
  send(server_, "198.51.100.2");
  EXPECT_THAT(titles(), ElementsAre(kNewTitle, kNewTitle));
}

TEST_F(PipelineTest, SendingOfAServersChildIsTheServers) {
  start_listed();
  ProcessId child{201, 201 * kSecond};
  fork(server_, child);
  send(child, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kUndeclaredTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 201U);
  EXPECT_EQ(alerts_[0].server->pid, 200U);
}

TEST_F(PipelineTest, LookingForARouteSendsNothing) {
  start_listed();
  send(server_, "198.51.100.1", 0, "udp");
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(PipelineTest, OthersMaySendWhereTheyLike) {
  start_weather();
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_EQ(events_[Behavior::kEgress], 0U);
}

TEST_F(PipelineTest, ARawSocketOfAServerIsHigh) {
  start_weather();
  feed(NetworkEvent{.time_ns = tick(), .behavior = Behavior::kRawSocket, .actor = server_, .protocol = "packet"});
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].behavior, Behavior::kRawSocket);
  EXPECT_EQ(alerts_[0].rule.level, Level::kHigh);
  EXPECT_EQ(alerts_[0].network->protocol, "packet");
  EXPECT_FALSE(alerts_[0].network->port);
}

TEST_F(PipelineTest, AReaderThatSendsIsCritical) {
  start_weather();
  read(reader_, server_);
  uint64_t read_at = now_;
  now_ += kSecond;
  send(reader_, "198.51.100.1");
  ASSERT_THAT(titles(), ElementsAre(kReadTitle, kReadThenSentTitle));
  const Alert& alert = alerts_[1];
  EXPECT_EQ(alert.rule.level, Level::kCritical);
  ASSERT_THAT(alert.events, SizeIs(2));
  EXPECT_EQ(alert.events[0].behavior, Behavior::kEnvironRead);
  EXPECT_EQ(alert.events[0].time, read_at + kClockOffset);
  EXPECT_EQ(alert.events[0].target->pid, 200U);
  EXPECT_EQ(alert.events[1].behavior, Behavior::kEgress);
  EXPECT_EQ(alert.events[1].time, now_ + kClockOffset);
  EXPECT_EQ(alert.events[1].network->address, "198.51.100.1");
  EXPECT_EQ(alert.actor->pid, 900U);
  EXPECT_EQ(alert.first_seen, alert.events[0].time);
  EXPECT_EQ(alert.last_seen, alert.events[1].time);
}

TEST_F(PipelineTest, AReaderThatExecsAnotherProgramAndSendsIsCritical) {
  start_weather();
  read(reader_, server_);
  exec(reader_, shell_, {"curl", "https://example.com"}, kOtherUid);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadThenSentTitle));
}

TEST_F(PipelineTest, EvidenceOutlivesSweeping) {
  start_weather();
  read(reader_, server_);
  uint64_t read_at = now_;
  for (int i = 0; i < 4; ++i) {
    now_ += 30 * kSecond;
    pipeline_.advance(now_);
  }
  send(reader_, "198.51.100.1");
  ASSERT_THAT(titles(), Contains(kReadThenSentTitle));
  ASSERT_THAT(alerts_.back().events, SizeIs(2));
  EXPECT_EQ(alerts_.back().events[0].time, read_at + kClockOffset);
}

TEST_F(PipelineTest, AReaderThatSendsHomeIsNoCorrelation) {
  start_weather();
  read(reader_, server_);
  send(reader_, "127.0.0.1");
  send(reader_, "192.0.2.53", 53, "udp");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(PipelineTest, AReaderThatWasDeniedIsNoSuspect) {
  start_weather();
  denied_by_path(reader_, "/proc/200/environ");
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kDeniedTitle));
  EXPECT_THAT(judged(reader_), Not(Contains(testing::Field(&Judged::judgement, Judgement::kSuspect))));
}

TEST_F(PipelineTest, AServerThatSendsAfterItWasReadIsTold) {
  start_weather();
  read(reader_, server_);
  send(server_, "198.51.100.1");
  EXPECT_THAT(titles(), testing::UnorderedElementsAre(kReadTitle, kNewTitle, kAccessedThenSentTitle));
}

TEST_F(PipelineTest, SuspicionDoesNotPassToTheNextOwnerOfThePid) {
  start_weather();
  read(reader_, server_);
  exit(reader_);
  ProcessId later{reader_.pid, 990 * kSecond};
  exec(later, shell_, {"curl"}, kOtherUid);
  send(later, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(PipelineTest, AReaderThatExitsAtOnceIsStillKnown) {
  start_weather();
  ProcessId brief{901, 999 * kSecond};
  fork(shell_, brief, kOtherUid);
  exec(brief, shell_, {"strings", "/proc/200/environ"}, kOtherUid);
  exit(brief);
  read(brief, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->executable, "/usr/bin/strings");
  EXPECT_EQ(alerts_[0].actor->command_line, "strings /proc/200/environ");
}

TEST_F(PipelineTest, AReaderNobodyKnowsIsToldByItsPid) {
  start_weather();
  read({4711, 999 * kSecond}, server_);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 4711U);
  EXPECT_EQ(alerts_[0].actor->executable, "");
}

TEST_F(PipelineTest, WhatTheKernelDidNotTellProcMay) {
  start_weather();
  ProcessId missed{300, 300 * kSecond + 7 * kMillisecond};
  ExecEvent found = image({300, 300 * kSecond}, {client_.pid, 0}, {"node", "weather-server"}, kNodeUid);
  proc_.processes[300] = found;
  read(reader_, missed);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].target->executable, "/usr/bin/node");
  EXPECT_EQ(alerts_[0].target->start_time, missed.start_ns + kClockOffset);
  EXPECT_EQ(pipeline_.processes().find(missed)->parent, client_);
}

TEST_F(PipelineTest, ProcIsNotBelievedOfALaterProcess) {
  start_weather();
  proc_.processes[300] = image({300, 400 * kSecond}, {client_.pid, 0}, {"node", "weather-server"}, kNodeUid);
  read(reader_, {300, 300 * kSecond});
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_EQ(pipeline_.processes().find({300, 300 * kSecond})->executable, "");
}

TEST_F(PipelineTest, ATargetThatFillsTheTableDoesNotCostTheActor) {
  exec(reader_, shell_, {"cat"}, kOtherUid);
  context();
  uint32_t pid = 100'000;
  while (pipeline_.processes().size() < pipeline_.processes().capacity()) {
    pipeline_.handle(ForkEvent{.time_ns = now_, .process = {++pid, now_}, .parent = init_});
  }
  proc_.processes[300] = image({300, 300 * kSecond}, {}, {"node", "weather-server"}, kNodeUid);
  read(reader_, {300, 300 * kSecond});
  ASSERT_THAT(titles(), ElementsAre(kReadTitle));
  EXPECT_EQ(alerts_[0].actor->pid, 900U);
}

TEST_F(PipelineTest, LossIsToldByTheNextAlertOnce) {
  start_weather();
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "alert_ring_full", .count = 3, .hides_alerts = true});
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "read_fault", .count = 1, .hides_alerts = true});
  feed(LossEvent{.time_ns = tick(), .stage = "kernel", .reason = "process_ring_full", .count = 50});
  EXPECT_EQ(lost_, 54U);
  read(reader_, server_);
  send(server_, "198.51.100.1");
  ASSERT_GE(alerts_.size(), 2U);
  EXPECT_EQ(alerts_[0].lost_before, 4U);
  EXPECT_EQ(alerts_[1].lost_before, 0U);
}

TEST_F(PipelineTest, RepeatedReadsAreFolded) {
  start_weather();
  for (int i = 0; i < 5; ++i) {
    read(reader_, server_);
  }
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_EQ(alerts_[0].count, 1U);
  uint64_t last = now_;
  pipeline_.advance(now_ + 5 * kSecond);
  EXPECT_THAT(alerts_, SizeIs(1));
  pipeline_.advance(now_ + 11 * kSecond);
  ASSERT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
  EXPECT_EQ(alerts_[1].count, 4U);
  EXPECT_EQ(alerts_[1].last_seen, last + kClockOffset);
  EXPECT_NE(alerts_[1].id, alerts_[0].id);
}

TEST_F(PipelineTest, FinishTellsWhatIsFolded) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  pipeline_.finish();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
  pipeline_.finish();
  EXPECT_THAT(alerts_, SizeIs(2));
}

TEST_F(PipelineTest, DifferentReadersAreNotFolded) {
  start_weather();
  ProcessId second{901, 901 * kSecond};
  exec(second, shell_, {"cat"}, kOtherUid);
  read(reader_, server_);
  read(second, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
}

TEST_F(PipelineTest, WithoutWindowEachIsTold) {
  Context unfolded = sample_context();
  unfolded.fold_window_ns = 0;
  start_weather();
  context(unfolded);
  read(reader_, server_);
  read(reader_, server_);
  EXPECT_THAT(titles(), ElementsAre(kReadTitle, kReadTitle));
}

TEST_F(PipelineTest, EachProcessIsJudged) {
  start_weather();
  EXPECT_THAT(judged(client_), ElementsAre(Judged{client_, Judgement::kIgnored, 101}));
  EXPECT_THAT(judged(server_),
              ElementsAre(Judged{server_, Judgement::kIgnored, 201}, Judged{server_, Judgement::kServer, 201}));
  EXPECT_THAT(judged(reader_), ElementsAre(Judged{reader_, Judgement::kIgnored, 901}));
}

TEST_F(PipelineTest, ChildrenAreJudgedAsTheirParent) {
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

TEST_F(PipelineTest, AReaderIsJudgedSuspectOnceAndSoAreItsChildren) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  ProcessId child{902, 902 * kSecond};
  fork(reader_, child, kOtherUid);
  EXPECT_THAT(judged(reader_),
              ElementsAre(Judged{reader_, Judgement::kIgnored, 901}, Judged{reader_, Judgement::kSuspect, 0}));
  EXPECT_THAT(judged(child), ElementsAre(Judged{child, Judgement::kSuspect, 903}));
}

TEST_F(PipelineTest, AnotherImageOfAMemberIsAMemberStill) {
  start_weather();
  judged_.clear();
  exec(server_, client_, {"sh"});
  read(reader_, server_);
  EXPECT_THAT(judged(server_), Not(Contains(testing::Field(&Judged::judgement, Judgement::kIgnored))));
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(PipelineTest, EventsAreCounted) {
  start_weather();
  read(reader_, server_);
  exit(reader_);
  exit(reader_);
  exit({4711, 1});
  EXPECT_THAT(events_, Contains(Pair(Behavior::kProcessStart, 3)));
  EXPECT_THAT(events_, Contains(Pair(Behavior::kEnvironRead, 1)));
  EXPECT_THAT(events_, Contains(Pair(Behavior::kProcessExit, 1)));
  EXPECT_THAT(decided_, SizeIs(1));
}

TEST_F(PipelineTest, TheSameEventsGiveTheSameAlerts) {
  start_weather();
  read(reader_, server_);
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  send(server_, "198.51.100.2");
  pipeline_.finish();
  ASSERT_GE(alerts_.size(), 4U);
  auto first = ids();
  EXPECT_THAT(std::set<std::string>(first.begin(), first.end()), SizeIs(first.size()));
  alerts_.clear();
  Pipeline again(shipped_rules(), shipped_signatures(), nullptr, hooks());
  for (const Event& event : fed_) {
    again.handle(event);
  }
  again.finish();
  EXPECT_EQ(ids(), first);
}

TEST_F(PipelineTest, AnotherBootGivesOtherIds) {
  start_weather();
  read(reader_, server_);
  auto first = ids();
  alerts_.clear();
  Context rebooted = sample_context();
  rebooted.host.boot_id = "another";
  fed_[0] = ContextEvent{.time_ns = time_of(fed_[0]), .json = to_json(rebooted)};
  Pipeline again(shipped_rules(), shipped_signatures(), nullptr, hooks());
  for (const Event& event : fed_) {
    again.handle(event);
  }
  ASSERT_THAT(alerts_, SizeIs(1));
  EXPECT_NE(ids(), first);
}

TEST_F(PipelineTest, OtherRulesForgetWhatCorrelationsBegan) {
  start_weather();
  read(reader_, server_);
  pipeline_.use(shipped_rules());
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  EXPECT_THAT(titles(), Contains(kReadThenSentTitle));
}

TEST_F(PipelineTest, NeedsNoHooksAndNoProc) {
  start_weather();
  read(reader_, server_);
  send(reader_, "198.51.100.1");
  exit(server_);
  memory_by_number(reader_, 4711);
  feed(LossEvent{.count = 1});
  Pipeline silent(shipped_rules(), shipped_signatures(), nullptr, {});
  for (const Event& event : fed_) {
    silent.handle(event);
  }
  silent.finish();
  EXPECT_EQ(silent.processes().size(), pipeline_.processes().size());
}

}  // namespace
}  // namespace vedette
