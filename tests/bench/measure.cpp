// SPDX-License-Identifier: Apache-2.0
#include "measure.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "harness/scratch.h"

namespace vedette::bench {
namespace {

using scenario::fs::directory_iterator;
using scenario::fs::path;

constexpr int kBatches = 20;
constexpr int kCalls = 50'000;
constexpr int kOpens = 10'000;
constexpr int kConnects = 500;

// The best of the batches: short ones, so that some are undisturbed.
template <typename Action>
double each(int times, Action action) {
  double best = 1e18;
  for (int batch = 0; batch < kBatches; batch++) {
    int64_t begin = now_ns();
    for (int i = 0; i < times; i++) {
      action();
    }
    best = std::min(best, static_cast<double>(now_ns() - begin) / times);
  }
  return best;
}

class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    if (::bind(fd_, generic(), size) != 0 || ::listen(fd_, 128) != 0 || ::getsockname(fd_, generic(), &size) != 0) {
      throw std::runtime_error("cannot listen on loopback");
    }
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void connect_once() {
    int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Ends with a reset, or the ports in TIME_WAIT would run out.
    linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (::connect(client, generic(), sizeof(address_)) != 0) {
      throw std::runtime_error("cannot connect on loopback");
    }
    ::close(::accept(fd_, nullptr, nullptr));
    ::close(client);
  }

 private:
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }

  int fd_;
  sockaddr_in address_{};
};

std::string proc(pid_t pid, const std::string& file) { return "/proc/" + std::to_string(pid) + "/" + file; }

}  // namespace

int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

double bare_call() {
  return each(kCalls, [] { ::syscall(SYS_getppid); });
}

double open_close() {
  return each(kOpens, [] { ::close(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)); });
}

double connect_close() {
  Listener listener;
  return each(kConnects, [&] { listener.connect_once(); });
}

double resident_mib(pid_t pid) {
  std::ifstream status(proc(pid, "status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stod(line.substr(6)) / 1024;
    }
  }
  return 0;
}

// The first field of schedstat: time on a CPU in nanoseconds, without the 10 ms steps of stat.
double cpu_seconds(pid_t pid) {
  double sum = 0;
  for (const auto& task : directory_iterator(proc(pid, "task"))) {
    double ns = 0;
    std::ifstream(task.path() / "schedstat") >> ns;
    sum += ns / 1e9;
  }
  return sum;
}

}  // namespace vedette::bench
