// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/find.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text_file.h"

namespace vedette::rule_tests {
namespace {

namespace fs = std::filesystem;

bool is_test(const fs::path& path) { return path.extension() == ".yml" && path.stem().extension() == ".test"; }

fs::path real_path(const fs::path& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  return error ? path : result;
}

Status add_below(const fs::path& directory, std::vector<fs::path>& files) {
  std::error_code error;
  size_t before = files.size();
  fs::recursive_directory_iterator at(directory, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    if (is_test(at->path()) && at->is_regular_file(unknown)) {
      files.push_back(at->path().lexically_normal());
    }
  }
  if (error) {
    return fail("cannot read " + directory.string() + ": " + error.message());
  }
  return files.size() > before ? Status()
                               : Status(fail("expected *.test.yml files below " + directory.string() + ", found none"));
}

Status add(const fs::path& path, std::vector<fs::path>& files) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return add_below(path, files);
  }
  if (!fs::exists(path, error)) {
    return fail("cannot read " + path.string() + ": there is no such file or directory");
  }
  if (!is_test(path)) {
    return fail("expected a *.test.yml file or a directory, found " + path.string());
  }
  files.push_back(path);
  return {};
}

// Keeps the first of those that are the same file.
template <typename Path>
void drop_repeated(std::vector<Path>& paths) {
  std::set<fs::path> seen;
  std::erase_if(paths, [&](const Path& path) { return !seen.insert(real_path(path)).second; });
}

fs::path without_trailing_slash(const fs::path& path) {
  fs::path normal = path.lexically_normal();
  return normal.filename().empty() && normal.has_relative_path() ? normal.parent_path() : normal;
}

std::string rule_directory(const fs::path& path) {
  std::error_code error;
  fs::path own = fs::is_directory(path, error) ? path : path.parent_path();
  own = own.empty() ? fs::path(".") : without_trailing_slash(own);
  fs::path real = real_path(own);
  for (fs::path up = own; real != real.parent_path(); up /= "..", real = real.parent_path()) {
    if (real.filename() == "rules" || real.filename() == "rules.d") {
      return without_trailing_slash(up).string();
    }
  }
  return own.string();
}

}  // namespace

Result<std::vector<rules::RuleSource>> read_tests(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    if (Status added = add(fs::path(path).lexically_normal(), files); !added) {
      return fail(added.error());
    }
  }
  std::ranges::sort(files);
  drop_repeated(files);
  std::vector<rules::RuleSource> sources;
  for (const fs::path& file : files) {
    auto text = read_text(file.string());
    if (!text) {
      return fail(text.error());
    }
    sources.push_back({file.string(), std::move(*text)});
  }
  return sources;
}

std::vector<std::string> rule_directories(const std::vector<std::string>& paths) {
  std::vector<std::string> directories;
  std::ranges::transform(paths, std::back_inserter(directories), rule_directory);
  drop_repeated(directories);
  return directories;
}

}  // namespace vedette::rule_tests
