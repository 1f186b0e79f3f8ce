// SPDX-License-Identifier: Apache-2.0
#include "servers/user_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <string_view>

#include "base/fd.h"

namespace vedette::servers {
namespace {

// O_PATH: the file itself is not opened, so that neither a FIFO nor a device notices.
Fd find(const Fd& directory, const UserFile& file) {
  return Fd(::openat(directory.get(), file.path.c_str(), O_PATH | O_CLOEXEC));
}

// Where the kernel says it is now, links resolved.
std::string location_of(const Fd& fd) {
  char path[PATH_MAX];
  ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd.get())).c_str(), path, sizeof path);
  return size < 0 ? "" : std::string(path, static_cast<size_t>(size));
}

bool on_one_mount(const Fd& a, const Fd& b) {
  struct statx first{};
  struct statx second{};
  return ::statx(a.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &first) == 0 &&
         ::statx(b.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &second) == 0 && first.stx_mnt_id == second.stx_mnt_id;
}

// What was found is looked at, not the way to it: nobody can change it any more. openat2(2) would do it in one call,
// but systemd's RestrictSUIDSGID= takes that away.
Status in_place(const UserFile& file, const Fd& directory, const Fd& found) {
  std::string location = location_of(found);
  if (file.directory.empty()) {
    return location == file.path ? Status() : fail("reached by a link, so not read");
  }
  std::string base = location_of(directory);
  bool below = !base.empty() && location.starts_with(base == "/" ? base : base + "/");
  if (!below || !on_one_mount(directory, found)) {
    return fail("leads out of " + file.directory + ", so not read");
  }
  return {};
}

Status acceptable(const UserFile& file, const Fd& fd) {
  struct stat status{};
  if (::fstatat(fd.get(), "", &status, AT_EMPTY_PATH) != 0) {
    return fail_errno("cannot read its status");
  }
  if (!S_ISREG(status.st_mode)) {
    return fail("not a regular file, so not read");
  }
  if (file.owner && status.st_uid != *file.owner && status.st_uid != 0) {
    return fail("owned by uid " + std::to_string(status.st_uid) + " instead of " + std::to_string(*file.owner) +
                ", so not read");
  }
  return {};
}

Result<std::optional<std::string>> read_all(const Fd& fd) {
  std::string text;
  char buffer[16 * 1024];
  ssize_t n = 0;
  while ((n = ::read(fd.get(), buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<size_t>(n));
    if (text.size() > kUserFileLimit) {
      return fail("larger than 1 MiB, so not read");
    }
  }
  return n < 0 ? Result<std::optional<std::string>>(fail_errno("cannot read")) : std::optional(std::move(text));
}

uint64_t mix(uint64_t hash, std::string_view bytes) {
  for (unsigned char byte : bytes) {
    hash = (hash ^ byte) * 0x100000001b3U;  // FNV-1a
  }
  return hash;
}

uint64_t mix(uint64_t hash, uint64_t value) {
  return mix(hash, std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
}

uint64_t stamp_of(const std::string& path) {
  uint64_t hash = mix(0xcbf29ce484222325U, path);
  struct stat status{};
  if (::fstatat(AT_FDCWD, path.c_str(), &status, AT_NO_AUTOMOUNT) != 0) {
    return hash;
  }
  for (auto value : {uint64_t{status.st_dev}, uint64_t{status.st_ino}, static_cast<uint64_t>(status.st_size),
                     static_cast<uint64_t>(status.st_mtim.tv_sec), static_cast<uint64_t>(status.st_mtim.tv_nsec)}) {
    hash = mix(hash, value);
  }
  return hash;
}

}  // namespace

Result<std::optional<std::string>> read_user_file(const UserFile& file) {
  const std::string& base = file.directory.empty() ? "/" : file.directory;
  Fd directory(::open(base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  Fd found = directory ? find(directory, file) : Fd();
  if (!found) {
    bool absent = errno == ENOENT || errno == ENOTDIR;
    return absent ? Result<std::optional<std::string>>(std::nullopt) : fail_errno("cannot open");
  }
  for (const auto& good : {in_place(file, directory, found), acceptable(file, found)}) {
    if (!good) {
      return fail(good.error());
    }
  }
  Fd fd(::open(("/proc/self/fd/" + std::to_string(found.get())).c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return fd ? read_all(fd) : fail_errno("cannot open");
}

uint64_t stamp(const std::vector<std::string>& paths) {
  uint64_t sum = 0;
  for (const auto& path : paths) {
    sum += stamp_of(path);
  }
  return sum;
}

}  // namespace vedette::servers
