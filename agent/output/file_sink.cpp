// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "output/dispatcher.h"
#include "output/json.h"
#include "output/line_writer.h"

namespace vedette::output {
namespace {

// Opened for reading too, to see whether the last line is whole.
Result<Fd> open_for_append(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600));
  if (fd) {
    return fd;
  }
  int error = errno;
  if (error == ELOOP) {
    return fail("cannot open " + path + ": it is a symbolic link; name the file itself");
  }
  return fail_errno("cannot open " + path, error);
}

bool ends_in_newline(int fd) {
  struct stat status{};
  char last = '\n';
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
    return true;
  }
  return ::pread(fd, &last, 1, status.st_size - 1) == 1 && last == '\n';
}

// Takes back the last `bytes`, unless another writer has appended since.
bool take_back(int fd, size_t bytes) {
  struct stat status{};
  off_t end = ::lseek(fd, 0, SEEK_CUR);
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || end != status.st_size) {
    return false;
  }
  return ::ftruncate(fd, end - static_cast<off_t>(bytes)) == 0;
}

class FileSink final : public Sink {
 public:
  FileSink(std::string path, Fd fd) : path_(std::move(path)) { use(std::move(fd)); }

  [[nodiscard]] std::string name() const override { return "file"; }

  Status write(const Alert& alert) override {
    if (auto opened = follow_rotation(); !opened) {
      return opened;
    }
    size_t written = 0;
    auto status = writer_.write(fd_.get(), to_json(alert), &written);
    if (status) {
      return status;
    }
    if (written > 0 && take_back(fd_.get(), written)) {
      writer_.set_torn(!ends_in_newline(fd_.get()));
    }
    return fail(status.error().context(path_));
  }

  Status flush() override {
    // EINVAL, EROFS: not a file that can be synchronized
    if (::fdatasync(fd_.get()) == 0 || errno == EINVAL || errno == EROFS) {
      return {};
    }
    return fail_errno("cannot flush " + path_);
  }

 private:
  void use(Fd fd) {
    fd_ = std::move(fd);
    writer_.set_torn(!ends_in_newline(fd_.get()));
  }

  // Opens the path anew when it no longer names the open file.
  Status follow_rotation() {
    struct stat named{};
    struct stat open{};
    bool same = ::lstat(path_.c_str(), &named) == 0 && ::fstat(fd_.get(), &open) == 0 && named.st_dev == open.st_dev &&
                named.st_ino == open.st_ino;
    if (same) {
      return {};
    }
    auto fd = open_for_append(path_);
    if (!fd) {
      return fail(fd.error());
    }
    use(std::move(*fd));
    return {};
  }

  std::string path_;
  Fd fd_;
  LineWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Sink>> file_sink(const std::string& path) {
  auto fd = open_for_append(path);
  if (!fd) {
    return fail(fd.error());
  }
  return std::make_unique<FileSink>(path, std::move(*fd));
}

}  // namespace vedette::output
