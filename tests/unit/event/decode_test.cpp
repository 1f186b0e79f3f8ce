// SPDX-License-Identifier: Apache-2.0
#include "event/decode.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "bpf/events.h"
#include "event/encode.h"
#include "event/redact.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

event_header header(uint16_t type, size_t size) {
  event_header result{};
  result.type = type;
  result.version = EVENT_SCHEMA_VERSION;
  result.size = static_cast<uint32_t>(size);
  result.time_ns = 1000;
  result.uid = 1001;
  result.process = {.tgid = 42, .pad = 0, .start_ns = 900};
  return result;
}

template <typename T>
T wire(uint16_t type) {
  T result{};
  result.header = header(type, sizeof(T));
  return result;
}

template <typename T>
Buffer bytes(const T& value, const std::string& tail = "") {
  Buffer buffer(sizeof(T) + tail.size());
  std::memcpy(buffer.data(), &value, sizeof(T));
  std::memcpy(buffer.data() + sizeof(T), tail.data(), tail.size());
  return buffer;
}

// The header says what size it is.
Buffer resized(Buffer record, size_t size) {
  record.resize(size);
  if (size >= sizeof(event_header)) {
    auto says = static_cast<uint32_t>(size);
    std::memcpy(record.data() + offsetof(event_header, size), &says, sizeof(says));
  }
  return record;
}

template <typename T>
T decoded(const Buffer& record) {
  auto event = decode(record);
  if (!event || !std::holds_alternative<T>(*event)) {
    ADD_FAILURE() << (event ? "another type" : event.error().message);
    return {};
  }
  return std::get<T>(*event);
}

std::string error_of(const Buffer& record) {
  auto event = decode(record);
  return event ? "" : event.error().message;
}

struct ExecStrings {
  std::string args;
  std::string exe;
  std::string cwd;
  std::string cgroup;
};

Buffer exec_record(const ExecStrings& strings, uint32_t flags = 0) {
  std::string tail = strings.args + strings.exe + strings.cwd + strings.cgroup;
  exec_event event{};
  event.header = header(EVENT_EXEC, sizeof(event) + tail.size());
  event.header.flags = flags;
  event.args_size = static_cast<uint16_t>(strings.args.size());
  event.exe_size = static_cast<uint16_t>(strings.exe.size());
  event.cwd_size = static_cast<uint16_t>(strings.cwd.size());
  event.cgroup_size = static_cast<uint16_t>(strings.cgroup.size());
  return bytes(event, tail);
}

std::string with_nuls(const std::vector<std::string>& parts) {
  std::string result;
  for (const auto& part : parts) {
    result += part;
    result += '\0';
  }
  return result;
}

access_event access() {
  auto event = wire<access_event>(EVENT_ACCESS);
  event.target = {.tgid = 7, .pad = 0, .start_ns = 70};
  event.opener = {.tgid = 8, .pad = 0, .start_ns = 80};
  event.behavior = BEHAVIOR_ENVIRON_READ;
  event.count = 3;
  event.first_ns = 990;
  return event;
}

network_event network(uint16_t family, const std::vector<uint8_t>& address) {
  auto event = wire<network_event>(EVENT_NETWORK);
  event.behavior = BEHAVIOR_EGRESS;
  event.family = family;
  event.port = 443;
  event.protocol = IPPROTO_TCP;
  event.socket_type = SOCK_STREAM;
  event.count = 1;
  event.first_ns = 1000;
  std::memcpy(event.address, address.data(), address.size());
  return event;
}

std::vector<Buffer> one_of_each() {
  auto loss = wire<loss_event>(EVENT_LOSS);
  loss.count = 1;
  return {exec_record({with_nuls({"sh"}), with_nuls({"sh", "bin"}), "", "x"}),
          bytes(wire<fork_event>(EVENT_FORK)),
          bytes(wire<exit_event>(EVENT_EXIT)),
          bytes(access()),
          bytes(network(AF_INET, {10, 0, 0, 1})),
          bytes(loss),
          bytes(wire<context_event>(EVENT_CONTEXT))};
}

ExecEvent sample_exec() {
  return {.time_ns = 12,
          .process = {100, 11},
          .parent = {1, 2},
          .uid = 1000,
          .pid_namespace = 4026531836,
          .namespace_pid = 5,
          .exec_id = 9,
          .args = {"node", "", "server.js"},
          .executable = "/usr/bin/node",
          .cwd = "/srv",
          .cgroup = "session-1.scope",
          .from_procfs = true,
          .args_truncated = true,
          .args_unreadable = true};
}

TEST(DecodeTest, ExecOfTheAgentComesBack) {
  ExecEvent event = sample_exec();
  auto back = decoded<ExecEvent>(encode(event));
  EXPECT_EQ(back.time_ns, event.time_ns);
  EXPECT_EQ(back.process, event.process);
  EXPECT_EQ(back.parent, event.parent);
  EXPECT_EQ(back.uid, event.uid);
  EXPECT_EQ(back.pid_namespace, event.pid_namespace);
  EXPECT_EQ(back.namespace_pid, event.namespace_pid);
  EXPECT_EQ(back.exec_id, event.exec_id);
  EXPECT_EQ(back.args, event.args);
  EXPECT_EQ(back.executable, event.executable);
  EXPECT_EQ(back.cwd, event.cwd);
  EXPECT_EQ(back.cgroup, event.cgroup);
  EXPECT_TRUE(back.from_procfs);
  EXPECT_TRUE(back.args_truncated);
  EXPECT_TRUE(back.args_unreadable);
}

TEST(DecodeTest, EmptyExecOfTheAgentComesBack) {
  auto back = decoded<ExecEvent>(encode(ExecEvent{.process = {3, 4}}));
  EXPECT_EQ(back.process, (ProcessId{3, 4}));
  EXPECT_THAT(back.args, IsEmpty());
  EXPECT_EQ(back.executable, "");
  EXPECT_EQ(back.cwd, "");
  EXPECT_EQ(back.cgroup, "");
  EXPECT_FALSE(back.from_procfs);
  EXPECT_FALSE(back.args_truncated);
  EXPECT_FALSE(back.args_unreadable);
}

TEST(DecodeTest, DeletedExecutableOfTheAgentComesBack) {
  ExecEvent event = sample_exec();
  event.executable = "/tmp/x (deleted)";
  EXPECT_EQ(decoded<ExecEvent>(encode(event)).executable, "/tmp/x (deleted)");
}

TEST(DecodeTest, TooLongStringsAreCutAndFlagged) {
  ExecEvent event = sample_exec();
  event.args_truncated = false;
  event.args = {std::string(ARGS_MAX + 50, 'a')};
  event.executable = "/" + std::string(2 * EXE_MAX, 'b');
  event.cwd = "/" + std::string(2 * CWD_MAX, 'c');
  event.cgroup = std::string(2 * CGROUP_NAME_MAX, 'd');
  auto back = decoded<ExecEvent>(encode(event));
  EXPECT_TRUE(back.args_truncated);
  EXPECT_THAT(back.args, ElementsAre(std::string(ARGS_MAX, 'a')));
  EXPECT_EQ(back.executable.size(), EXE_MAX);
  EXPECT_EQ(back.cwd.size(), CWD_MAX);
  EXPECT_EQ(back.cgroup.size(), CGROUP_NAME_MAX);
}

TEST(DecodeTest, ContextComesBack) {
  auto back = decoded<ContextEvent>(encode(ContextEvent{.time_ns = 5, .json = R"({"host":"h"})"}));
  EXPECT_EQ(back.time_ns, 5U);
  EXPECT_EQ(back.json, R"({"host":"h"})");
  EXPECT_EQ(decoded<ContextEvent>(encode(ContextEvent{})).json, "");
}

TEST(DecodeTest, LossComesBackByName) {
  struct Case {
    uint32_t reason;
    const char* name;
    bool hides_alerts;
  };
  for (const auto& [reason, name, hides] :
       {Case{LOSS_ALERT_RING_FULL, "alert_ring_full", true}, Case{LOSS_PROCESS_RING_FULL, "process_ring_full", false},
        Case{LOSS_VERDICT_MAP_FULL, "verdict_map_full", false}, Case{LOSS_READ_FAULT, "read_fault", true},
        Case{LOSS_FOLD_MAP_FULL, "fold_map_full", false}}) {
    auto back = decoded<LossEvent>(encode_loss(77, reason, 4));
    EXPECT_EQ(back.time_ns, 77U);
    EXPECT_EQ(back.stage, "kernel");
    EXPECT_EQ(back.reason, name);
    EXPECT_EQ(back.count, 4U);
    EXPECT_EQ(back.hides_alerts, hides) << name;
  }
  EXPECT_THAT(error_of(encode_loss(77, LOSS_REASONS, 4)), HasSubstr("reason 5"));
}

TEST(DecodeTest, KernelPathsAreComponentsFromTheLeaf) {
  auto event = decoded<ExecEvent>(exec_record({.args = with_nuls({"node", "a.js"}),
                                               .exe = with_nuls({"node", "bin", "usr"}),
                                               .cwd = "",
                                               .cgroup = with_nuls({"user.slice"})}));
  EXPECT_EQ(event.executable, "/usr/bin/node");
  EXPECT_EQ(event.cwd, "/");
  EXPECT_EQ(event.cgroup, "user.slice");
  EXPECT_THAT(event.args, ElementsAre("node", "a.js"));
}

TEST(DecodeTest, PlainPathsStayAsTheyAre) {
  auto event =
      decoded<ExecEvent>(exec_record({.args = "", .exe = "/usr/bin/node", .cwd = "", .cgroup = ""}, EVENT_PLAIN_PATHS));
  EXPECT_EQ(event.executable, "/usr/bin/node");
  EXPECT_EQ(event.cwd, "");
}

TEST(DecodeTest, DeletedExecutableSaysSo) {
  ExecStrings strings{.args = "", .exe = with_nuls({"memfd:x"}), .cwd = "", .cgroup = ""};
  EXPECT_EQ(decoded<ExecEvent>(exec_record(strings, EVENT_EXE_DELETED)).executable, "/memfd:x (deleted)");
  EXPECT_EQ(decoded<ExecEvent>(exec_record(strings)).executable, "/memfd:x");
}

TEST(DecodeTest, EmptyArgumentsAreKeptButThoseAtTheEnd) {
  auto args = [](const std::string& text) {
    return decoded<ExecEvent>(exec_record({.args = text, .exe = "", .cwd = "", .cgroup = ""})).args;
  };
  EXPECT_THAT(args(with_nuls({"a", "", "b"})), ElementsAre("a", "", "b"));
  EXPECT_THAT(args(with_nuls({"title", "", ""})), ElementsAre("title"));
  EXPECT_THAT(args("cut off"), ElementsAre("cut off"));
  EXPECT_THAT(args(with_nuls({"", ""})), IsEmpty());
}

TEST(DecodeTest, ArgumentsComeOutRedacted) {
  std::string args = with_nuls({"npx", "server", "--api-key", "hunter2", "GITHUB_TOKEN=ghp_abcdef"});
  auto event = decoded<ExecEvent>(exec_record({.args = args, .exe = "", .cwd = "", .cgroup = ""}));
  EXPECT_THAT(event.args,
              ElementsAre("npx", "server", "--api-key", kRedacted, "GITHUB_TOKEN=" + std::string(kRedacted)));
  EXPECT_EQ(decoded<ExecEvent>(encode(event)).args, event.args);
}

TEST(DecodeTest, ExecFlags) {
  ExecStrings none{"", "", "", ""};
  EXPECT_TRUE(decoded<ExecEvent>(exec_record(none, EVENT_FROM_PROCFS)).from_procfs);
  EXPECT_TRUE(decoded<ExecEvent>(exec_record(none, EVENT_ARGS_TRUNCATED)).args_truncated);
  EXPECT_TRUE(decoded<ExecEvent>(exec_record(none, EVENT_ARGS_UNREADABLE)).args_unreadable);
}

TEST(DecodeTest, StringsThatDoNotFillTheRecordAreAnError) {
  auto event = wire<exec_event>(EVENT_EXEC);
  event.args_size = 10;
  EXPECT_THAT(error_of(bytes(event)), HasSubstr("strings take 10"));
  Buffer longer = exec_record({with_nuls({"sh"}), "", "", ""});
  EXPECT_NE(error_of(resized(longer, longer.size() + 1)), "");
  EXPECT_NE(error_of(resized(longer, longer.size() - 1)), "");
  event.args_size = event.exe_size = event.cwd_size = event.cgroup_size = 0xffff;
  EXPECT_NE(error_of(bytes(event)), "");
}

TEST(DecodeTest, Fork) {
  auto event = wire<fork_event>(EVENT_FORK);
  event.parent = {.tgid = 41, .pad = 0, .start_ns = 800};
  event.pid_namespace = 4026532000;
  event.namespace_tgid = 3;
  event.exec_id = 6;
  auto fork = decoded<ForkEvent>(bytes(event));
  EXPECT_EQ(fork.time_ns, 1000U);
  EXPECT_EQ(fork.process, (ProcessId{42, 900}));
  EXPECT_EQ(fork.parent, (ProcessId{41, 800}));
  EXPECT_EQ(fork.uid, 1001U);
  EXPECT_EQ(fork.pid_namespace, 4026532000U);
  EXPECT_EQ(fork.namespace_pid, 3U);
  EXPECT_EQ(fork.exec_id, 6U);
}

TEST(DecodeTest, Exit) {
  auto event = wire<exit_event>(EVENT_EXIT);
  event.code = 0x100;
  auto exit = decoded<ExitEvent>(bytes(event));
  EXPECT_EQ(exit.time_ns, 1000U);
  EXPECT_EQ(exit.process, (ProcessId{42, 900}));
  EXPECT_EQ(exit.code, 0x100U);
}

TEST(DecodeTest, Access) {
  auto event = decoded<AccessEvent>(bytes(access()));
  EXPECT_EQ(event.time_ns, 1000U);
  EXPECT_EQ(event.first_ns, 990U);
  EXPECT_EQ(event.behavior, Behavior::kEnvironRead);
  EXPECT_EQ(event.outcome, Outcome::kAllowed);
  EXPECT_EQ(event.actor, (ProcessId{42, 900}));
  EXPECT_EQ(event.uid, 1001U);
  EXPECT_EQ(event.target, (ProcessId{7, 70}));
  EXPECT_EQ(event.opener, (ProcessId{8, 80}));
  EXPECT_FALSE(event.target_by_number);
  EXPECT_EQ(event.target_path, "");
  EXPECT_EQ(event.count, 3U);
}

TEST(DecodeTest, NegativeResultIsDenied) {
  auto event = access();
  event.result = -EACCES;
  auto denied = decoded<AccessEvent>(bytes(event));
  EXPECT_EQ(denied.outcome, Outcome::kDenied);
  EXPECT_EQ(denied.result, -EACCES);
  auto refused = network(AF_INET, {10, 0, 0, 1});
  refused.result = -EPERM;
  EXPECT_EQ(decoded<NetworkEvent>(bytes(refused)).outcome, Outcome::kDenied);
}

TEST(DecodeTest, TargetByPathOrNumber) {
  auto event = access();
  std::memcpy(event.path, "/proc/7/environ", 15);
  event.path_size = 15;
  EXPECT_EQ(decoded<AccessEvent>(bytes(event)).target_path, "");
  event.header.flags = EVENT_TARGET_BY_PATH;
  EXPECT_EQ(decoded<AccessEvent>(bytes(event)).target_path, "/proc/7/environ");
  event.header.flags = EVENT_TARGET_BY_NUMBER;
  EXPECT_TRUE(decoded<AccessEvent>(bytes(event)).target_by_number);
  event.path_size = ACCESS_PATH_MAX + 1;
  EXPECT_THAT(error_of(bytes(event)), HasSubstr("path of 257 bytes"));
}

TEST(DecodeTest, BehaviorMustBelongToTheType) {
  for (uint32_t behavior : {uint32_t{BEHAVIOR_NONE}, uint32_t{BEHAVIOR_EGRESS}, uint32_t{BEHAVIOR_RAW_SOCKET}, 99U}) {
    auto event = access();
    event.behavior = behavior;
    EXPECT_THAT(error_of(bytes(event)), HasSubstr("behavior " + std::to_string(behavior)));
  }
  for (uint32_t behavior : {uint32_t{BEHAVIOR_NONE}, uint32_t{BEHAVIOR_CORE_DUMP}, 9U, ~0U}) {
    auto event = network(AF_INET, {10, 0, 0, 1});
    event.behavior = behavior;
    EXPECT_THAT(error_of(bytes(event)), HasSubstr("behavior " + std::to_string(behavior)));
  }
}

TEST(DecodeTest, EveryAccessBehaviorHasItsName) {
  for (const auto& [behavior, expected] :
       std::vector<std::pair<uint32_t, std::string>>{{BEHAVIOR_ENVIRON_READ, "environ_read"},
                                                     {BEHAVIOR_MEMORY_READ, "memory_read"},
                                                     {BEHAVIOR_MEMORY_WRITE, "memory_write"},
                                                     {BEHAVIOR_PTRACE_ATTACH, "ptrace_attach"},
                                                     {BEHAVIOR_FD_STEAL, "fd_steal"},
                                                     {BEHAVIOR_CORE_DUMP, "core_dump"}}) {
    auto event = access();
    event.behavior = behavior;
    EXPECT_EQ(name(decoded<AccessEvent>(bytes(event)).behavior), expected);
  }
}

TEST(DecodeTest, CountIsAtLeastOne) {
  auto event = access();
  event.count = 0;
  EXPECT_EQ(decoded<AccessEvent>(bytes(event)).count, 1U);
  auto sent = network(AF_INET, {10, 0, 0, 1});
  sent.count = 0;
  EXPECT_EQ(decoded<NetworkEvent>(bytes(sent)).count, 1U);
}

TEST(DecodeTest, Addresses) {
  auto address = [](const network_event& event) { return decoded<NetworkEvent>(bytes(event)).address; };
  EXPECT_EQ(address(network(AF_INET, {203, 0, 113, 9})), "203.0.113.9");
  EXPECT_EQ(address(network(AF_INET6, {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})), "2001:db8::1");
  EXPECT_EQ(address(network(AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 203, 0, 113, 9})), "203.0.113.9");
  EXPECT_EQ(address(network(AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})), "::1");
  EXPECT_EQ(address(network(AF_UNIX, {1, 2, 3, 4})), "");
}

TEST(DecodeTest, Network) {
  auto event = decoded<NetworkEvent>(bytes(network(AF_INET, {203, 0, 113, 9})));
  EXPECT_EQ(event.behavior, Behavior::kEgress);
  EXPECT_EQ(event.actor, (ProcessId{42, 900}));
  EXPECT_EQ(event.uid, 1001U);
  EXPECT_EQ(event.port, 443);
  EXPECT_EQ(event.time_ns, 1000U);
  EXPECT_EQ(event.first_ns, 1000U);
}

TEST(DecodeTest, Protocols) {
  for (const auto& [number, expected] : std::vector<std::pair<uint32_t, std::string>>{{IPPROTO_TCP, "tcp"},
                                                                                      {IPPROTO_UDP, "udp"},
                                                                                      {IPPROTO_UDPLITE, "udplite"},
                                                                                      {IPPROTO_MPTCP, "mptcp"},
                                                                                      {IPPROTO_ICMP, "icmp"},
                                                                                      {IPPROTO_ICMPV6, "icmp"},
                                                                                      {IPPROTO_SCTP, "sctp"},
                                                                                      {253, "ip-253"}}) {
    auto event = network(AF_INET, {10, 0, 0, 1});
    event.protocol = number;
    EXPECT_EQ(decoded<NetworkEvent>(bytes(event)).protocol, expected);
  }
}

TEST(DecodeTest, RawSockets) {
  auto protocol = [](uint16_t family, uint32_t type) {
    auto event = network(family, {10, 0, 0, 1});
    event.behavior = BEHAVIOR_RAW_SOCKET;
    event.socket_type = type;
    auto raw = decoded<NetworkEvent>(bytes(event));
    EXPECT_EQ(raw.behavior, Behavior::kRawSocket);
    EXPECT_EQ(raw.address, "");
    return raw.protocol;
  };
  EXPECT_EQ(protocol(AF_INET, SOCK_RAW), "raw");
  EXPECT_EQ(protocol(AF_INET6, SOCK_RAW), "raw");
  EXPECT_EQ(protocol(AF_INET, SOCK_DGRAM), "icmp");
  EXPECT_EQ(protocol(AF_PACKET, SOCK_RAW), "packet");
  EXPECT_EQ(protocol(AF_XDP, SOCK_RAW), "xdp");
}

TEST(DecodeTest, OneOfEachIsAccepted) {
  for (const Buffer& record : one_of_each()) {
    EXPECT_EQ(error_of(record), "");
  }
}

TEST(DecodeTest, EveryShorterRecordIsAnError) {
  for (const Buffer& record : one_of_each()) {
    for (size_t size = 0; size < record.size(); ++size) {
      EXPECT_NE(error_of(resized(record, size)), "") << "type " << int(record[0]) << ", " << size << " bytes";
      EXPECT_NE(error_of(Buffer(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size))), "");
    }
  }
}

TEST(DecodeTest, LongerRecordsThanTheHeaderSaysAreAnError) {
  for (Buffer record : one_of_each()) {
    record.push_back(std::byte{0});
    EXPECT_THAT(error_of(record), HasSubstr("says it has"));
  }
}

TEST(DecodeTest, RecordsOfOneSizeMayNotBeLonger) {
  for (const Buffer& record : one_of_each()) {
    auto type = static_cast<int>(record[0]);
    if (type == EVENT_CONTEXT) {
      continue;
    }
    for (size_t more : {1, 8, 4096}) {
      EXPECT_NE(error_of(resized(record, record.size() + more)), "") << "type " << type << ", " << more << " more";
    }
  }
}

TEST(DecodeTest, WrongVersionOrTypeIsAnError) {
  auto event = wire<exit_event>(EVENT_EXIT);
  event.header.version = EVENT_SCHEMA_VERSION + 1;
  EXPECT_THAT(error_of(bytes(event)), HasSubstr("schema version 3, expected 2"));
  for (int type : {0, EVENT_SELF + 1, 0xffff}) {
    auto other = wire<exit_event>(static_cast<uint16_t>(type));
    EXPECT_THAT(error_of(bytes(other)), HasSubstr("type " + std::to_string(type)));
  }
}

TEST(DecodeTest, TimeOfRecord) {
  EXPECT_EQ(time_of_record(bytes(wire<exit_event>(EVENT_EXIT))), 1000U);
  EXPECT_EQ(time_of_record(Buffer(sizeof(event_header) - 1)), 0U);
  EXPECT_EQ(time_of_record({}), 0U);
}

}  // namespace
}  // namespace vedette
