// SPDX-License-Identifier: Apache-2.0
// Recoverable errors are values. A function that can fail returns Result<T>; its caller adds what it knows with
// `context` and passes it up. Only commands/ decides to end the program, and only there is an error logged.
//
//   Result<Settings> load(path);
//   auto settings = load(path);
//   if (!settings) return fail(settings.error().context("cannot use " + path));
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vedette {

struct Error {
  std::string message;

  // "what: message"
  [[nodiscard]] Error context(const std::string& what) const { return Error{what + ": " + message}; }
};

template <typename T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

inline std::unexpected<Error> fail(std::string message) { return std::unexpected(Error{std::move(message)}); }
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

// "what: strerror(code)"
inline std::unexpected<Error> fail_errno(const std::string& what, int code = errno) {
  return fail(what + ": " + std::generic_category().message(code));
}

// A mistake in a file a user wrote. line and column count from 1; 0 means the file as a whole.
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  // what was expected, what was found, what to do

  // "file:line:column: message"
  [[nodiscard]] std::string text() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
  }
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace vedette
