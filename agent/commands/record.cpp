// SPDX-License-Identifier: Apache-2.0
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "commands/monitor.h"
#include "commands/recording.h"
#include "commands/self_process.h"
#include "event/encode.h"

namespace vedette::commands {
namespace {

constexpr int kTickMilliseconds = 100;

int complain(const Error& error) {
  std::fprintf(stderr, "vedette: %s\n", error.message.c_str());
  return kError;
}

// Writes the stream; command lines as they come out of decode(), which redacts them.
class Recorder {
 public:
  explicit Recorder(RecordingWriter writer) : writer_(std::move(writer)) {}

  void operator()(Bytes record) {
    auto event = decode(record);
    if (!event) {
      ++undecoded_;
      return;
    }
    if (const auto* exec = std::get_if<ExecEvent>(&*event)) {
      write(encode(*exec));
    } else {
      write(record);
    }
  }
  void write(Bytes record) {
    if (status_) {
      status_ = writer_.write(record);
    }
  }
  [[nodiscard]] const Status& status() const { return status_; }
  Status close() { return status_ ? writer_.close() : status_; }
  [[nodiscard]] uint64_t undecoded() const { return undecoded_; }

 private:
  RecordingWriter writer_;
  Status status_;
  uint64_t undecoded_ = 0;
};

Result<Fd> stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  Fd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  return fd ? Result<Fd>(std::move(fd)) : fail_errno("cannot watch for signals");
}

Status write_start(Recorder& recorder, sensor::Sensor& sensor, const config::Settings& settings) {
  servers::DiskConfigSource configs("", servers::users());
  Context context = gather(settings, configs.read().entries);
  recorder.write(encode(ContextEvent{.time_ns = sensor::boot_time_ns(), .json = to_json(context)}));
  Procfs procfs;
  auto running = running_processes(sensor, procfs);
  if (!running) {
    return fail(running.error());
  }
  for (const ExecEvent& event : *running) {
    recorder.write(encode(event));
  }
  return {};
}

Status record_until(int stop, Recorder& recorder, sensor::Sensor& sensor) {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  std::vector<int> watched = sensor.descriptors();
  watched.push_back(stop);
  for (int fd : watched) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event);
  }
  signalfd_siginfo info{};
  while (recorder.status() && ::read(stop, &info, sizeof(info)) != sizeof(info)) {
    bool more = sensor.poll(std::ref(recorder));
    sensor.collect(std::ref(recorder));
    std::array<epoll_event, 8> events{};
    ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), more ? 0 : kTickMilliseconds);
  }
  sensor.finish(std::ref(recorder));
  return recorder.close();
}

}  // namespace

int record(const Options& options) {
  harden_process();
  auto settings = load_settings(options);
  if (!settings.errors.empty()) {
    print(settings.errors);
    return kError;
  }
  auto stop = stop_signals();
  if (!stop) {
    return complain(stop.error());
  }
  bool fold = settings.settings.fold_window.count() > 0;
  auto sensor = sensor::Sensor::start(
      {.family = options.family, .fold_ns = fold ? 1'000'000'000ULL : 0, .without = options.without_probes});
  if (!sensor) {
    return complain(sensor.error());
  }
  auto writer = RecordingWriter::create(options.file);
  if (!writer) {
    return complain(writer.error());
  }
  Recorder recorder(std::move(*writer));
  if (auto status = write_start(recorder, **sensor, settings.settings); !status) {
    return complain(status.error());
  }
  std::fputs("ready\n", stderr);
  Status status = record_until(stop->get(), recorder, **sensor);
  return status ? kGood : complain(status.error());
}

}  // namespace vedette::commands
