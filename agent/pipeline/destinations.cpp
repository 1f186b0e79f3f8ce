// SPDX-License-Identifier: Apache-2.0
#include "pipeline/destinations.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

namespace vedette {

bool Destinations::remember(const std::string& server, const std::string& destination) {
  if (known_.size() >= kLimit) {
    return !known_.contains({server, destination});
  }
  bool fresh = known_.emplace(server, destination).second;
  changed_ |= fresh;
  return fresh;
}

Status Destinations::load(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    return {};
  }
  try {
    const auto json = nlohmann::json::parse(in);
    for (const auto& [server, list] : json.get<std::map<std::string, std::vector<std::string>>>()) {
      for (const auto& destination : list) {
        known_.emplace(server, destination);
      }
    }
  } catch (const std::exception& error) {
    return fail(file + ": " + error.what() + "; remove it to begin anew");
  }
  return {};
}

Status Destinations::save(const std::string& file) {
  if (!changed_) {
    return {};
  }
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [server, destination] : known_) {
    json[server].push_back(destination);
  }
  std::string fresh = file + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    if (!out.flush()) {
      return fail("cannot write " + fresh);
    }
  }
  if (std::rename(fresh.c_str(), file.c_str()) != 0) {
    return fail_errno("cannot replace " + file);
  }
  changed_ = false;
  return {};
}

}  // namespace vedette
