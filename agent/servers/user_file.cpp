// SPDX-License-Identifier: Apache-2.0
#include "servers/user_file.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>

#include "base/fd.h"

namespace vedette::servers {
namespace {

Fd open_beneath(const UserFile& file) {
  open_how how{};
  how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  if (file.directory.empty()) {
    how.flags |= O_NOFOLLOW;
    how.resolve = RESOLVE_NO_SYMLINKS;
    return Fd(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, file.path.c_str(), &how, sizeof how)));
  }
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  Fd directory(::open(file.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return directory ? Fd(static_cast<int>(::syscall(SYS_openat2, directory.get(), file.path.c_str(), &how, sizeof how)))
                   : Fd();
}

Status acceptable(const UserFile& file, const Fd& fd) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
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
  Fd fd = open_beneath(file);
  if (!fd) {
    bool absent = errno == ENOENT || errno == ENOTDIR;
    return absent ? Result<std::optional<std::string>>(std::nullopt) : fail_errno("cannot open");
  }
  if (auto good = acceptable(file, fd); !good) {
    return fail(good.error());
  }
  return read_all(fd);
}

uint64_t stamp(const std::vector<std::string>& paths) {
  uint64_t sum = 0;
  for (const auto& path : paths) {
    sum += stamp_of(path);
  }
  return sum;
}

}  // namespace vedette::servers
