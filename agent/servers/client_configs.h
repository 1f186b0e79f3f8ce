// SPDX-License-Identifier: Apache-2.0
// The servers that the configuration files of all users' clients name. The files are hostile: nothing in them may
// stop, fool or enlarge the reader (see user_file.h). Values of `env` are never kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "servers/recognizer.h"
#include "servers/users.h"

namespace vedette::servers {

struct ClientConfigs {
  std::vector<ConfigEntry> entries;
  std::vector<std::string> files;       // that were read
  std::vector<std::string> candidates;  // that were looked for, there or not
  Diagnostics warnings;                 // files that could not be used
  uint64_t stamp = 0;                   // stamp(candidates), each taken before it was read; see user_file.h
};

// `root` stands before every path; "" is this machine.
ClientConfigs read_client_configs(const std::string& root, const std::vector<User>& users);

// Where the pipeline gets them from; another kind serves recordings and tests.
class ConfigSource {
 public:
  virtual ~ConfigSource() = default;
  virtual ClientConfigs read() = 0;
  // Cheap enough for every few seconds.
  virtual bool changed() = 0;
};

class DiskConfigSource : public ConfigSource {
 public:
  DiskConfigSource(std::string root, std::vector<User> users) : root_(std::move(root)), users_(std::move(users)) {}
  ClientConfigs read() override;
  bool changed() override;

 private:
  std::string root_;
  std::vector<User> users_;
  std::vector<std::string> candidates_;
  uint64_t stamp_ = 0;
};

}  // namespace vedette::servers
