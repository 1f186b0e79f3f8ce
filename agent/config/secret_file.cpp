// SPDX-License-Identifier: Apache-2.0
#include "config/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"

namespace vedette::config {

Status check_secret_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    return fail_errno("cannot read " + path);
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(path + " is not a regular file");
  }
  if ((status.st_mode & S_IRWXO) != 0) {
    return fail(path + " is open to everyone: chmod o= " + path);
  }
  return {};
}

}  // namespace vedette::config
