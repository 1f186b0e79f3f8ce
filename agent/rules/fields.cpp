// SPDX-License-Identifier: Apache-2.0
#include "rules/fields.h"

#include <algorithm>

namespace vedette::rules {
namespace {

constexpr unsigned bit(Category category) { return 1U << static_cast<unsigned>(category); }

constexpr unsigned kAccess = bit(Category::kProcessAccess);
constexpr unsigned kNetwork = bit(Category::kNetworkConnection);
constexpr unsigned kRaw = bit(Category::kRawSocket);
constexpr unsigned kOneProcess = bit(Category::kProcessCreation) | bit(Category::kProcessTermination) | kNetwork | kRaw;
constexpr unsigned kAll = kOneProcess | kAccess;

struct Row {
  Field field;
  unsigned categories;
  std::string_view name;
};

constexpr Row kTable[] = {
    {Field::kImage, kOneProcess, "Image"},
    {Field::kCommandLine, kOneProcess, "CommandLine"},
    {Field::kCurrentDirectory, kOneProcess, "CurrentDirectory"},
    {Field::kUser, kOneProcess, "User"},
    {Field::kUserId, kOneProcess, "UserId"},
    {Field::kProcessId, kOneProcess, "ProcessId"},
    {Field::kProcessGuid, kOneProcess, "ProcessGuid"},
    {Field::kParentImage, kOneProcess, "ParentImage"},
    {Field::kParentCommandLine, kOneProcess, "ParentCommandLine"},
    {Field::kParentProcessId, kOneProcess, "ParentProcessId"},
    {Field::kSourceImage, kAccess, "SourceImage"},
    {Field::kSourceCommandLine, kAccess, "SourceCommandLine"},
    {Field::kSourceUser, kAccess, "SourceUser"},
    {Field::kSourceUserId, kAccess, "SourceUserId"},
    {Field::kSourceProcessId, kAccess, "SourceProcessId"},
    {Field::kSourceProcessGuid, kAccess, "SourceProcessGuid"},
    {Field::kSourceParentImage, kAccess, "SourceParentImage"},
    {Field::kSourceParentCommandLine, kAccess, "SourceParentCommandLine"},
    {Field::kTargetImage, kAccess, "TargetImage"},
    {Field::kTargetCommandLine, kAccess, "TargetCommandLine"},
    {Field::kTargetUser, kAccess, "TargetUser"},
    {Field::kTargetUserId, kAccess, "TargetUserId"},
    {Field::kTargetProcessId, kAccess, "TargetProcessId"},
    {Field::kTargetProcessGuid, kAccess, "TargetProcessGuid"},
    {Field::kProtocol, kNetwork | kRaw, "Protocol"},
    {Field::kDestinationIp, kNetwork, "DestinationIp"},
    {Field::kDestinationPort, kNetwork, "DestinationPort"},
    {Field::kDestinationIsIpv6, kNetwork, "DestinationIsIpv6"},
    {Field::kInitiated, kNetwork, "Initiated"},
    {Field::kContainerId, kAll, "ContainerId"},
    {Field::kMcpBehavior, kAll, "McpBehavior"},
    {Field::kMcpOutcome, kAll, "McpOutcome"},
    {Field::kMcpServer, kAll, "McpServer"},
    {Field::kMcpServerGuid, kAll, "McpServerGuid"},
    {Field::kMcpClient, kAll, "McpClient"},
    {Field::kMcpSourceServer, kAll, "McpSourceServer"},
    {Field::kMcpRelation, kAccess, "McpRelation"},
    {Field::kMcpEgress, kNetwork, "McpEgress"},
};
static_assert(std::size(kTable) == kFieldCount);

constexpr bool in_enum_order() {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (static_cast<size_t>(kTable[i].field) != i) {
      return false;
    }
  }
  return true;
}
static_assert(in_enum_order());

constexpr std::string_view kCategories[] = {"process_creation", "process_termination", "process_access",
                                            "network_connection", "raw_socket"};
static_assert(std::size(kCategories) == kCategoryCount);

}  // namespace

std::string_view name(Field field) {
  auto index = static_cast<size_t>(field);
  return index < kFieldCount ? kTable[index].name : "";
}

std::optional<Field> field_by_name(std::string_view name) {
  for (const Row& row : kTable) {
    if (row.name == name) {
      return row.field;
    }
  }
  return std::nullopt;
}

std::string_view name(Category category) { return kCategories[static_cast<size_t>(category)]; }

std::optional<Category> category_by_name(std::string_view name) {
  for (int i = 0; i < kCategoryCount; ++i) {
    if (kCategories[i] == name) {
      return static_cast<Category>(i);
    }
  }
  return std::nullopt;
}

std::vector<std::string> field_names() {
  std::vector<std::string> names(kFieldCount);
  std::transform(std::begin(kTable), std::end(kTable), names.begin(), [](const Row& row) { return row.name; });
  return names;
}

std::vector<std::string> category_names() { return {std::begin(kCategories), std::end(kCategories)}; }

bool has_field(Category category, Field field) {
  auto index = static_cast<size_t>(field);
  return index < kFieldCount && (kTable[index].categories & bit(category)) != 0;
}

}  // namespace vedette::rules
