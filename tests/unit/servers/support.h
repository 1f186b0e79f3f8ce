// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "servers/naming.h"
#include "servers/signatures.h"

namespace vedette::servers {

// The signatures as they are delivered.
inline std::shared_ptr<const Signatures> delivered() {
  static const auto kLoaded = load_signatures({VEDETTE_SOURCE_DIR "/rules"});
  EXPECT_TRUE(kLoaded.errors.empty()) << kLoaded.errors.front().text();
  return kLoaded.signatures;
}

inline Process process(Words args, std::string executable = "") {
  Process result;
  result.executable = executable.empty() && !args.empty() ? args[0] : executable;
  result.args = std::move(args);
  return result;
}

// A directory of its own, gone with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vedette-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  std::string write(const std::string& file, const std::string& text) const {
    auto full = std::filesystem::path(path_) / file;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << text;
    return full.string();
  }

 private:
  std::string path_;
};

}  // namespace vedette::servers
