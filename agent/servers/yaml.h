// SPDX-License-Identifier: Apache-2.0
// YAML a user wrote, read with a position for every mistake. Nothing thrown leaves.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::yaml {

inline constexpr size_t kMaxBytes = size_t{1024} * 1024;

// The text of a regular file of at most kMaxBytes; the error says what to do.
Result<std::string> read_file(const std::string& path);

// One document. Aliases are refused: a few of them expand to any size. nullopt when there are errors; an empty
// document is a null node.
std::optional<YAML::Node> parse(const std::string& file, const std::string& text, Diagnostics& errors);

class Reader {
 public:
  using Take = std::function<void(const YAML::Node&)>;
  using Fields = std::map<std::string, Take>;

  Reader(std::string file, Diagnostics& errors) : file_(std::move(file)), errors_(errors) {}

  void error(const YAML::Node& at, const std::string& message);

  // Hands each value of a mapping to the function of its key. No mapping, an unknown key and a key given twice are
  // errors. `what` names the node in messages.
  void mapping(const YAML::Node& node, const std::string& what, const Fields& fields);

  // Hands each element of a list on.
  void list(const YAML::Node& node, const std::string& what, const Take& take);

  // A scalar that is not empty; "" after an error.
  std::string text(const YAML::Node& node, const std::string& what);

  std::vector<std::string> texts(const YAML::Node& node, const std::string& what);

 private:
  void unknown_key(const YAML::Node& key, const std::string& what, const Fields& fields);

  std::string file_;
  Diagnostics& errors_;
};

}  // namespace vedette::yaml
