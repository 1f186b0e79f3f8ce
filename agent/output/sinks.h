// SPDX-License-Identifier: Apache-2.0
// The sinks there are. None connects when it is made: a receiver that is down is an error of write(), which tries
// again. The process must ignore SIGPIPE.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "output/format.h"
#include "output/sink.h"

namespace vedette::output {

inline constexpr std::chrono::milliseconds kSinkTimeout{5000};  // of a connection, and of what is sent through it

// Appends lines; made with mode 0600, symbolic links are refused. A write that fails midway is taken back, or, where it
// cannot be, the next goes on a fresh line. A full disk is an error of write(). A path that was renamed or removed (log
// rotation) is opened anew.
Result<std::unique_ptr<Sink>> file_sink(const std::string& path, Format format);

// Waits `timeout` for the reader of a pipe before a line; a line that was begun is ended, however long that takes.
std::unique_ptr<Sink> stdout_sink(Format format, std::chrono::milliseconds timeout = kSinkTimeout);
std::unique_ptr<Sink> stdout_text_sink(bool color, std::chrono::milliseconds timeout = kSinkTimeout);

// Fields of systemd.journal-fields(7), and our own.
std::unique_ptr<Sink> journald_sink(Format format, std::chrono::milliseconds timeout = kSinkTimeout);

struct SyslogOptions {
  std::string address;  // base/socket_address.h
  std::string ca_file;  // tls: whom to trust, PEM; "": the system's
  int facility = 16;    // RFC 5424, 6.2.1
  Format format = Format::kNative;
  std::chrono::milliseconds timeout = kSinkTimeout;
};
// RFC 5424; octet counting (RFC 6587, RFC 5425) over tcp and tls. An error for an address of another shape.
Result<std::unique_ptr<Sink>> syslog_sink(const SyslogOptions& options);

struct HttpOptions {
  std::string url;
  std::string ca_file;                  // whom to trust, PEM; "": the system's
  std::string token_file;               // "": none
  std::string token_credential;         // the same, a file of $CREDENTIALS_DIRECTORY
  std::string token_scheme = "Bearer";  // what stands before the token, RFC 9110, 11.1
  std::string content_type = "application/json";
  std::chrono::milliseconds timeout{10'000};
};

enum class Body : uint8_t {
  kArray,   // application/json, a JSON array
  kLines,   // application/x-ndjson, each line ended
  kObject,  // application/json, one alert a request, whatever the batch
};
struct WebhookOptions {
  HttpOptions http;
  Format format = Format::kNative;
  std::optional<Body> body;  // none: kObject in the form falco, kArray in others
  size_t batch = 100;
};
// An error for a form that is not JSON.
Result<std::unique_ptr<Sink>> webhook_sink(const WebhookOptions& options);

struct AlertmanagerOptions {
  HttpOptions http;                          // the address Alertmanager's pages are at, without /api/v2/alerts
  std::chrono::seconds resolve_after{3600};  // since last_seen
  std::string generator_url;                 // "": none
  size_t batch = 100;
};
std::unique_ptr<Sink> alertmanager_sink(const AlertmanagerOptions& options);

}  // namespace vedette::output
