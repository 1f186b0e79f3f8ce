// SPDX-License-Identifier: Apache-2.0
// A directory of its own for one test, and names no other test has. Failures of the harness are std::runtime_error.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace vedette::scenario {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Duration = Clock::duration;
namespace fs = std::filesystem;

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }
  fs::path write(std::string_view name, std::string_view text) const;

 private:
  fs::path path_;
};

std::string read_file(const fs::path& path);  // "" when there is none

}  // namespace vedette::scenario
