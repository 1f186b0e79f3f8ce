// SPDX-License-Identifier: Apache-2.0
// The entries of `outputs:`.
#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "event/alert.h"
#include "servers/yaml.h"

namespace vedette::config {

// Keys that are not of the type keep their defaults.
struct Output {
  std::string type;                       // "file", "stdout", "journald", "syslog", "webhook", "alertmanager"
  std::string name;                       // letters, digits, '_', '-'; no two outputs have the same
  Level level = Level::kInformational;    // what is below is not for this output
  std::string format = "native";          // "ocsf", "ecs", "falco", "cef"; of stdout "text", too, and "": what fits
  std::string path;                       // file
  std::string address = "unix:/dev/log";  // syslog, see base/socket_address.h
  int facility = 16;                      // syslog, RFC 5424, 6.2.1
  std::string ca_file;                    // syslog over tls, webhook, alertmanager; "": the system's
  std::string url;                        // webhook, alertmanager
  std::string token_file;                 // webhook, alertmanager; at most one of the two
  std::string token_credential;
  std::string token_scheme = "Bearer";  // webhook, alertmanager: RFC 9110, 11.1
  std::string body;                     // webhook: "array", "lines", "object"; "": what fits
  size_t batch = 100;                   // webhook, alertmanager: alerts a request at most
  std::chrono::milliseconds resolve_after = std::chrono::hours(1);  // alertmanager
  std::string generator_url;                                        // alertmanager; "": none
};

// The list; every mistake is told to the reader.
std::vector<Output> read_outputs(yaml::Reader& reader, const YAML::Node& node);

}  // namespace vedette::config
