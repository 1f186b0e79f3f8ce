// SPDX-License-Identifier: Apache-2.0
#include "commands/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace vedette::commands {
namespace {

std::string holder(int fd) {
  std::array<char, 32> text{};
  ssize_t n = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), n > 0 ? static_cast<size_t>(n) : 0);
  pid.erase(std::min(pid.find('\n'), pid.size()));
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

Result<StateDir> StateDir::lock(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return fail("cannot make the state directory " + path + ": " + error.message() + "; give another with --state DIR");
  }
  ::chmod(path.c_str(), S_IRWXU);
  Fd fd(::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!fd) {
    return fail_errno("cannot open " + path + "/lock");
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail("Vedette is already running on " + path + " as pid " + holder(fd.get()) +
                ": stop it first, or give another directory with --state DIR.");
  }
  std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    return fail_errno("cannot write " + path + "/lock");
  }
  return StateDir(path, std::move(fd));
}

std::string control_socket(const std::string& state) { return state + "/control.sock"; }

std::string state_file(const std::string& state) { return state + "/vedette.db"; }

}  // namespace vedette::commands
