// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <nlohmann/json.hpp>

#include "output/format.h"
#include "output/json_node.h"

namespace vedette::output {
namespace {

constexpr const char* kSchema = "vedette.alert/1";

// The names of T from `first` to `last`, which has the highest value.
template <typename T>
T enumerator(const JsonNode& node, T first, T last) {
  std::vector<std::string_view> names;
  for (auto value = static_cast<int>(first); value <= static_cast<int>(last); ++value) {
    names.push_back(name(static_cast<T>(value)));
  }
  return static_cast<T>(node.one_of(names) + static_cast<size_t>(first));
}

Behavior behavior(const JsonNode& node) {
  return enumerator(node, Behavior::kEnvironRead, static_cast<Behavior>(kBehaviorCount - 1));
}

template <typename T, typename Read>
std::optional<T> unless_null(const JsonNode& node, Read read) {
  return node.is_null() ? std::nullopt : std::optional<T>(read(node));
}

template <typename T, typename Read>
std::vector<T> each(const JsonNode& node, Read read) {
  std::vector<T> result;
  for (const JsonNode& element : node.elements()) {
    result.push_back(read(element));
  }
  return result;
}

Ancestor ancestor(const JsonNode& node) {
  return {.pid = node.at("pid").number<uint32_t>(),
          .executable = node.at("executable").text_or_null(),
          .command_line = node.at("command_line").text_or_null()};
}

AlertProcess process(const JsonNode& node) {
  AlertProcess result{
      .pid = node.at("pid").number<uint32_t>(),
      .start_time = unless_null<uint64_t>(node.at("start_time"), std::mem_fn(&JsonNode::time)),
      .executable = node.at("executable").text_or_null(),
      .command_line = node.at("command_line").text_or_null(),
      .cwd = node.at("cwd").text_or_null(),
      .container_id = node.at("container_id").text_or_null(),
      .ancestors = each<Ancestor>(node.at("ancestors"), ancestor),
      .server = node.at("server").text_or_null(),
  };
  if (JsonNode user = node.at("user"); !user.is_null()) {
    result.uid = unless_null<uint32_t>(user.at("id"), std::mem_fn(&JsonNode::number<uint32_t>));
    result.user = user.at("name").text_or_null();
  }
  return result;
}

AlertServer server(const JsonNode& node) {
  return {.name = node.at("name").text(),
          .client = node.at("client").text_or_null(),
          .pid = node.at("pid").number<uint32_t>(),
          .evidence = node.at("evidence").texts()};
}

AlertNetwork network(const JsonNode& node) {
  return {.protocol = node.at("protocol").text(),
          .address = node.at("address").text_or_null(),
          .port = unless_null<uint16_t>(node.at("port"), std::mem_fn(&JsonNode::number<uint16_t>)),
          .hostname = node.at("hostname").text_or_null()};
}

AlertHost host(const JsonNode& node) {
  return {.name = node.at("name").text_or_null(),
          .machine_id = node.at("machine_id").text_or_null(),
          .boot_id = node.at("boot_id").text_or_null()};
}

AlertRule rule(const JsonNode& node) {
  return {.id = node.at("id").text(),
          .title = node.at("title").text(),
          .level = enumerator(node.at("level"), Level::kInformational, Level::kCritical),
          .tags = node.at("tags").texts(),
          .digest = node.at("digest").text_or_null()};
}

AlertEvidence evidence(const JsonNode& node) {
  return {.time = node.at("time").time(),
          .behavior = behavior(node.at("behavior")),
          .actor = unless_null<AlertProcess>(node.at("actor"), process),
          .target = unless_null<AlertProcess>(node.at("target"), process),
          .opener = unless_null<AlertProcess>(node.optional("opener"), process),
          .network = unless_null<AlertNetwork>(node.at("network"), network)};
}

Alert alert(const JsonNode& node) {
  (void)node.at("schema").one_of({kSchema});
  return {.id = node.at("id").text(),
          .time = node.at("time").time(),
          .host = host(node.at("host")),
          .rule = rule(node.at("rule")),
          .behavior = behavior(node.at("behavior")),
          .outcome = enumerator(node.at("outcome"), Outcome::kAllowed, Outcome::kBlocked),
          .actor = unless_null<AlertProcess>(node.at("actor"), process),
          .target = unless_null<AlertProcess>(node.at("target"), process),
          .opener = unless_null<AlertProcess>(node.optional("opener"), process),
          .server = unless_null<AlertServer>(node.at("server"), server),
          .network = unless_null<AlertNetwork>(node.at("network"), network),
          .object = node.optional("object").text_or_null(),
          .count = node.at("count").number<uint64_t>(),
          .first_seen = node.at("first_seen").time(),
          .last_seen = node.at("last_seen").time(),
          .lost_before = node.at("lost_before").number<uint64_t>(),
          .events = each<AlertEvidence>(node.at("events"), evidence),
          .message = node.at("message").text()};
}

}  // namespace

Result<Alert> alert_from_json(std::string_view text) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return fail("not an alert: no JSON, byte " + std::to_string(error.byte));
  }
  std::string mistake;
  Alert result = alert(JsonNode(json, mistake));
  if (!mistake.empty()) {
    return fail("not an alert of " + std::string(kSchema) + ": " + mistake);
  }
  return result;
}

}  // namespace vedette::output
