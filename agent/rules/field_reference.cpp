// SPDX-License-Identifier: Apache-2.0
#include "rules/field_reference.h"

#include <nlohmann/json.hpp>

#include "rules/fields.h"

namespace vedette::rules {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHead = R"(# Fields

Written by `vedette fields`; the source is the table in `agent/rules/fields.cpp`. After a change there:
`vedette fields > docs/fields.md`.

Names are Sigma's, case-sensitive; what Sigma has no word for begins with `Mcp`. A field the event has no value for is
absent: it is `null` to a rule, and `exists: false`.

| type | values |
|---|---|
| text | as it is; compared without regard to case unless `cased` |
| number | decimal, for `lt`, `lte`, `gt`, `gte` |
| boolean | `true` or `false` |
| address | IPv4 or IPv6, for `cidr` |
| identifier | opaque; equal for what is the same, for `group-by` |

| from | which is |
|---|---|
| kernel record | what the probe reported with the event |
| process table | the kernel's records of exec and fork; of a process older than the monitor, or one whose record was lost, `/proc` |
| user database | the host's users by id, as `getpwent(3)` lists them |
| server recognition | the configuration, clients' configuration files, and the data in `servers/` of the rule directories |
| egress policy | the destinations that are configured, and those a server was seen to use |

## Log sources

`product` is `linux` or left out; a rule that names a `service` is dead.

| category | events (`McpBehavior`) | an event says |
|---|---|---|
)";

template <typename Visit>
void each_field(Category category, const Visit& visit) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (has_field(category, static_cast<Field>(i))) {
      visit(info(static_cast<Field>(i)));
    }
  }
}

template <typename Visit>
void each_category(const Visit& visit) {
  for (int i = 0; i < kCategoryCount; ++i) {
    visit(info(static_cast<Category>(i)));
  }
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string category_row(const CategoryInfo& category) {
  std::string events;
  for (const std::string& behavior : behaviors(category.category)) {
    events += (events.empty() ? "" : ", ") + code(behavior);
  }
  return "| " + code(category.name) + " | " + events + " | " + std::string(category.meaning) + " |\n";
}

std::string field_row(const FieldInfo& field) {
  return "| " + code(field.name) + " | " + std::string(name(field.type)) + " | " + std::string(name(field.origin)) +
         " | " + std::string(field.meaning) + " |\n";
}

std::string section(const CategoryInfo& category) {
  std::string text = "\n## " + std::string(category.name) + "\n\n| field | type | from | value |\n|---|---|---|---|\n";
  each_field(category.category, [&](const FieldInfo& field) { text += field_row(field); });
  return text;
}

Json json_of(const CategoryInfo& category) {
  Json json = {{"behaviors", behaviors(category.category)}, {"meaning", category.meaning}, {"fields", Json::array()}};
  each_field(category.category, [&](const FieldInfo& field) {
    json["fields"].push_back(
        {{"name", field.name}, {"type", name(field.type)}, {"origin", name(field.origin)}, {"meaning", field.meaning}});
  });
  return json;
}

}  // namespace

std::string fields_markdown() {
  std::string text = kHead;
  each_category([&](const CategoryInfo& category) { text += category_row(category); });
  each_category([&](const CategoryInfo& category) { text += section(category); });
  return text;
}

std::string fields_json() {
  Json json = Json::object();
  each_category([&](const CategoryInfo& category) { json[std::string(category.name)] = json_of(category); });
  return json.dump();
}

}  // namespace vedette::rules
