// SPDX-License-Identifier: Apache-2.0
#include "commands/state_dir.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "commands/self_paths.h"

namespace vedette::commands {
namespace {

std::string holder(int fd) {
  std::array<char, 32> text{};
  ssize_t n = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), n > 0 ? static_cast<size_t>(n) : 0);
  pid.erase(std::min(pid.find('\n'), pid.size()));
  return pid.empty() ? "unknown" : pid;
}

namespace fs = std::filesystem;

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

// What is ours becomes ours alone. Links would lead elsewhere, a directory with the sticky bit is meant for many.
Status make_private(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    return {};
  }
  if (S_ISLNK(status.st_mode)) {
    return fail(path + " is a symbolic link; remove it");
  }
  if (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0) {
    return fail(path + " is shared by many; give another state directory");
  }
  if ((status.st_mode & kOthers) == 0 || status.st_uid != ::geteuid()) {
    return {};
  }
  spdlog::warn("{} was open to others; now it is not", path);
  return ::chmod(path.c_str(), status.st_mode & S_IRWXU) == 0 ? Status() : fail_errno("cannot chmod " + path);
}

Status make_all_private(const std::string& directory) {
  if (auto status = make_private(directory); !status) {
    return status;
  }
  std::error_code error;
  for (fs::directory_iterator at(directory, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    if (auto status = make_private(at->path()); !status) {
      return status;
    }
  }
  return {};
}

// Made with the rights it is to have.
Status make_directory(const std::string& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path);
  fs::create_directories(whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path(), error);
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && !fs::is_directory(path, error)) {
    return fail_errno("cannot make the state directory " + path + "; give another with --state DIR");
  }
  return {};
}

}  // namespace

Result<StateDir> StateDir::lock(const std::string& path) {
  if (auto made = make_directory(path); !made) {
    return fail(made.error());
  }
  std::error_code unknown;
  if (auto status = make_all_private(fs::canonical(path, unknown).string()); !status) {
    return fail(status.error());
  }
  if (Diagnostics wrong = untrusted_tree(path); !wrong.empty()) {
    return fail(wrong.front().file + ": " + wrong.front().message);
  }
  Fd fd(::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!fd && errno == EROFS) {
    spdlog::error("{} is on a read-only file system: nothing is kept until it can be written to", path);
    return StateDir(path, Fd());
  }
  if (!fd) {
    return fail_errno("cannot open " + path + "/lock");
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail("Vedette is already running on " + path + " as pid " + holder(fd.get()) +
                ": stop it first, or give another directory with --state DIR.");
  }
  std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    spdlog::error("cannot write {}/lock: {}", path, std::strerror(errno));  // a full disk; held it is
  }
  return StateDir(path, std::move(fd));
}

std::string destinations_file(const StateDir& state) { return state.file("destinations.json"); }

std::string control_socket(const std::string& state) { return state + "/control.sock"; }

std::string state_file(const std::string& state) { return state + "/vedette.db"; }

}  // namespace vedette::commands
