// SPDX-License-Identifier: Apache-2.0
// The fields a rule can name: Sigma's taxonomy where it has a word, Mcp… where it has none.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

enum class Category : uint8_t {
  kProcessCreation,     // Sigma process_creation
  kProcessTermination,  // Sigma process_termination
  kProcessAccess,       // Sigma process_access: environ, memory, ptrace, descriptors, core dumps
  kNetworkConnection,   // Sigma network_connection: egress
  kRawSocket,           // ours
};
inline constexpr int kCategoryCount = 5;

// clang-format off
enum class Field : uint8_t {
  // the process itself: process_creation, process_termination, network_connection, raw_socket
  kImage, kCommandLine, kCurrentDirectory, kUser, kUserId, kProcessId, kProcessGuid,
  kParentImage, kParentCommandLine, kParentUser, kParentProcessId, kParentProcessGuid,
  // process_access: who did it and to whom
  kSourceImage, kSourceCommandLine, kSourceUser, kSourceUserId, kSourceProcessId, kSourceProcessGuid,
  kSourceParentImage, kSourceParentCommandLine,
  kTargetImage, kTargetCommandLine, kTargetUser, kTargetUserId, kTargetProcessId, kTargetProcessGuid,
  // network_connection
  kProtocol, kDestinationIp, kDestinationPort, kDestinationIsIpv6, kInitiated,
  // all
  kUtcTime, kContainerId,
  kMcpBehavior,      // environ_read, …
  kMcpOutcome,       // allowed, denied, blocked
  kMcpServer,        // the server concerned: the target's, or for network and process events the actor's
  kMcpServerGuid,    // identity of that server's root process
  kMcpClient,        // its client
  kMcpSourceServer,  // the server the actor belongs to
  kMcpRelation,      // actor to target: self, launcher, descendant, same_server, stranger
  kMcpTarget,        // what the target is: server, monitor, other
  kMcpObject,        // what of the target: the signal it was sent, a file, a probe
  kMcpEgress,        // destination: expected, declared, undeclared, new, known
  kCount,
};
// clang-format on
inline constexpr size_t kFieldCount = static_cast<size_t>(Field::kCount);

// text: as it is, case aside. number: decimal. boolean: "true" or "false". address: IPv4 or IPv6. identifier: opaque,
// equal for what is the same.
enum class FieldType : uint8_t { kText, kNumber, kBoolean, kAddress, kIdentifier };
std::string_view name(FieldType type);

// Where a value comes from.
enum class Origin : uint8_t {
  kKernel,        // the kernel's record of the event
  kProcessTable,  // the kernel's records of exec and fork; of a process older than the monitor, /proc
  kUsers,         // the host's user database
  kRecognition,   // how servers are recognised: configuration and recognition data
  kPolicy,        // the configured and learnt destinations
};
std::string_view name(Origin origin);

struct FieldInfo {
  unsigned categories;  // of bit 1 << Category
  Field field;
  FieldType type;
  Origin origin;
  std::string_view name;     // as rules write it
  std::string_view meaning;  // one line of Markdown
};
// Of a field other than kCount.
const FieldInfo& info(Field field);

struct CategoryInfo {
  Category category;
  std::string_view name;       // as rules write it in logsource
  std::string_view behaviors;  // the values of McpBehavior, separated by ", "
  std::string_view meaning;    // one line of Markdown
};
const CategoryInfo& info(Category category);
std::vector<std::string> behaviors(Category category);
// All values the field can have in events of the category, where they can be listed; else none.
std::vector<std::string> known_values(Field field, Category category);

// A field's name as rules write it.
std::string_view name(Field field);
// Sigma field names are case-sensitive. nullopt: no such field.
std::optional<Field> field_by_name(std::string_view name);
std::string_view name(Category category);
std::optional<Category> category_by_name(std::string_view name);
std::vector<std::string> field_names();
std::vector<std::string> category_names();
// Whether events of the category can carry the field.
bool has_field(Category category, Field field);

// One event as rules see it. Values are text; numbers in decimal; booleans "true"/"false". Used again after clear(), it
// keeps its room and allocates no more.
struct Record {
  Category category = Category::kProcessAccess;
  uint64_t time_ns = 0;
  uint64_t wall_ns = 0;  // the same since the Unix epoch, for UtcTime; 0: not known
  uint32_t count = 1;
  bool of_server = true;  // false: a start or end of a process of no server
  std::bitset<kFieldCount> present;
  std::array<std::string, kFieldCount> values;

  // nullptr: absent, which rules call null.
  [[nodiscard]] const std::string* get(Field field) const {
    auto index = static_cast<size_t>(field);
    return present[index] ? &values[index] : nullptr;
  }
  // Present and empty from then on, to be filled.
  std::string& add(Field field) {
    auto index = static_cast<size_t>(field);
    present.set(index);
    values[index].clear();
    return values[index];
  }
  void set(Field field, std::string_view value) { add(field) = value; }
  void remove(Field field) { present.reset(static_cast<size_t>(field)); }
  void clear() {
    present.reset();
    wall_ns = 0;
    count = 1;
    of_server = true;
  }
};

}  // namespace vedette::rules
