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
    {kOneProcess, Field::kImage, kText, kProcessTable, "Image", "absolute path of the executable; ` (deleted)` at the end when it has no name any more"},
    {kOneProcess, Field::kCommandLine, kText, kProcessTable, "CommandLine", "arguments joined with spaces, secrets redacted"},
    {kOneProcess, Field::kCurrentDirectory, kText, kProcessTable, "CurrentDirectory", "working directory when the program started"},
    {kOneProcess, Field::kUser, kText, kUsers, "User", "name of `UserId`"},
    {kOneProcess, Field::kUserId, kNumber, kKernel, "UserId", "effective user id at that moment"},
    {kOneProcess, Field::kProcessId, kNumber, kKernel, "ProcessId", "pid in the initial pid namespace"},
    {kOneProcess, Field::kProcessGuid, kIdentifier, kKernel, "ProcessGuid", "the process for ever: pids are reused, this is not"},
    {kOneProcess, Field::kParentImage, kText, kProcessTable, "ParentImage", "as `Image`, of the parent"},
    {kOneProcess, Field::kParentCommandLine, kText, kProcessTable, "ParentCommandLine", "as `CommandLine`, of the parent"},
    {kOneProcess, Field::kParentUser, kText, kUsers, "ParentUser", "name of the parent's user id"},
    {kOneProcess, Field::kParentProcessId, kNumber, kProcessTable, "ParentProcessId", "as `ProcessId`, of the parent"},
    {kOneProcess, Field::kParentProcessGuid, kIdentifier, kProcessTable, "ParentProcessGuid", "as `ProcessGuid`, of the parent"},
    {kAccess, Field::kSourceImage, kText, kProcessTable, "SourceImage", "absolute path of the executable of who did it"},
    {kAccess, Field::kSourceCommandLine, kText, kProcessTable, "SourceCommandLine", "its arguments joined with spaces, secrets redacted"},
    {kAccess, Field::kSourceUser, kText, kUsers, "SourceUser", "name of `SourceUserId`"},
    {kAccess, Field::kSourceUserId, kNumber, kKernel, "SourceUserId", "its effective user id at that moment"},
    {kAccess, Field::kSourceProcessId, kNumber, kKernel, "SourceProcessId", "its pid in the initial pid namespace"},
    {kAccess, Field::kSourceProcessGuid, kIdentifier, kKernel, "SourceProcessGuid", "the process for ever: pids are reused, this is not"},
    {kAccess, Field::kSourceParentImage, kText, kProcessTable, "SourceParentImage", "as `SourceImage`, of its parent"},
    {kAccess, Field::kSourceParentCommandLine, kText, kProcessTable, "SourceParentCommandLine", "as `SourceCommandLine`, of its parent"},
    {kAccess, Field::kTargetImage, kText, kProcessTable, "TargetImage", "as `SourceImage`, of the process it was done to"},
    {kAccess, Field::kTargetCommandLine, kText, kProcessTable, "TargetCommandLine", "as `SourceCommandLine`, of the process it was done to"},
    {kAccess, Field::kTargetUser, kText, kUsers, "TargetUser", "name of `TargetUserId`"},
    {kAccess, Field::kTargetUserId, kNumber, kProcessTable, "TargetUserId", "effective user id of the target when last seen"},
    {kAccess, Field::kTargetProcessId, kNumber, kKernel, "TargetProcessId", "pid of the target in the initial pid namespace"},
    {kAccess, Field::kTargetProcessGuid, kIdentifier, kKernel, "TargetProcessGuid", "as `SourceProcessGuid`, of the target"},
    {kNetwork | kRaw, Field::kProtocol, kText, kKernel, "Protocol", "`tcp`, `udp`, `udplite`, `mptcp`, `sctp`, `icmp`, `raw`, `packet`, `xdp` or `ip-N`"},
    {kNetwork, Field::kDestinationIp, kAddress, kKernel, "DestinationIp", "where to; IPv4 mapped into IPv6 reads as IPv4"},
    {kNetwork, Field::kDestinationPort, kNumber, kKernel, "DestinationPort", "which port there"},
    {kNetwork, Field::kDestinationIsIpv6, kBoolean, kKernel, "DestinationIsIpv6", "whether `DestinationIp` is IPv6"},
    {kNetwork, Field::kInitiated, kBoolean, kKernel, "Initiated", "always `true`: this side began"},
    {kAll, Field::kUtcTime, kText, kKernel, "UtcTime", "time of the event, `YYYY-MM-DD HH:MM:SS.mmm` in UTC"},
    {kAll, Field::kContainerId, kIdentifier, kProcessTable, "ContainerId", "container of who did it, 64 hex digits, from its cgroup"},
    {kAll, Field::kMcpBehavior, kText, kKernel, "McpBehavior", "what was done, as in alerts"},
    {kAll, Field::kMcpOutcome, kText, kKernel, "McpOutcome", "`allowed`, `denied` (the kernel refused it) or `blocked` (Vedette refused it)"},
    {kAll, Field::kMcpServer, kText, kRecognition, "McpServer", "name of the server concerned: the target's; of network and process events the actor's"},
    {kAll, Field::kMcpServerGuid, kIdentifier, kRecognition, "McpServerGuid", "identity of the root process of that server"},
    {kAll, Field::kMcpClient, kText, kRecognition, "McpClient", "the client it belongs to, such as `claude-code`, when known"},
    {kAll, Field::kMcpSourceServer, kText, kRecognition, "McpSourceServer", "name of the server the actor belongs to"},
    {kAccess, Field::kMcpRelation, kText, kProcessTable, "McpRelation", "actor to target: `self`, `launcher` (above the server's root, such as the client; above the monitor), `descendant` (the target is above the actor), `same_server` or `stranger`"},
    {kAccess, Field::kMcpTarget, kText, kRecognition, "McpTarget", "what it was done to: `server` (a process of one), `monitor` (Vedette itself) or `other`"},
    {kAccess, Field::kMcpObject, kText, kKernel, "McpObject", "what of the monitor: the signal it was sent, such as `SIGSTOP`; the file; the hook of the probe; of `monitor_killed` the pid"},
    {kNetwork, Field::kMcpEgress, kText, kPolicy, "McpEgress", "the destination: `expected`, `declared`, `undeclared`, `new` or `known`"},
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
    {Category::kProcessAccess, "process_access", "environ_read, memory_read, memory_write, ptrace_attach, fd_steal, core_dump, listen, signal, state_tamper, configuration_removed, probe_detached, monitor_killed", "a process reached into another, one of which belongs to a server, or into the monitor; `listen`: a debugger that a signal of the actor opened in the target; `signal` and after: of the monitor only, after `signal` without an actor"},
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
    case Field::kMcpTarget:
      return {"server", "monitor", "other"};
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
