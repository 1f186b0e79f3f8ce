// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rules/engine.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

// One byte more than a rule file may have, so that compile() sees that it is too large.
constexpr size_t kMostBytes = (1U << 20U) + 1;

// Editors and package managers write a file under such a name before they rename it.
bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool is_rule(const fs::path& path) { return path.extension() == ".yml" && path.stem().extension() != ".test"; }

Status add_files(const std::string& directory, std::vector<std::string>& files) {
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    bool skipped = is_hidden(at->path()) || at->path().filename() == "servers";
    if (skipped && at->is_directory(unknown)) {
      at.disable_recursion_pending();
    } else if (!skipped && is_rule(at->path()) && at->is_regular_file(unknown)) {
      files.push_back(at->path().string());
    }
  }
  return error ? Status(fail("cannot read the rule directory " + directory + ": " + error.message())) : Status();
}

RuleSource read_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMostBytes, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) {
    return {.file = file, .unreadable = std::string("cannot be read: ") + std::strerror(errno)};
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  text.shrink_to_fit();
  return {.file = file, .text = std::move(text)};
}

}  // namespace

Result<std::vector<RuleSource>> read_rules(const std::vector<std::string>& directories) {
  std::vector<std::string> files;
  for (const std::string& directory : directories) {
    if (Status added = add_files(directory, files); !added) {
      return fail(added.error());
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  std::vector<RuleSource> sources;
  std::transform(files.begin(), files.end(), std::back_inserter(sources), read_file);
  return sources;
}

}  // namespace vedette::rules
