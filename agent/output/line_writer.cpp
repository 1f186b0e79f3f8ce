// SPDX-License-Identifier: Apache-2.0
#include "output/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <string_view>

namespace vedette::output {
namespace {

// What a failed write(2) may be tried again after; waits when it has to.
bool recoverable(int fd, int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    pollfd wait{fd, POLLOUT, 0};
    return ::poll(&wait, 1, -1) > 0 || errno == EINTR;
  }
  return error == EINTR;
}

}  // namespace

Status wait_writable(int fd, std::chrono::milliseconds timeout) {
  pollfd wait{fd, POLLOUT, 0};
  int ready = ::poll(&wait, 1, static_cast<int>(timeout.count()));
  if (ready < 0 && errno != EINTR) {
    return fail_errno("cannot wait");
  }
  return ready != 0 ? Status() : fail("the reader does not read");
}

Status LineWriter::write(int fd, const std::string& line, size_t* written) {
  std::string text = (torn_ ? "\n" : "") + line + "\n";
  std::string_view rest = text;
  while (!rest.empty()) {
    ssize_t n = ::write(fd, rest.data(), rest.size());
    if (n >= 0) {
      rest.remove_prefix(static_cast<size_t>(n));
    } else if (!recoverable(fd, errno)) {
      break;
    }
  }
  int error = errno;
  size_t count = text.size() - rest.size();
  torn_ = count == 0 ? torn_ : text[count - 1] != '\n';
  if (written != nullptr) {
    *written = count;
  }
  return rest.empty() ? Status{} : fail_errno("cannot write", error);
}

}  // namespace vedette::output
