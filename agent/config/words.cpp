// SPDX-License-Identifier: Apache-2.0
#include "config/words.h"

#include <algorithm>

#include "base/text.h"

namespace vedette::config {
namespace {

constexpr size_t kLongestWord = 60;  // that a suggestion is looked for

}  // namespace

std::string listed(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) {
    all += (all.empty() ? "" : ", ") + word;
  }
  return all;
}

std::string one_of(yaml::Reader& reader, const YAML::Node& node, const std::string& what,
                   const std::vector<std::string>& good) {
  auto text = reader.text(node, what);
  if (!text.empty() && std::ranges::find(good, text) == good.end()) {
    std::string near = text.size() <= kLongestWord ? nearest(text, good) : "";
    reader.error(node, "unknown " + what + "; expected one of: " + listed(good) +
                           (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  return text;
}

}  // namespace vedette::config
