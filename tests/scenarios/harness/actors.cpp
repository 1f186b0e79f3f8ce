// SPDX-License-Identifier: Apache-2.0
#include "harness/actors.h"

#include <csignal>
#include <stdexcept>

namespace vedette::scenario {
namespace {

constexpr auto kServerLimit = 10s;

std::vector<json> parse_lines(const std::vector<std::string>& lines) {
  std::vector<json> result;
  for (const auto& line : lines) {
    if (!line.empty()) {
      result.push_back(json::parse(line));
    }
  }
  return result;
}

bool is_done(const std::string& line) { return line.starts_with(R"({"done":true)"); }

}  // namespace

fs::path actor_program() { return fs::path(VEDETTE_ACTORS) / "actor"; }
bool has_32_bit_actor() { return fs::exists(actor32_program()); }
fs::path actor32_program() { return fs::path(VEDETTE_ACTORS) / "actor32"; }

std::vector<json> act_all(const fs::path& program, const Arguments& args, Duration limit) {
  Arguments command{program};
  command.insert(command.end(), args.begin(), args.end());
  Process process({command, "/", {}, false});
  process.close_input();
  if (!process.out().wait_end(limit)) {
    throw std::runtime_error("not done in time: " + join(command, " "));
  }
  auto result = parse_lines(process.out().lines());
  if (result.empty()) {
    throw std::runtime_error(join(command, " ") + ": " + join(process.err().lines(), "\n"));
  }
  return result;
}

json act(const Arguments& args, Duration limit) { return act_all(actor_program(), args, limit).back(); }
json act32(const Arguments& args, Duration limit) { return act_all(actor32_program(), args, limit).back(); }

fs::path ServerProcess::install(const Scratch& scratch, const std::string& name, const fs::path& program) {
  fs::path copy = scratch / "servers" / name;
  fs::create_directories(copy.parent_path());
  if (!fs::exists(copy)) {
    fs::copy_file(program, copy);
  }
  return copy;
}

ServerProcess::ServerProcess(const Scratch& scratch, const std::string& name, const fs::path& program)
    : executable_(install(scratch, name, program)),
      process_({{executable_, "sleeper"},
                scratch.path(),
                {"GITHUB_TOKEN=ghp_0123456789abcdefghij0123456789abcdef"},
                false}) {
  if (!process_.out().wait([](const auto& lines) { return !lines.empty(); }, kServerLimit)) {
    throw std::runtime_error("the server stand-in did not start");
  }
  read_ = 1;
}

std::vector<json> ServerProcess::obey(const std::string& line, Duration limit) {
  process_.write(line + "\n");
  size_t end = 0;
  bool done = process_.out().wait(
      [&](const LineReader::Lines& lines) {
        for (end = read_; end < lines.size() && !is_done(lines[end]); end++) {
        }
        return end < lines.size();
      },
      limit);
  auto lines = process_.out().lines();
  if (!done && process_.out().wait_end(0s)) {
    end = lines.size();
  } else if (!done) {
    throw std::runtime_error("the server did not do: " + line);
  }
  auto from = static_cast<std::ptrdiff_t>(std::exchange(read_, end + 1));
  return parse_lines({lines.begin() + from, lines.begin() + static_cast<std::ptrdiff_t>(end)});
}

void ServerProcess::kill() {
  process_.signal(SIGKILL);
  process_.wait(kServerLimit);
}

}  // namespace vedette::scenario
