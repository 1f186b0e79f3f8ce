// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace vedette::output {

// "a.b", for elements of arrays "a[].b": the keys of what is no object, with what is there.
template <typename Visit>
void visit_leaves(const nlohmann::ordered_json& json, const std::string& path, const Visit& visit) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      visit_leaves(value, path.empty() ? key : path + "." + key, visit);
    }
  } else if (json.is_array() && !json.empty() && json.front().is_structured()) {
    for (const auto& element : json) {
      visit_leaves(element, path + "[]", visit);
    }
  } else {
    visit(path, json);
  }
}

inline std::set<std::string> flat_keys(const nlohmann::ordered_json& json) {
  std::set<std::string> result;
  visit_leaves(json, "", [&](const std::string& path, const auto&) { result.insert(path); });
  return result;
}

}  // namespace vedette::output
