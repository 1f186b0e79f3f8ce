// SPDX-License-Identifier: Apache-2.0
#include "commands/outputs.h"

#include <unistd.h>

#include <map>
#include <optional>

#include "output/sinks.h"

namespace vedette::commands {
namespace {

using Made = Result<std::unique_ptr<output::Sink>>;

output::HttpOptions http_of(const config::Output& output) {
  return {.url = output.url,
          .ca_file = output.ca_file,
          .token_file = output.token_file,
          .token_credential = output.token_credential,
          .token_scheme = output.token_scheme};
}

Made stdout_of(const config::Output& output) {
  bool terminal = ::isatty(STDOUT_FILENO) == 1;
  if (output.format == "text" || (output.format.empty() && terminal)) {
    return output::stdout_text_sink(terminal);
  }
  return output::stdout_sink(output::format_by_name(output.format).value_or(output::Format::kNative));
}

Made syslog_of(const config::Output& output, output::Format format) {
  return output::syslog_sink(
      {.address = output.address, .ca_file = output.ca_file, .facility = output.facility, .format = format});
}

std::optional<output::Body> body_of(const config::Output& output) {
  static const std::map<std::string, output::Body> kBodies = {
      {"array", output::Body::kArray}, {"lines", output::Body::kLines}, {"object", output::Body::kObject}};
  auto found = kBodies.find(output.body);
  return found == kBodies.end() ? std::nullopt : std::optional(found->second);
}

Made webhook_of(const config::Output& output, output::Format format) {
  return output::webhook_sink(
      {.http = http_of(output), .format = format, .body = body_of(output), .batch = output.batch});
}

Made alertmanager_of(const config::Output& output) {
  return output::alertmanager_sink({.http = http_of(output),
                                    .resolve_after = std::chrono::ceil<std::chrono::seconds>(output.resolve_after),
                                    .generator_url = output.generator_url,
                                    .batch = output.batch});
}

}  // namespace

Made make_sink(const config::Output& output) {
  if (output.type == "stdout") {
    return stdout_of(output);
  }
  auto format = output::format_by_name(output.format);
  if (!format) {
    return fail("output " + output.name + ": unknown format '" + output.format + "'");
  }
  if (output.type == "file") {
    return output::file_sink(output.path, *format);
  }
  if (output.type == "journald") {
    return output::journald_sink(*format);
  }
  if (output.type == "syslog") {
    return syslog_of(output, *format);
  }
  if (output.type == "webhook") {
    return webhook_of(output, *format);
  }
  if (output.type == "alertmanager") {
    return alertmanager_of(output);
  }
  return fail("output " + output.name + ": unknown type '" + output.type + "'");
}

}  // namespace vedette::commands
