// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "output/line_writer.h"
#include "output/sinks.h"

namespace vedette::output {
namespace {

constexpr size_t kBatch = 100;

// Opened for reading too, to see whether the last line is whole.
Fd open_for_append(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600));
}

std::unexpected<Error> cannot_open(const std::string& path, int error) {
  return error == ELOOP ? fail("cannot open " + path + ": it is a symbolic link; name the file itself")
                        : fail_errno("cannot open " + path, error);
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
  FileSink(std::string path, Format format, Fd fd) : path_(std::move(path)), format_(format) { use(std::move(fd)); }
  ~FileSink() override { ::fdatasync(fd_.get()); }

  Delivery write(std::span<const Alert> alerts) override {
    Delivery delivery;
    for (const Alert& alert : alerts) {
      if (auto status = append(output::format(format_, alert)); !status) {
        delivery.error = status.error().message;
        break;
      }
      ++delivery.done;
    }
    return delivery;
  }

  [[nodiscard]] size_t batch() const override { return kBatch; }

  void reopen() override { stale_ = true; }

 private:
  void use(Fd fd) {
    fd_ = std::move(fd);
    stale_ = false;
    writer_.set_torn(!ends_in_newline(fd_.get()));
  }

  Status append(const std::string& line) {
    if (auto opened = follow_rotation(); !opened) {
      return opened;
    }
    size_t written = 0;
    auto status = writer_.write(fd_.get(), line, &written);
    if (status) {
      return status;
    }
    if (written > 0 && take_back(fd_.get(), written)) {
      writer_.set_torn(!ends_in_newline(fd_.get()));
    }
    return fail(status.error().context(path_));
  }

  // Opens the path anew when it no longer names the open file, or was asked to.
  Status follow_rotation() {
    struct stat named{};
    struct stat open{};
    bool same = !stale_ && ::lstat(path_.c_str(), &named) == 0 && ::fstat(fd_.get(), &open) == 0 &&
                named.st_dev == open.st_dev && named.st_ino == open.st_ino;
    if (same) {
      return {};
    }
    Fd fd = open_for_append(path_);
    if (!fd) {
      return cannot_open(path_, errno);
    }
    use(std::move(fd));
    return {};
  }

  std::string path_;
  Format format_;
  Fd fd_;
  LineWriter writer_;
  bool stale_ = false;
};

}  // namespace

Result<std::unique_ptr<Sink>> file_sink(const std::string& path, Format format) {
  Fd fd = open_for_append(path);
  int error = fd ? 0 : errno;
  bool passes = error == EROFS || error == ENOSPC;  // and is tried again
  if (error != 0 && !passes) {
    return cannot_open(path, error);
  }
  return std::make_unique<FileSink>(path, format, std::move(fd));
}

}  // namespace vedette::output
