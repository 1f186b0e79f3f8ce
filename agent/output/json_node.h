// SPDX-License-Identifier: Apache-2.0
// Reading JSON of a known shape, with mistakes told by the path of the key.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::output {

// A value and where it was found. The first mistake is noted in `mistake` ("actor.pid: expected …, found …"); what is
// asked of a value that is missing or of another type is empty or 0. Both arguments must outlive it.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& json, std::string& mistake) : JsonNode(json, mistake, "") {}

  [[nodiscard]] JsonNode at(const char* key) const;        // must be there
  [[nodiscard]] JsonNode optional(const char* key) const;  // null when it is not there
  [[nodiscard]] std::vector<JsonNode> elements() const;

  [[nodiscard]] bool is_null() const { return json_.is_null(); }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text_or_null() const;  // "" for null
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] uint64_t time() const;  // as output::timestamp() writes it
  // The index of the text among `names`.
  [[nodiscard]] size_t one_of(const std::vector<std::string_view>& names) const;

  template <typename T>
  [[nodiscard]] T number() const {
    return static_cast<T>(number_up_to(std::numeric_limits<T>::max()));
  }

  void expected(const std::string& what) const;

 private:
  JsonNode(const nlohmann::json& json, std::string& mistake, std::string path)
      : json_(json), mistake_(mistake), path_(std::move(path)) {}

  [[nodiscard]] JsonNode child(const char* key, bool required) const;
  [[nodiscard]] uint64_t number_up_to(uint64_t most) const;
  void note(const std::string& problem) const;

  const nlohmann::json& json_;
  std::string& mistake_;
  std::string path_;
};

}  // namespace vedette::output
