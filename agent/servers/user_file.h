// SPDX-License-Identifier: Apache-2.0
// Files that others write and a privileged process reads: no waiting (FIFO, device), no leaving the directory, no
// foreign mounts, no endless content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::servers {

inline constexpr size_t kUserFileLimit = size_t{1024} * 1024;  // bytes

// Where a file is to be looked for.
struct UserFile {
  std::string directory;          // may be reached through links; "" the path is absolute and free of links
  std::string path;               // below the directory; links may not lead out of it
  std::optional<uint32_t> owner;  // or root; nullopt: anybody

  [[nodiscard]] std::string full_path() const { return directory.empty() ? path : directory + "/" + path; }
};

// nullopt: there is none. An error says why it is not read.
Result<std::optional<std::string>> read_user_file(const UserFile& file);

// Changes when one of the files does (path, existence, inode, size, mtime). Reads nothing. That of several is the sum
// of that of each.
uint64_t stamp(const std::vector<std::string>& paths);

}  // namespace vedette::servers
