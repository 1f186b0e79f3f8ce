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

using enum FieldType;
using enum Origin;

// clang-format off
constexpr FieldInfo kTable[] = {
    {Field::kImage, kOneProcess, kText, kProcessTable, "Image", "absolute path of the executable; ` (deleted)` at the end when it has no name any more"},
    {Field::kCommandLine, kOneProcess, kText, kProcessTable, "CommandLine", "arguments joined with spaces, secrets redacted"},
    {Field::kCurrentDirectory, kOneProcess, kText, kProcessTable, "CurrentDirectory", "working directory when the program started"},
    {Field::kUser, kOneProcess, kText, kUsers, "User", "name of `UserId`"},
    {Field::kUserId, kOneProcess, kNumber, kKernel, "UserId", "effective user id at that moment"},
    {Field::kProcessId, kOneProcess, kNumber, kKernel, "ProcessId", "pid in the initial pid namespace"},
    {Field::kProcessGuid, kOneProcess, kIdentifier, kKernel, "ProcessGuid", "the process for ever: pids are reused, this is not"},
    {Field::kParentImage, kOneProcess, kText, kProcessTable, "ParentImage", "as `Image`, of the parent"},
    {Field::kParentCommandLine, kOneProcess, kText, kProcessTable, "ParentCommandLine", "as `CommandLine`, of the parent"},
    {Field::kParentUser, kOneProcess, kText, kUsers, "ParentUser", "name of the parent's user id"},
    {Field::kParentProcessId, kOneProcess, kNumber, kProcessTable, "ParentProcessId", "as `ProcessId`, of the parent"},
    {Field::kParentProcessGuid, kOneProcess, kIdentifier, kProcessTable, "ParentProcessGuid", "as `ProcessGuid`, of the parent"},
    {Field::kSourceImage, kAccess, kText, kProcessTable, "SourceImage", "absolute path of the executable of who did it"},
    {Field::kSourceCommandLine, kAccess, kText, kProcessTable, "SourceCommandLine", "its arguments joined with spaces, secrets redacted"},
    {Field::kSourceUser, kAccess, kText, kUsers, "SourceUser", "name of `SourceUserId`"},
    {Field::kSourceUserId, kAccess, kNumber, kKernel, "SourceUserId", "its effective user id at that moment"},
    {Field::kSourceProcessId, kAccess, kNumber, kKernel, "SourceProcessId", "its pid in the initial pid namespace"},
    {Field::kSourceProcessGuid, kAccess, kIdentifier, kKernel, "SourceProcessGuid", "the process for ever: pids are reused, this is not"},
    {Field::kSourceParentImage, kAccess, kText, kProcessTable, "SourceParentImage", "as `SourceImage`, of its parent"},
    {Field::kSourceParentCommandLine, kAccess, kText, kProcessTable, "SourceParentCommandLine", "as `SourceCommandLine`, of its parent"},
    {Field::kTargetImage, kAccess, kText, kProcessTable, "TargetImage", "as `SourceImage`, of the process it was done to"},
    {Field::kTargetCommandLine, kAccess, kText, kProcessTable, "TargetCommandLine", "as `SourceCommandLine`, of the process it was done to"},
    {Field::kTargetUser, kAccess, kText, kUsers, "TargetUser", "name of `TargetUserId`"},
    {Field::kTargetUserId, kAccess, kNumber, kProcessTable, "TargetUserId", "effective user id of the target when last seen"},
    {Field::kTargetProcessId, kAccess, kNumber, kKernel, "TargetProcessId", "pid of the target in the initial pid namespace"},
    {Field::kTargetProcessGuid, kAccess, kIdentifier, kKernel, "TargetProcessGuid", "as `SourceProcessGuid`, of the target"},
    {Field::kProtocol, kNetwork | kRaw, kText, kKernel, "Protocol", "`tcp`, `udp`, `udplite`, `mptcp`, `sctp`, `icmp`, `raw`, `packet`, `xdp` or `ip-N`"},
    {Field::kDestinationIp, kNetwork, kAddress, kKernel, "DestinationIp", "where to; IPv4 mapped into IPv6 reads as IPv4"},
    {Field::kDestinationPort, kNetwork, kNumber, kKernel, "DestinationPort", "which port there"},
    {Field::kDestinationIsIpv6, kNetwork, kBoolean, kKernel, "DestinationIsIpv6", "whether `DestinationIp` is IPv6"},
    {Field::kInitiated, kNetwork, kBoolean, kKernel, "Initiated", "always `true`: this side began"},
    {Field::kUtcTime, kAll, kText, kKernel, "UtcTime", "time of the event, `YYYY-MM-DD HH:MM:SS.mmm` in UTC"},
    {Field::kContainerId, kAll, kIdentifier, kProcessTable, "ContainerId", "container of who did it, 64 hex digits, from its cgroup"},
    {Field::kMcpBehavior, kAll, kText, kKernel, "McpBehavior", "what was done, as in alerts"},
    {Field::kMcpOutcome, kAll, kText, kKernel, "McpOutcome", "`allowed`, `denied` (the kernel refused it) or `blocked` (Vedette refused it)"},
    {Field::kMcpServer, kAll, kText, kRecognition, "McpServer", "name of the server concerned: the target's; of network and process events the actor's"},
    {Field::kMcpServerGuid, kAll, kIdentifier, kRecognition, "McpServerGuid", "identity of the root process of that server"},
    {Field::kMcpClient, kAll, kText, kRecognition, "McpClient", "the client it belongs to, such as `claude-code`, when known"},
    {Field::kMcpSourceServer, kAll, kText, kRecognition, "McpSourceServer", "name of the server the actor belongs to"},
    {Field::kMcpRelation, kAccess, kText, kProcessTable, "McpRelation", "actor to target: `self`, `launcher` (above the server's root, such as the client), `descendant` (the target is above the actor), `same_server` or `stranger`"},
    {Field::kMcpEgress, kNetwork, kText, kPolicy, "McpEgress", "the destination: `expected`, `declared`, `undeclared`, `new` or `known`"},
};
// clang-format on
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

// clang-format off
constexpr CategoryInfo kCategories[] = {
    {Category::kProcessCreation, "process_creation", "process_start", "a process of a server started a program"},
    {Category::kProcessTermination, "process_termination", "process_exit", "a process of a server ended"},
    {Category::kProcessAccess, "process_access", "environ_read, memory_read, memory_write, ptrace_attach, fd_steal, core_dump, listen", "a process reached into another, one of which belongs to a server; `listen`: a debugger that a signal of the actor opened in the target"},
    {Category::kNetworkConnection, "network_connection", "egress", "a process of a server, or one that read from a server, sent something"},
    {Category::kRawSocket, "raw_socket", "raw_socket", "one of the same opened a raw, packet, XDP or ping socket"},
};
// clang-format on
static_assert(std::size(kCategories) == kCategoryCount);

constexpr bool categories_in_enum_order() {
  for (size_t i = 0; i < kCategoryCount; ++i) {
    if (static_cast<size_t>(kCategories[i].category) != i) {
      return false;
    }
  }
  return true;
}
static_assert(categories_in_enum_order());

constexpr std::string_view kTypes[] = {"text", "number", "boolean", "address", "identifier"};
constexpr std::string_view kOrigins[] = {"kernel record", "process table", "user database", "server recognition",
                                         "egress policy"};

}  // namespace

std::string_view name(FieldType type) { return kTypes[static_cast<size_t>(type)]; }
std::string_view name(Origin origin) { return kOrigins[static_cast<size_t>(origin)]; }
const FieldInfo& info(Field field) { return kTable[static_cast<size_t>(field)]; }
const CategoryInfo& info(Category category) { return kCategories[static_cast<size_t>(category)]; }

std::vector<std::string> behaviors(Category category) {
  constexpr std::string_view kComma = ", ";
  std::vector<std::string> result;
  std::string_view rest = info(category).behaviors;
  for (size_t comma = rest.find(kComma); comma != std::string_view::npos; comma = rest.find(kComma)) {
    result.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma + kComma.size());
  }
  result.emplace_back(rest);
  return result;
}

std::vector<std::string> known_values(Field field, Category category) {
  switch (field) {
    case Field::kMcpBehavior:
      return behaviors(category);
    case Field::kMcpOutcome:
      return {"allowed", "denied", "blocked"};
    case Field::kMcpRelation:
      return {"self", "launcher", "descendant", "same_server", "stranger"};
    case Field::kMcpEgress:
      return {"expected", "declared", "undeclared", "new", "known"};
    default:
      return {};
  }
}

std::string_view name(Field field) {
  auto index = static_cast<size_t>(field);
  return index < kFieldCount ? kTable[index].name : "";
}

std::optional<Field> field_by_name(std::string_view name) {
  for (const FieldInfo& row : kTable) {
    if (row.name == name) {
      return row.field;
    }
  }
  return std::nullopt;
}

std::string_view name(Category category) { return info(category).name; }

std::optional<Category> category_by_name(std::string_view name) {
  for (int i = 0; i < kCategoryCount; ++i) {
    if (kCategories[i].name == name) {
      return static_cast<Category>(i);
    }
  }
  return std::nullopt;
}

std::vector<std::string> field_names() {
  std::vector<std::string> names(kFieldCount);
  std::transform(std::begin(kTable), std::end(kTable), names.begin(), [](const FieldInfo& row) { return row.name; });
  return names;
}

std::vector<std::string> category_names() {
  std::vector<std::string> names(kCategoryCount);
  std::ranges::transform(kCategories, names.begin(), &CategoryInfo::name);
  return names;
}

bool has_field(Category category, Field field) {
  auto index = static_cast<size_t>(field);
  return index < kFieldCount && (kTable[index].categories & bit(category)) != 0;
}

}  // namespace vedette::rules
