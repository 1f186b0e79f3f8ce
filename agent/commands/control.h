// SPDX-License-Identifier: Apache-2.0
// How other commands ask the running monitor: a unix socket in the state directory (mode 0600). It writes one answer to
// root and its own user and closes: how it stands, as JSON. Others get nothing.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace vedette::commands {

struct RuleStatus {
  std::string digest;
  int live = 0;
  int dead = 0;
  std::string loaded;               // when, as in alerts
  bool stale = false;               // older than the files, which could not be reloaded because of the errors
  std::vector<std::string> errors;  // of the last load
};

struct MonitorStatus {
  nlohmann::ordered_json servers = nlohmann::ordered_json::array();
  RuleStatus rules;
};

std::string to_json(const MonitorStatus& status);
Result<MonitorStatus> status_from_json(const std::string& json);
// That the rules are stale and why, one error a line.
std::string stale_text(const RuleStatus& rules);

class ControlSocket {
 public:
  static Result<ControlSocket> listen(const std::string& path);
  ~ControlSocket();
  ControlSocket(ControlSocket&&) = default;
  ControlSocket& operator=(ControlSocket&&) = default;

  [[nodiscard]] int descriptor() const { return fd_.get(); }
  // Answers one connection. An asker that does not read is given up after a moment.
  void answer(const std::function<std::string()>& text) const;

 private:
  ControlSocket(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string path_;
  Fd fd_;
};

// The whole answer.
Result<std::string> ask(const std::string& path);
Result<MonitorStatus> ask_status(const std::string& path);

}  // namespace vedette::commands
