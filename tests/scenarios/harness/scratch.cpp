// SPDX-License-Identifier: Apache-2.0
#include "harness/scratch.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vedette::scenario {

Scratch::Scratch() {
  std::string name = "/tmp/vedette-test-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make " + name);
  }
  path_ = name;
  fs::permissions(path_, fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Scratch::write(std::string_view name, std::string_view text) const {
  fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace vedette::scenario
