// SPDX-License-Identifier: Apache-2.0
#include "base/text_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace vedette {
namespace {

constexpr size_t kMostBytes = 2U << 20U;

}  // namespace

Result<std::string> read_text(const std::string& file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown)) {
    return fail_errno("cannot read " + file, EISDIR);
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) {
    return fail_errno("cannot read " + file);
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  text.shrink_to_fit();
  return text.size() > kMostBytes ? Result<std::string>(fail(file + ": expected at most 2 MiB, found more")) : text;
}

}  // namespace vedette
