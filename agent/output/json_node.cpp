// SPDX-License-Identifier: Apache-2.0
#include "output/json_node.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>

#include "base/text.h"
#include "output/json.h"
#include "output/text.h"

namespace vedette::output {
namespace {

using Json = nlohmann::json;

constexpr size_t kShownCharacters = 60;
constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

const Json& null() {
  static const Json kNull;
  return kNull;
}

std::string shown(const Json& json) {
  return json.is_structured() ? "an " + std::string(json.type_name()) : shortened(json.dump(), kShownCharacters);
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string result;
  for (std::string_view name : names) {
    result += (result.empty() ? "" : ", ") + std::string(name);
  }
  return result;
}

std::optional<uint64_t> time_of(const std::string& text) {
  std::tm time{};
  const char* fraction = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (fraction == nullptr || *fraction != '.') {
    return std::nullopt;
  }
  uint64_t nanoseconds = 0;
  std::from_chars(fraction + 1, text.c_str() + text.size(), nanoseconds);
  nanoseconds += static_cast<uint64_t>(::timegm(&time)) * kNanosecondsPerSecond;
  return timestamp(nanoseconds) == text ? std::optional(nanoseconds) : std::nullopt;
}

}  // namespace

void JsonNode::note(const std::string& problem) const {
  if (mistake_.empty()) {
    mistake_ = (path_.empty() ? "" : path_ + ": ") + problem;
  }
}

void JsonNode::expected(const std::string& what) const { note("expected " + what + ", found " + shown(json_)); }

JsonNode JsonNode::child(const char* key, bool required) const {
  JsonNode missing(null(), mistake_, (path_.empty() ? "" : path_ + ".") + key);
  if (!json_.is_object()) {
    expected("an object");
    return missing;
  }
  auto found = json_.find(key);
  if (found != json_.end()) {
    return {*found, mistake_, missing.path_};
  }
  if (required) {
    missing.note("is missing");
  }
  return missing;
}

JsonNode JsonNode::at(const char* key) const { return child(key, true); }

JsonNode JsonNode::optional(const char* key) const { return child(key, false); }

std::vector<JsonNode> JsonNode::elements() const {
  std::vector<JsonNode> result;
  if (!json_.is_array()) {
    expected("an array");
    return result;
  }
  for (const Json& element : json_) {
    result.push_back({element, mistake_, path_ + "[" + std::to_string(result.size()) + "]"});
  }
  return result;
}

std::string JsonNode::text() const {
  if (!json_.is_string()) {
    expected("a text");
    return "";
  }
  return json_.get<std::string>();
}

std::string JsonNode::text_or_null() const { return is_null() ? "" : text(); }

std::vector<std::string> JsonNode::texts() const {
  std::vector<std::string> result;
  for (const JsonNode& element : elements()) {
    result.push_back(element.text());
  }
  return result;
}

uint64_t JsonNode::time() const {
  auto time = json_.is_string() ? time_of(json_.get_ref<const std::string&>()) : std::nullopt;
  if (!time) {
    expected("a time such as \"2026-11-21T02:03:04.123456789Z\"");
  }
  return time.value_or(0);
}

size_t JsonNode::one_of(const std::vector<std::string_view>& names) const {
  auto found = json_.is_string() ? std::ranges::find(names, json_.get_ref<const std::string&>()) : names.end();
  if (found == names.end()) {
    expected("one of " + joined(names));
    return 0;
  }
  return static_cast<size_t>(found - names.begin());
}

uint64_t JsonNode::number_up_to(uint64_t most) const {
  if (!json_.is_number_unsigned() || json_.get<uint64_t>() > most) {
    expected("a number from 0 to " + std::to_string(most));
    return 0;
  }
  return json_.get<uint64_t>();
}

}  // namespace vedette::output
