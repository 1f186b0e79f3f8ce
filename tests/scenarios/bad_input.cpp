// SPDX-License-Identifier: Apache-2.0
// Mistakes are said in one place with what to do, and a sink that fails never stops the watching.
#include <csignal>
#include <regex>

#include "scenario.h"

namespace vedette::scenario {
namespace {

class BadInput : public Scenario {
 protected:
  [[nodiscard]] Finished vedette(const Arguments& args, const Arguments& before = {}) const {
    Arguments command = before;
    command.emplace_back(monitor_program());
    command.insert(command.end(), args.begin(), args.end());
    return run({command, scratch().path(), {}, false});
  }

  [[nodiscard]] Finished run_with(const fs::path& config, const fs::path& rules, const Arguments& before = {}) const {
    return vedette({"run", "--config", config, "--rules", rules, "--state", scratch() / "state", "--metrics", "off"},
                   before);
  }
};

void expect_place(const Finished& result, const fs::path& file, int line) {
  EXPECT_EQ(result.status, 1);
  std::regex place(file.filename().string() + ":" + std::to_string(line) + R"(:\d+: .+)");
  EXPECT_TRUE(std::regex_search(result.err, place)) << result.err;
  EXPECT_EQ(result.err.find("ready"), std::string::npos);
}

TEST_F(BadInput, UnknownKeyOfTheConfiguration) {
  auto config = scratch().write("bad.yaml", "metrics: {listen: \"127.0.0.1:0\"}\nservres: []\n");
  auto result = run_with(config, rules_directory());
  expect_place(result, config, 2);
  EXPECT_NE(result.err.find("servers"), std::string::npos) << "a suggestion: " << result.err;
  EXPECT_FALSE(fs::exists(scratch() / "state" / "control.sock")) << "nothing half-started";
}

TEST_F(BadInput, WrongValueOfTheConfiguration) {
  auto config = scratch().write("bad.yaml", "alerts:\n  fold_window: soon\n");
  expect_place(run_with(config, rules_directory()), config, 2);
}

TEST_F(BadInput, ConfigurationThatIsNoYaml) {
  auto config = scratch().write("bad.yaml", "servers:\n  - {name: x\nalerts: ]\n");
  auto result = run_with(config, rules_directory());
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(std::regex_search(result.err, std::regex(R"(bad\.yaml:\d+:\d+: .+)"))) << result.err;
}

TEST_F(BadInput, ConfigurationThatIsNotThere) {
  auto result = run_with(scratch() / "none.yaml", rules_directory());
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("none.yaml"), std::string::npos) << result.err;
}

TEST_F(BadInput, KernelWithoutBtfIsSaidInOneSentence) {
  std::string without = "mount -t tmpfs none /sys/kernel/btf\nexec \"$@\"";
  for (const char* command : {"doctor", "run"}) {
    auto result = vedette({command, "--rules", rules_directory()}, {"unshare", "--mount", "sh", "-ec", without, "sh"});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_NE((result.out + result.err).find("This kernel has no BTF (/sys/kernel/btf/vmlinux)"), std::string::npos)
        << result.out << result.err;
  }
}

TEST_F(BadInput, WrongRule) {
  auto config = scratch().write("good.yaml", "");
  auto rule = scratch().write("rules/bad.yml",
                              "title: Bad\nid: 3b1f8c5e-54a5-4f0e-9a51-7d0e6f3f0001\nlogsource: {product: linux}\n"
                              "detection:\n  read:\n    Image: /bin/cat\n  condition: raed\nlevel: high\n");
  auto result = run_with(config, scratch() / "rules");
  expect_place(result, rule, 7);
  EXPECT_EQ(vedette({"check", "--rules", scratch() / "rules"}).status, 1);
}

TEST_F(BadInput, UnknownOptionIsAUsageError) { EXPECT_EQ(vedette({"run", "--no-such-option"}).status, 2); }

TEST_F(BadInput, WithoutRootOneSentence) {
  auto config = scratch().write("good.yaml", "");
  fs::copy_file(monitor_program(), scratch() / "vedette");
  fs::copy(rules_directory(), scratch() / "rules", fs::copy_options::recursive);
  fs::permissions(scratch().path(), fs::perms::all);
  auto result =
      run({{"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", scratch() / "vedette", "run",
            "--config", config, "--rules", scratch() / "rules", "--state", scratch() / "state", "--metrics", "off"},
           "/",
           {},
           false});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("root"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find('\n'), std::string::npos) << "one line: " << result.err;
}

TEST_F(BadInput, FullDiskDoesNotStopDetection) {
  start_monitor({.config = config(), .arguments = {"--alerts", "/dev/full"}, .metrics = true});
  start_victim();
  act({"read_environ", "openat", victim().pid_text()});
  EXPECT_EQ(settled_victim().size(), 1U);
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_output_failures_total") > 0; }, 5s));
  monitor().stop();
}

TEST_F(BadInput, ClosedStdoutDoesNotStopDetection) {
  start_monitor({.config = config(), .metrics = true, .closed_stdout = true});
  start_victim();
  act({"read_environ", "openat", victim().pid_text()});
  EXPECT_TRUE(
      eventually([&] { return read_file(monitor().alerts_file()).find("environ_read") != std::string::npos; }, 5s));
  monitor().stop();
}

TEST_F(BadInput, AReaderThatLeavesDoesNotStopDetection) {
  auto config_file = scratch().write("vedette.yaml", config());
  std::string command = "exec " + monitor_program().string() + " run --json --config " + config_file.string() +
                        " --rules " + rules_directory().string() +
                        " --state state --metrics off --alerts alerts.jsonl | true";
  Process piped({{"sh", "-c", command}, scratch().path(), {}, false});
  ASSERT_TRUE(piped.err().wait(
      [](const auto& lines) {
        return std::ranges::any_of(lines, [](const auto& l) { return l.find("ready") != std::string::npos; });
      },
      20s));
  act({"read_environ", "openat", start_victim().pid_text()});
  EXPECT_TRUE(
      eventually([&] { return read_file(scratch() / "alerts.jsonl").find("environ_read") != std::string::npos; }, 5s));
  auto lock = read_file(scratch() / "state" / "lock");
  ASSERT_FALSE(lock.empty());
  ::kill(std::stoi(lock), SIGTERM);
  EXPECT_TRUE(piped.err().wait_end(5s));
}

}  // namespace
}  // namespace vedette::scenario
