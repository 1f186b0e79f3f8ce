// SPDX-License-Identifier: Apache-2.0
// Servers as people run them: from npm, through npx, driven by the MCP Inspector. scripts/test installs them.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <sstream>

#include "scenario.h"

namespace vedette::scenario {
namespace {

fs::path packages() {
  const char* given = std::getenv("VEDETTE_NPM_CACHE");
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (given != nullptr) {
    return given;
  }
  return (cache != nullptr ? fs::path(cache) : fs::path(home != nullptr ? home : "/root") / ".cache") / "vedette-tests";
}

constexpr auto kServerLimit = 30s;
const char* const kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},)"
    R"("clientInfo":{"name":"vedette-test","version":"1"}}})"
    "\n";

struct Server {
  std::string package;
  std::string argument;
  std::string name;  // what its recognised name holds
};

Server everything() { return {"@modelcontextprotocol/server-everything", "stdio", "everything"}; }
Server filesystem() { return {"@modelcontextprotocol/server-filesystem", "/tmp", "filesystem"}; }

// Start of the process, nanoseconds since the epoch, to the clock tick.
int64_t start_time(pid_t pid) {
  std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string field;
  for (int i = 3; i <= 22; i++) {
    fields >> field;
  }
  timespec real{};
  timespec boot{};
  ::clock_gettime(CLOCK_REALTIME, &real);
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  int64_t offset = (real.tv_sec - boot.tv_sec) * 1'000'000'000 + real.tv_nsec - boot.tv_nsec;
  return std::stoll(field) * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)) + offset;
}

int64_t parse_time(const std::string& text) {
  tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return static_cast<int64_t>(::timegm(&parts)) * 1'000'000'000 +
         (rest != nullptr && *rest == '.' ? std::stoll(std::string(rest + 1, 9)) : 0);
}

std::string children_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
}

// The last of the chain npx → node → sh → node.
pid_t leaf_of(pid_t pid) {
  std::string children = children_of(pid);
  return children.empty() ? pid : leaf_of(std::stoi(children));
}

class RealServers : public Scenario {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(packages() / "node_modules"))
        << "no packages in " << packages() << ": run scripts/test once";
  }

  // npx starts it, as a client would. Ready when it answers.
  std::unique_ptr<Process> start(const Server& server) const {
    auto process = std::make_unique<Process>(
        Spawn{{"npx", "-y", server.package, server.argument}, packages(), {"GITHUB_TOKEN=not-a-real-one"}, false});
    process->write(kInitialize);
    bool answered = process->out().wait(
        [](const auto& lines) {
          return std::ranges::any_of(lines, [](const auto& l) { return l.find("serverInfo") != std::string::npos; });
        },
        kServerLimit);
    if (!answered) {
      throw std::runtime_error(server.package + " does not answer: " + join(process->err().lines(), "\n"));
    }
    return process;
  }

  // Those whose root is this process or below it.
  json listed(pid_t root) {
    json found = json::array();
    for (const auto& server : monitor().servers()) {
      for (pid_t pid = root; pid != 0; pid = children_of(pid).empty() ? 0 : std::stoi(children_of(pid))) {
        if (server["pid"] == pid) {
          found.push_back(server);
        }
      }
    }
    return found;
  }

  [[nodiscard]] Finished inspect(const Server& server, const Arguments& call) const {
    Arguments command{"npx", "@modelcontextprotocol/inspector", "--cli", "npx", "-y", server.package, server.argument};
    command.insert(command.end(), call.begin(), call.end());
    return run({command, packages(), {}, false}, 60s);
  }
};

class RealServer : public RealServers, public testing::WithParamInterface<Server> {};

TEST_P(RealServer, IsOneServerKnownAtOnceAndGuarded) {
  start_monitor();
  auto process = start(GetParam());
  json servers = listed(process->pid());
  ASSERT_EQ(servers.size(), 1U) << monitor().servers().dump(2);
  const json& server = servers.front();
  EXPECT_NE(server["name"].get<std::string>().find(GetParam().name), std::string::npos) << server;
  EXPECT_FALSE(server["evidence"].empty());
  EXPECT_LT(parse_time(server["recognized"]) - start_time(server["pid"]), 100'000'000) << server;
  EXPECT_TRUE(settled().empty());

  pid_t leaf = leaf_of(process->pid());
  json truth = act({"read_environ", "openat", std::to_string(leaf)});
  ASSERT_TRUE(truth["ok"]);
  auto alerts = settled();
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts.front()["behavior"], "environ_read");
  EXPECT_EQ(alerts.front()["target"]["pid"], leaf);
  EXPECT_EQ(alerts.front()["server"]["pid"], server["pid"]);
  EXPECT_EQ(alerts.front()["server"]["name"], server["name"]);
}

TEST_P(RealServer, WorksUnderTheInspectorWithoutAnAlert) {
  start_monitor();
  auto listed = inspect(GetParam(), {"--method", "tools/list"});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_NE(listed.out.find("\"tools\""), std::string::npos) << listed.out;
  auto alerts = settled();
  EXPECT_TRUE(alerts.empty()) << json(alerts).dump(2);
}

INSTANTIATE_TEST_SUITE_P(Npm, RealServer, testing::Values(everything(), filesystem()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_F(RealServers, ToolCallGoesThrough) {
  start_monitor();
  auto answer = inspect(everything(), {"--method", "tools/call", "--tool-name", "echo", "--tool-arg", "message=hi"});
  EXPECT_EQ(answer.status, 0) << answer.err;
  EXPECT_NE(answer.out.find("Echo: hi"), std::string::npos) << answer.out;
  EXPECT_TRUE(settled().empty());
}

TEST_F(RealServers, TwoAtOnceAreTwo) {
  start_monitor();
  auto first = start(everything());
  auto second = start(filesystem());
  EXPECT_EQ(listed(first->pid()).size(), 1U);
  EXPECT_EQ(listed(second->pid()).size(), 1U);
  EXPECT_EQ(monitor().servers().size(), 2U) << monitor().servers().dump(2);
}

// npm has given itself another title by then.
TEST_F(RealServers, OneThatRunsAlreadyIsOne) {
  auto process = start(everything());
  start_monitor();
  EXPECT_EQ(listed(process->pid()).size(), 1U) << monitor().servers().dump(2);
  json truth = act({"read_environ", "openat", std::to_string(leaf_of(process->pid()))});
  auto alerts = settled();
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0]["server"]["pid"], listed(process->pid())[0]["pid"]);
}

// The server is real, its misbehaviour is ours: node runs it with a module that sends when it is told to.
TEST_F(RealServers, WhatItSendsIsTold) {
  Namespace net;
  auto module = scratch().write("leak.cjs", "setTimeout(() => require('net').connect(" + net.port() + ", '" + net.v4() +
                                                "').on('error', () => {}), 200);\n");
  start_monitor();
  Process process(
      {{"npx", "-y", everything().package, "stdio"}, packages(), {"NODE_OPTIONS=--require " + module.string()}, false});
  process.write(kInitialize);
  json alert = monitor().wait_alert(
      [&](const json& a) { return a["behavior"] == "egress" && a["network"]["address"] == net.v4(); }, kServerLimit);
  EXPECT_NE(alert["server"]["name"].get<std::string>().find("everything"), std::string::npos);
  EXPECT_EQ(alert["rule"]["level"], "low");
}

}  // namespace
}  // namespace vedette::scenario
