// SPDX-License-Identifier: Apache-2.0
#include "harness/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace vedette::scenario {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe2 failed");
  }
  return {ends[0], ends[1]};
}

std::vector<char*> pointers(const Arguments& words) {
  std::vector<char*> result;
  for (const auto& word : words) {
    result.push_back(const_cast<char*>(word.c_str()));
  }
  result.push_back(nullptr);
  return result;
}

Arguments environment_with(const Arguments& added) {
  Arguments result;
  for (char** entry = environ; *entry != nullptr; entry++) {
    result.emplace_back(*entry);
  }
  result.insert(result.end(), added.begin(), added.end());
  return result;
}

// A child of a shell's background job would inherit SIGINT and SIGQUIT ignored.
void default_signals(posix_spawnattr_t* attributes) {
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

pid_t spawn_with(const Spawn& spawn, int in, int out, int err) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  default_signals(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  if (spawn.closed_stdout) {
    posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  }
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawn_file_actions_addchdir_np(&actions, spawn.directory.c_str());
  pid_t pid = -1;
  auto environment = environment_with(spawn.environment);
  int error = ::posix_spawnp(&pid, spawn.args.at(0).c_str(), &actions, &attributes, pointers(spawn.args).data(),
                             pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw std::runtime_error("cannot start " + spawn.args.at(0) + ": " + std::generic_category().message(error));
  }
  return pid;
}

double time_scale() {
  const char* scale = std::getenv("VEDETTE_TIME_SCALE");
  return scale != nullptr ? std::stod(scale) : 1;
}

}  // namespace

Duration scaled(Duration limit) {
  static const double scale = time_scale();
  return std::chrono::duration_cast<Duration>(limit * scale);
}

LineReader::LineReader(int fd) : thread_([this, fd] { read(fd); }) {}

LineReader::~LineReader() { thread_.join(); }

void LineReader::read(int fd) {
  std::array<char, 65536> buffer{};
  std::string rest;
  ssize_t n = 0;
  while ((n = ::read(fd, buffer.data(), buffer.size())) > 0) {
    auto now = Clock::now();
    rest.append(buffer.data(), static_cast<size_t>(n));
    std::lock_guard lock(mutex_);
    for (size_t end = 0; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1)) {
      lines_.push_back(rest.substr(0, end));
    }
    times_.resize(lines_.size(), now);
    changed_.notify_all();
  }
  ::close(fd);
  std::lock_guard lock(mutex_);
  if (!rest.empty()) {
    lines_.push_back(rest);
    times_.push_back(Clock::now());
  }
  ended_ = true;
  changed_.notify_all();
}

LineReader::Lines LineReader::lines() const {
  std::lock_guard lock(mutex_);
  return lines_;
}

std::vector<Clock::time_point> LineReader::times() const {
  std::lock_guard lock(mutex_);
  return times_;
}

bool LineReader::wait(const std::function<bool(const Lines&)>& done, Duration limit) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, scaled(limit), [&] { return ended_ || done(lines_); });
  return done(lines_);
}

bool LineReader::wait_end(Duration limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, scaled(limit), [&] { return ended_; });
}

Process::Process(const Spawn& spawn) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  pid_ = spawn_with(spawn, in.read, out.write, err.write);
  ::close(in.read);
  ::close(out.write);
  ::close(err.write);
  input_ = in.write;
  out_ = std::make_unique<LineReader>(out.read);
  err_ = std::make_unique<LineReader>(err.read);
}

Process::~Process() {
  if (!out_) {
    return;
  }
  close_input();
  if (running()) {
    ::kill(pid_, SIGKILL);
    reap(0);
  }
}

void Process::write(const std::string& text) const {
  if (::write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("cannot write to the child");
  }
}

void Process::close_input() {
  if (input_ != -1) {
    ::close(input_);
    input_ = -1;
  }
}

void Process::signal(int number) const { ::kill(pid_, number); }

bool Process::reap(int options) {
  int status = 0;
  if (status_ == -1 && ::waitpid(pid_, &status, options) == pid_) {
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return status_ != -1;
}

bool Process::running() { return !reap(WNOHANG); }

int Process::wait(Duration limit) {
  if (!eventually([this] { return reap(WNOHANG); }, limit)) {
    throw std::runtime_error("pid " + std::to_string(pid_) + " did not end in time");
  }
  return status_;
}

Finished run(const Spawn& spawn, Duration limit) {
  Process process(spawn);
  process.close_input();
  bool ended = process.out().wait_end(limit);
  if (!ended) {
    process.signal(SIGKILL);
    throw std::runtime_error("not done in time: " + join(spawn.args, " ") + "\n" + join(process.out().lines(), "\n") +
                             "\n" + join(process.err().lines(), "\n"));
  }
  int status = process.wait(limit);
  (void)process.err().wait_end(1s);
  return {status, join(process.out().lines(), "\n"), join(process.err().lines(), "\n")};
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (const auto& part : parts) {
    result.append(result.empty() ? "" : separator).append(part);
  }
  return result;
}

bool eventually(const std::function<bool()>& holds, Duration limit) {
  auto deadline = Clock::now() + scaled(limit);
  while (!holds()) {
    if (Clock::now() > deadline) {
      return false;
    }
    ::poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace vedette::scenario
