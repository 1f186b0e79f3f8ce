// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "bpf/events.h"
#include "commands/options.h"
#include "commands/recording.h"
#include "event/encode.h"
#include "pipeline/context.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

constexpr uint64_t kSecond = 1'000'000'000;
const char* const kRule =
    "title: Read\nid: 11111111-1111-4111-8111-111111111111\nlevel: high\n"
    "logsource: {category: process_access, product: linux}\n"
    "detection:\n  selection: {McpBehavior: environ_read, McpServer: weather}\n  condition: selection\n";

Buffer bytes_of(const access_event& event) {
  const auto* first = reinterpret_cast<const std::byte*>(&event);
  return {first, first + sizeof(event)};
}

Buffer read_of(uint32_t actor, uint32_t target) {
  access_event event{};
  event.header = {.type = EVENT_ACCESS,
                  .version = EVENT_SCHEMA_VERSION,
                  .size = sizeof(event),
                  .time_ns = 1000 * kSecond,
                  .process = {.tgid = actor, .start_ns = actor * kSecond}};
  event.target = {.tgid = target, .start_ns = target * kSecond};
  event.behavior = BEHAVIOR_ENVIRON_READ;
  event.count = 1;
  event.first_ns = event.header.time_ns;
  return bytes_of(event);
}

Buffer start_of(uint32_t pid, const std::vector<std::string>& args) {
  return encode(ExecEvent{
      .time_ns = 999 * kSecond, .process = {pid, pid * kSecond}, .args = args, .executable = "/usr/bin/" + args[0]});
}

class RuleCommands : public ::testing::Test {
 protected:
  RuleCommands() {
    std::string pattern = (fs::temp_directory_path() / "vedette-rules-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    write("r.yml", kRule);
  }
  ~RuleCommands() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(directory_ / name) << text; }

  // A server, and someone who reads its environment.
  void record(const std::string& name) const {
    Context context;
    context.declared = {{.name = "weather", .match = {.command_line = "*weather-server*"}}};
    auto writer = RecordingWriter::create(path(name));
    ASSERT_TRUE(writer) << writer.error().message;
    for (const Buffer& record :
         {encode(ContextEvent{.time_ns = 1, .json = to_json(context)}), start_of(200, {"node", "weather-server.js"}),
          start_of(900, {"cat"}), read_of(900, 200)}) {
      ASSERT_TRUE(writer->write(record));
    }
    ASSERT_TRUE(writer->close());
  }

  template <typename Command>
  static Ended run(const Command& command, const Options& options) {
    CaptureStdout();
    CaptureStderr();
    Ended ended;
    ended.code = command(options);
    ended.out = GetCapturedStdout();
    ended.err = GetCapturedStderr();
    return ended;
  }
  [[nodiscard]] Ended run_tests(const std::string& text) const {
    write("r.test.yml", text);
    Options options;
    options.paths = {path("")};
    options.junit = path("results.xml");
    return run(test, options);
  }
  [[nodiscard]] Ended run_explain(const std::string& event, bool json = false) const {
    write("e.json", event);
    Options options;
    options.rule_file = path("r.yml");
    options.event_file = path("e.json");
    options.json = json;
    return run(explain, options);
  }

  fs::path directory_;
};

TEST_F(RuleCommands, TestRunsARecordingThroughThePipeline) {
  record("read.rec");
  Ended good = run_tests("- {name: theft, recording: read.rec, expect: [{rule: Read}]}\n");
  EXPECT_EQ(good.out, "1 passed, 0 failed\n") << good.err;
  EXPECT_EQ(good.code, kGood);
  Ended bad = run_tests("- {name: theft, recording: read.rec, expect: []}\n");
  EXPECT_THAT(bad.out, HasSubstr("came, not expected:     1 × \"Read\" [high]\n0 passed, 1 failed\n"));
  EXPECT_EQ(bad.code, kError);
}

TEST_F(RuleCommands, TestSaysWhereARecordingIsDamaged) {
  write("bad.rec", "nothing of the kind");
  Ended ended = run_tests("- {name: theft, recording: bad.rec, expect: []}\n");
  EXPECT_THAT(ended.out, HasSubstr("bad.rec: offset 0: this is no Vedette recording"));
  EXPECT_EQ(ended.code, kError);
}

TEST_F(RuleCommands, TestWritesJunit) {
  record("read.rec");
  EXPECT_EQ(run_tests("- {name: theft, recording: read.rec, expect: [{rule: Read}]}\n").code, kGood);
  std::ifstream in(path("results.xml"));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("<testsuites tests=\"1\" failures=\"0\" errors=\"0\">"));
}

TEST_F(RuleCommands, TestReportsMistakesOfTestsAndOfRules) {
  Ended ended = run_tests("- {name: theft, recording: r, expect: [{rule: Raed}]}\n");
  EXPECT_EQ(ended.code, kError);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("r.test.yml:1:47: expected the title or id of a rule, found 'Raed'"));
  write("broken.yml", "title: x\n");
  ended = run_tests("- {name: theft, recording: r, expect: [{rule: Read}]}\n");
  EXPECT_EQ(ended.code, kError);
  EXPECT_THAT(ended.err, HasSubstr("broken.yml:1:1: "));
}

TEST_F(RuleCommands, ExplainTellsMatchesByItsExitCode) {
  Ended match = run_explain(R"({"McpBehavior": "environ_read", "McpServer": "weather"})");
  EXPECT_EQ(match.code, kGood) << match.err;
  EXPECT_THAT(match.out, HasSubstr("\"Read\" matches\n  yes selection\n    yes McpBehavior: 'environ_read'"));
  Ended other = run_explain("{}");
  EXPECT_EQ(other.code, kPartial);
  EXPECT_THAT(other.out, HasSubstr("\"Read\" does not match\n  no  selection\n"));
  EXPECT_THAT(run_explain("{}", true).out, ::testing::StartsWith("{\"matches\":false,\"rules\":[{"));
}

TEST_F(RuleCommands, ExplainNamesTheFileOfAMistake) {
  Ended nested = run_explain(R"({"a": {}})");
  EXPECT_EQ(nested.code, kError);
  EXPECT_THAT(nested.err, HasSubstr("e.json: expected text, a number, a boolean or null as the field 'a'"));
  write("r.yml", "title: x\n");
  Ended broken = run_explain("{}");
  EXPECT_EQ(broken.code, kError);
  EXPECT_THAT(broken.err, HasSubstr("r.yml:1:1: "));
}

}  // namespace
}  // namespace vedette::commands
