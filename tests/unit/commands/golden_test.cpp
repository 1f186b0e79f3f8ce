// SPDX-License-Identifier: Apache-2.0
// The recordings of tests/recordings replay to the alerts beside them, byte for byte. After a change that is meant:
//   commands_test --gtest_also_run_disabled_tests --gtest_filter='*MadeAnew'
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include "bpf/events.h"
#include "commands/gather.h"
#include "commands/recording.h"
#include "event/encode.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kDirectory = VEDETTE_SOURCE_DIR "/tests/recordings";
constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kStart = 1000 * kSecond;
constexpr ProcessId kClient{100, 100 * kSecond};
constexpr ProcessId kServer{200, 200 * kSecond};
constexpr ProcessId kShell{300, 300 * kSecond};
constexpr ProcessId kReader{400, 400 * kSecond};

struct Replayed {
  int status = 0;
  std::string out;
  std::string err;
};

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Options options_for(const fs::path& file) {
  return {.config = (kDirectory / "vedette.yaml").string(),
          .rules = {(kDirectory / "rules").string()},
          .json = true,
          .file = file.string()};
}

Replayed replayed(const fs::path& file) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  int status = replay(options_for(file));
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// Expected alerts have the rule's id for its digest, which is the affair of other tests.
std::string with_digests(std::string expected) {
  for (const auto& rule : load(options_for("")).rules.infos) {
    replace_all(expected, R"("digest":")" + rule.id + "\"", R"("digest":")" + rule.digest + "\"");
  }
  return expected;
}

std::string without_digests(std::string alerts) {
  for (const auto& rule : load(options_for("")).rules.infos) {
    std::string id = R"({"id":")" + rule.id + "\"";
    for (size_t at = 0; (at = alerts.find(id, at)) != std::string::npos; ++at) {
      size_t digest = alerts.find(R"("digest":")" + rule.digest, at);
      alerts.replace(digest, rule.digest.size() + 10, R"("digest":")" + rule.id);
    }
  }
  return alerts;
}

process_id wire(const ProcessId& id) { return {.tgid = id.pid, .start_ns = id.start_ns}; }

template <typename T>
Buffer bytes(T event, uint16_t type, uint64_t time_ns, const ProcessId& process) {
  event.header = {.type = type,
                  .version = EVENT_SCHEMA_VERSION,
                  .size = sizeof(event),
                  .time_ns = time_ns,
                  .uid = 1000,
                  .process = wire(process)};
  auto span = std::as_bytes(std::span(&event, 1));
  return {span.begin(), span.end()};
}

Buffer context() {
  Context context{.host = {.name = "host", .machine_id = "machine", .boot_id = "boot"},
                  .clock_offset_ns = 1'795'000'000'000'000'000,
                  .fold_window_ns = 60 * kSecond,
                  .users = {{0, "root"}, {1000, "ann"}},
                  .egress_allow = {"127.0.0.0/8"},
                  .declared = {{.name = "weather", .match = {.command_line = "*weather-server*"}}}};
  return encode(ContextEvent{.time_ns = kStart, .json = to_json(context)});
}

Buffer image(uint64_t time_ns, const ProcessId& id, const ProcessId& parent, const std::vector<std::string>& args) {
  return encode(ExecEvent{.time_ns = time_ns,
                          .process = id,
                          .parent = parent,
                          .uid = 1000,
                          .exec_id = 1,
                          .args = args,
                          .executable = "/usr/bin/" + args.at(0),
                          .cwd = "/srv",
                          .from_procfs = time_ns == kStart});
}

std::vector<Buffer> host() {
  return {context(), image(kStart, kClient, {}, {"claude"}),
          image(kStart, kServer, kClient, {"node", "weather-server.js"}),
          image(kStart, kReader, {}, {"cat", "/proc/200/environ"})};
}

Buffer environ_read(uint64_t time_ns, const ProcessId& opener = {}, uint32_t count = 1) {
  return bytes(access_event{.target = wire(kServer),
                            .opener = wire(opener),
                            .behavior = BEHAVIOR_ENVIRON_READ,
                            .count = count,
                            .first_ns = time_ns,
                            .target_exec_id = 1},
               EVENT_ACCESS, time_ns, kReader);
}

Buffer sent(uint64_t time_ns) {
  network_event event{.behavior = BEHAVIOR_EGRESS,
                      .count = 1,
                      .family = AF_INET,
                      .port = 443,
                      .protocol = IPPROTO_TCP,
                      .socket_type = SOCK_STREAM,
                      .first_ns = time_ns};
  inet_pton(AF_INET, "198.51.100.7", static_cast<uint8_t*>(event.address));
  return bytes(event, EVENT_NETWORK, time_ns, kReader);
}

std::vector<Buffer> host_and(const std::vector<Buffer>& more) {
  std::vector<Buffer> records = host();
  records.insert(records.end(), more.begin(), more.end());
  return records;
}

// Read by a process that got the descriptor from another, then again and again within the window.
std::vector<Buffer> environ_reads() {
  return host_and({environ_read(1001 * kSecond, kClient), environ_read(1002 * kSecond, kClient),
                   environ_read(1003 * kSecond, kClient, 5), encode_loss(1004 * kSecond, LOSS_READ_FAULT, 2)});
}

std::vector<Buffer> read_then_sent() { return host_and({environ_read(1001 * kSecond), sent(1003 * kSecond)}); }

std::vector<Buffer> shell_started() {
  return host_and({encode_loss(1001 * kSecond, LOSS_ALERT_RING_FULL, 3),
                   bytes(fork_event{.parent = wire(kServer), .exec_id = 1}, EVENT_FORK, 1002 * kSecond, kShell),
                   image(1003 * kSecond, kShell, kServer, {"sh", "-c", "id"}),
                   bytes(exit_event{}, EVENT_EXIT, 1004 * kSecond, kShell)});
}

void write_recording(const fs::path& file, const std::vector<Buffer>& records) {
  fs::remove(file);
  auto writer = RecordingWriter::create(file.string());
  ASSERT_TRUE(writer) << writer.error().message;
  for (const Buffer& record : records) {
    ASSERT_TRUE(writer->write(record));
  }
  ASSERT_TRUE(writer->close());
}

std::string number(uint32_t value) { return {reinterpret_cast<const char*>(&value), sizeof(value)}; }

// As schema 1 had it: without the opener.
std::string as_schema_one(Buffer record) {
  event_header header{};
  std::memcpy(&header, record.data(), sizeof(header));
  if (header.type == EVENT_ACCESS) {
    auto opener = record.begin() + offsetof(access_event, opener);
    record.erase(opener, opener + sizeof(process_id));
  }
  header.version = 1;
  header.size = static_cast<uint32_t>(record.size());
  std::memcpy(record.data(), &header, sizeof(header));
  return {reinterpret_cast<const char*>(record.data()), record.size()};
}

// In format 0: no checksum of the header, no end.
void write_schema_one(const fs::path& file, const std::vector<Buffer>& records) {
  std::string text = "VEDETTE\n" + number(1) + number(0);
  for (const Buffer& record : records) {
    std::string bytes = as_schema_one(record);
    auto sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    text += number(static_cast<uint32_t>(bytes.size())) + number(static_cast<uint32_t>(sum)) + bytes;
  }
  std::ofstream(file, std::ios::binary) << text;
}

struct Golden {
  const char* name;
  int status;
  const char* error;
};

constexpr Golden kGoldens[] = {
    {"environ-reads", kGood, ""},
    {"read-then-sent", kGood, ""},
    {"shell-started", kGood, ""},
    {"schema-1", kGood, ""},
    {"truncated", kError, "truncated: the recording ends in the middle of a record; 5 records before it were read"},
};

TEST(Golden, RecordingsReplayToTheirAlertsByteForByte) {
  for (const Golden& golden : kGoldens) {
    fs::path file = kDirectory / (std::string(golden.name) + ".vedette");
    Replayed first = replayed(file);
    EXPECT_EQ(first.status, golden.status) << golden.name << ": " << first.err;
    EXPECT_THAT(first.err, HasSubstr(golden.error)) << golden.name;
    EXPECT_EQ(first.out, with_digests(read_text(file.replace_extension("jsonl")))) << golden.name;
    EXPECT_EQ(first.out, replayed(file.replace_extension("vedette")).out) << golden.name << " again";
    EXPECT_FALSE(first.out.empty()) << golden.name;
  }
}

TEST(Golden, TheOlderSchemaTellsTheSameButForTheOpener) {
  std::string older = replayed(kDirectory / "schema-1.vedette").out;
  EXPECT_EQ(older, replayed(kDirectory / "read-then-sent.vedette").out);
}

TEST(Golden, RecordingsAreWrittenAsTheyWere) {
  std::string pattern = (fs::temp_directory_path() / "vedette-golden-XXXXXX").string();
  fs::path directory = ::mkdtemp(pattern.data());
  write_recording(directory / "again", read_then_sent());
  EXPECT_EQ(read_text(directory / "again"), read_text(kDirectory / "read-then-sent.vedette"));
  fs::remove_all(directory);
}

TEST(Golden, DISABLED_RecordingsAreMadeAnew) {
  write_recording(kDirectory / "environ-reads.vedette", environ_reads());
  write_recording(kDirectory / "read-then-sent.vedette", read_then_sent());
  write_recording(kDirectory / "shell-started.vedette", shell_started());
  write_schema_one(kDirectory / "schema-1.vedette", read_then_sent());
  std::string whole = read_text(kDirectory / "read-then-sent.vedette");
  std::ofstream(kDirectory / "truncated.vedette", std::ios::binary) << whole.substr(0, whole.size() - 50);
  for (const Golden& golden : kGoldens) {
    fs::path file = kDirectory / (std::string(golden.name) + ".vedette");
    std::string alerts = replayed(file).out;
    std::ofstream(file.replace_extension("jsonl"), std::ios::binary) << without_digests(alerts);
  }
}

}  // namespace
}  // namespace vedette::commands
