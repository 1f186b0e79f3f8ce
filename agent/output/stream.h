// SPDX-License-Identifier: Apache-2.0
// Connections that are written to and seldom read from. The process must ignore SIGPIPE.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace vedette::output {

using Deadline = std::chrono::steady_clock::time_point;

class Stream {
 public:
  virtual ~Stream() = default;
  // All of it, or an error; after an error the connection is of no more use.
  virtual Status send(std::string_view bytes, Deadline deadline) = 0;
  // Whether the peer still holds its end, as far as its kernel has told ours. What the peer says is thrown away.
  virtual Status check() = 0;
  // Returns once the peer's kernel has acknowledged everything sent. That its program has read it is not known.
  virtual Status settle(Deadline deadline) = 0;
  // Keeps messages apart by itself (datagrams).
  [[nodiscard]] virtual bool keeps_boundaries() const { return false; }
  // The last send failed for its size alone; the connection is as good as before.
  [[nodiscard]] virtual bool too_large() const { return false; }
};

// By datagrams, or, where the socket is none of datagrams, as a stream.
Result<std::unique_ptr<Stream>> connect_unix(const std::string& path);
Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host, const std::string& port, Deadline deadline);
// TLS 1.2 at least; the peer's certificate must be for `host` and of an authority of `ca_file` (PEM; "": the system's).
Result<std::unique_ptr<Stream>> connect_tls(const std::string& host, const std::string& port,
                                            const std::string& ca_file, Deadline deadline);

// For the kinds of streams: sockets that do not block.
Result<Fd> connected_tcp(const std::string& host, const std::string& port, Deadline deadline);
Status wait_for(int fd, short events, Deadline deadline);
Status all_acknowledged(int fd, Deadline deadline);

}  // namespace vedette::output
