// SPDX-License-Identifier: Apache-2.0
#include "servers/client_configs.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/wipe.h"
#include "servers/client_files.h"
#include "servers/lenient_json.h"
#include "servers/user_file.h"

namespace vedette::servers {
namespace {

constexpr int kProjectAncestors = 8;

class Collector {
 public:
  Collector(const std::string& root, ClientConfigs& out) : root_(root), out_(out) {}

  void system() {
    for (const auto& file : system_files()) {
      take(file, {root_ + "/", file.path, std::nullopt}, 0);
    }
  }

  void user(const User& user) {
    std::vector<std::string> projects;
    for (const auto& file : home_files()) {
      auto more = take(file, {root_ + user.home, file.path, user.uid}, user.uid);
      projects.insert(projects.end(), more.begin(), more.end());
    }
    std::set<std::string> directories;
    for (const auto& project : projects) {
      with_ancestors(project, user.home, directories);
    }
    for (const auto& directory : directories) {
      project_directory(directory, user);
    }
  }

 private:
  // A project and, below the home, what lies between the two.
  static void with_ancestors(const std::string& project, const std::string& home, std::set<std::string>& out) {
    std::string directory = project;
    for (int up = 0; up < kProjectAncestors && directory != home; ++up) {
      out.insert(directory);
      if (!directory.starts_with(home + "/")) {
        return;
      }
      directory.erase(directory.rfind('/'));
    }
  }

  void project_directory(const std::string& directory, const User& user) {
    bool in_home = directory.starts_with(user.home + "/");
    for (const auto& file : project_files()) {
      UserFile place{"", root_ + directory + "/" + file.path, user.uid};
      if (in_home) {
        place = {root_ + user.home, directory.substr(user.home.size() + 1) + "/" + file.path, user.uid};
      }
      take(file, place, user.uid);
    }
  }

  // Gives the projects the file names.
  std::vector<std::string> take(const ClientFile& file, const UserFile& place, uint32_t uid) {
    const std::string path = place.full_path();
    out_.candidates.push_back(path);
    out_.stamp += stamp({path});
    auto content = read_user_file(place);
    if (!content) {
      warn({path, 0, 0, content.error().message});
      return {};
    }
    auto& text = *content;
    if (!text) {
      return {};
    }
    out_.files.push_back(path);
    bool blank = text->find_first_not_of(" \t\r\n") == std::string::npos;
    auto projects = blank ? std::vector<std::string>() : take_text(file, path, *text, uid);
    wipe(*text);
    return projects;
  }

  std::vector<std::string> take_text(const ClientFile& file, const std::string& path, const std::string& text,
                                     uint32_t uid) {
    auto json = parse_lenient_json(path, text);
    if (!json) {
      warn(json.error());
      return {};
    }
    for (auto& entry : entries_of(*json, file)) {
      entry.file = printable_utf8(path);
      entry.uid = uid;
      out_.entries.push_back(std::move(entry));
    }
    auto projects = std::string_view(file.path) == ".claude.json" ? projects_of(*json) : std::vector<std::string>();
    wipe_all(*json);
    return projects;
  }

  void warn(Diagnostic warning) { out_.warnings.push_back(std::move(warning)); }

  const std::string& root_;
  ClientConfigs& out_;
};

}  // namespace

ClientConfigs read_client_configs(const std::string& root, const std::vector<User>& users) {
  ClientConfigs configs;
  Collector collector(root, configs);
  collector.system();
  for (const auto& user : users) {
    collector.user(user);
  }
  return configs;
}

ClientConfigs DiskConfigSource::read() {
  auto configs = read_client_configs(root_, users_);
  candidates_ = configs.candidates;
  stamp_ = configs.stamp;
  return configs;
}

bool DiskConfigSource::changed() { return stamp(candidates_) != stamp_; }

}  // namespace vedette::servers
