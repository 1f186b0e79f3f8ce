// SPDX-License-Identifier: Apache-2.0
#include "output/outputs.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "output/courier.h"
#include "output/recorder.h"

namespace vedette::output {
namespace {

constexpr int kStopMilliseconds = 5000;

// Passes on to an observer that may use what dies soon after stop(): once closed, nothing more.
class Gate {
 public:
  explicit Gate(Observer observer) : observer_(std::move(observer)) {}

  Observer observer() {
    return {.delivered = pass(&Observer::delivered),
            .failed = pass(&Observer::failed),
            .lost = pass(&Observer::lost),
            .state_failed = pass(&Observer::state_failed)};
  }
  void close() {
    std::scoped_lock lock(mutex_);
    observer_ = {};
  }

 private:
  template <typename... Args>
  std::function<void(Args...)> pass(std::function<void(Args...)> Observer::* event) {
    return [this, event](Args... args) {
      std::scoped_lock lock(mutex_);
      if (observer_.*event) {
        (observer_.*event)(args...);
      }
    };
  }

  std::mutex mutex_;
  Observer observer_;
};

}  // namespace

// Shared with the threads, which may outlive the outputs in a stuck sink or on a stuck disk.
struct Outputs::State {
  State(const Settings& settings, Observer watching)
      : gate(std::move(watching)),
        observer(gate.observer()),
        log(settings.state_file, settings.limits, observer),
        recorder(log, settings.queue, settings.queue_bytes) {}

  Gate gate;
  const Observer observer;
  AlertLog log;
  Recorder recorder;
  std::vector<std::unique_ptr<Courier>> couriers;  // by their readers

  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable changed;
  size_t running = 0;

  bool stopped = false;
  Undelivered undelivered;  // valid once stopped

  static void start(const std::shared_ptr<State>& state, std::function<void()> body);
  [[nodiscard]] Undelivered left_over() const;
  bool wait_for_threads(std::chrono::steady_clock::time_point deadline, size_t left);
};

void Outputs::State::start(const std::shared_ptr<State>& state, std::function<void()> body) {
  ++state->running;
  state->threads.emplace_back([state, body = std::move(body)] {
    body();
    std::scoped_lock lock(state->mutex);
    --state->running;
    state->changed.notify_all();
  });
}

// Until no more than `left` are running.
bool Outputs::State::wait_for_threads(std::chrono::steady_clock::time_point deadline, size_t left) {
  std::unique_lock lock(mutex);
  return changed.wait_until(lock, deadline, [&] { return running <= left; });
}

Undelivered Outputs::State::left_over() const {
  Undelivered result{.lost = recorder.length()};
  for (size_t reader = 0; reader < couriers.size(); ++reader) {
    uint64_t waiting = log.waiting(reader);
    uint64_t lost = std::min(waiting, log.not_kept(reader));
    result.lost += lost;
    result.kept += waiting - lost;
  }
  return result;
}

Outputs::Outputs(std::vector<Output> outputs, const Settings& settings, Observer observer)
    : state_(std::make_shared<State>(settings, std::move(observer))) {
  for (Output& output : outputs) {
    std::string name = output.reader.name;
    size_t reader = state_->log.add(std::move(output.reader));
    state_->couriers.push_back(
        std::make_unique<Courier>(std::move(name), reader, std::move(output.sink), state_->log, state_->observer));
  }
  state_->log.save();
  std::scoped_lock lock(state_->mutex);
  State::start(state_, [recorder = &state_->recorder] { recorder->run(); });
  for (const auto& courier : state_->couriers) {
    State::start(state_, [courier = courier.get()] { courier->run(); });
  }
}

Outputs::~Outputs() { stop(kStopMilliseconds); }

bool Outputs::push(Alert alert) { return state_->recorder.push(std::move(alert)); }

void Outputs::with_state(std::function<Status(state::Store&)> action) {
  state_->recorder.with_state(std::move(action));
}

uint64_t Outputs::length() const {
  uint64_t most = 0;
  for (size_t reader = 0; reader < state_->couriers.size(); ++reader) {
    most = std::max(most, state_->log.waiting(reader));
  }
  return most + state_->recorder.length();
}

void Outputs::reopen() {
  for (const auto& courier : state_->couriers) {
    courier->reopen();
  }
}

Undelivered Outputs::stop(int milliseconds) {
  if (std::exchange(state_->stopped, true)) {
    return state_->undelivered;
  }
  auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  state_->recorder.stop();
  bool recorded = state_->wait_for_threads(deadline, state_->couriers.size());
  for (const auto& courier : state_->couriers) {
    courier->stop();
  }
  state_->log.wake();
  bool ended = state_->wait_for_threads(deadline, 0);
  if (recorded) {
    state_->log.save();
  }
  state_->undelivered = state_->left_over();
  for (std::thread& thread : state_->threads) {
    ended ? thread.join() : thread.detach();
  }
  state_->threads.clear();
  state_->gate.close();
  return state_->undelivered;
}

}  // namespace vedette::output
