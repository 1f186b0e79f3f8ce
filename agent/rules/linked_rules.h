// SPDX-License-Identifier: Apache-2.0
// What linking knows of a set of documents, for those who link one kind of them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/document.h"

namespace vedette::rules {

// What other documents make of a detection rule.
struct Standing {
  std::optional<Category> category;  // null when it is dead
  bool correlated = false;
  bool generated = false;
};

// Documents that have been linked already. Indices are of documents.
struct LinkedRules {
  const std::vector<Document>& documents;
  const std::map<std::string, size_t>& by_key;  // id or name → document
  const std::set<std::string>& broken;          // ids and names of documents with mistakes
  const std::map<size_t, size_t>& infos;
  const std::map<size_t, size_t>& detections;
  std::vector<Standing>& standings;  // of each detection
  // The document a reference means; nullopt after reporting.
  std::function<std::optional<size_t>(const Head&, const Reference&)> resolve;
};

}  // namespace vedette::rules
