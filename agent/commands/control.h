// SPDX-License-Identifier: Apache-2.0
// How other commands ask the running monitor: a unix socket in the state directory (mode 0600). It writes one answer to
// whoever connects and closes.
#pragma once

#include <functional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace vedette::commands {

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

}  // namespace vedette::commands
