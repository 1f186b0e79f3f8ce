// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"

namespace vedette {

inline constexpr uint64_t kSecond = 1'000'000'000;
inline constexpr uint64_t kMillisecond = 1'000'000;
inline constexpr int64_t kClockOffset = 1'700'000'000'000'000'000;
inline constexpr uint32_t kNodeUid = 1000;
inline constexpr uint32_t kOtherUid = 1001;

inline constexpr const char* kReadTitle = "Environment of MCP Server Read by Unrelated Process";
inline constexpr const char* kReadAboveTitle = "MCP Server Read Environment of Process Above It";
inline constexpr const char* kDeniedTitle = "Environment of MCP Server Denied to Unrelated Process";
inline constexpr const char* kMemoryTitle = "Memory of MCP Server Read by Another Process";
inline constexpr const char* kUndeclaredTitle = "MCP Server Sent to Undeclared Destination";
inline constexpr const char* kNewTitle = "MCP Server Sent to New Destination";
inline constexpr const char* kReadThenSentTitle = "Secret of MCP Server Read, Then Sent Out by Reader";
inline constexpr const char* kAccessedThenSentTitle = "MCP Server Accessed, Then Sent Somewhere New";

std::shared_ptr<const rules::RuleSet> shipped_rules();
std::shared_ptr<const servers::Signatures> shipped_signatures();
Context sample_context();

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

// Feeds a pipeline with the shipped rules what a host would, and keeps what it tells.
class PipelineFixture : public testing::Test {
 protected:
  PipelineFixture() : pipeline_(shipped_rules(), shipped_signatures(), &proc_, hooks()) {}

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

}  // namespace vedette
