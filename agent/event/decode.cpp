// SPDX-License-Identifier: Apache-2.0
#include "event/decode.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <ranges>

#include "bpf/events.h"
#include "event/redact.h"

namespace vedette {
namespace {

template <typename T>
Result<T> read(Bytes record) {
  if (record.size() < sizeof(T)) {
    return fail("record of " + std::to_string(record.size()) + " bytes, expected at least " +
                std::to_string(sizeof(T)));
  }
  T value;
  std::memcpy(&value, record.data(), sizeof(T));
  return value;
}

// A record of one size only.
template <typename T>
Result<T> read_whole(Bytes record) {
  if (record.size() > sizeof(T)) {
    return fail("record of " + std::to_string(record.size()) + " bytes, expected " + std::to_string(sizeof(T)));
  }
  return read<T>(record);
}

ProcessId id_of(const process_id& id) { return {id.tgid, id.start_ns}; }

std::string_view text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// A process that rewrites its title leaves runs of NUL at the end.
std::vector<std::string> split_args(std::string_view bytes) {
  std::vector<std::string> args;
  while (!bytes.empty() && bytes.back() == '\0') {
    bytes.remove_suffix(1);
  }
  if (bytes.empty()) {
    return args;
  }
  size_t begin = 0;
  for (size_t end; (end = bytes.find('\0', begin)) != std::string_view::npos; begin = end + 1) {
    args.emplace_back(bytes.substr(begin, end - begin));
  }
  args.emplace_back(bytes.substr(begin));
  return args;
}

// Components from the leaf to the root, each ending in NUL → "/root/…/leaf".
std::string join_components(std::string_view bytes) {
  std::vector<std::string_view> components;
  for (size_t end; (end = bytes.find('\0')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
    components.push_back(bytes.substr(0, end));
  }
  std::string path;
  for (const auto& component : std::views::reverse(components)) {
    path += '/';
    path += component;
  }
  return path.empty() ? "/" : path;
}

// Cuts the strings after an exec_event one by one.
class Strings {
 public:
  explicit Strings(Bytes bytes) : rest_(bytes) {}
  std::string_view next(size_t size) {
    auto part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return text(part);
  }

 private:
  Bytes rest_;
};

std::string path_of(std::string_view bytes, uint32_t flags) {
  return (flags & EVENT_PLAIN_PATHS) != 0 ? std::string(bytes) : join_components(bytes);
}

Result<Event> decode_exec(Bytes record) {
  auto wire = read<exec_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  size_t strings = size_t{wire->args_size} + wire->exe_size + wire->cwd_size + wire->cgroup_size;
  if (sizeof(exec_event) + strings != record.size()) {
    return fail("exec record of " + std::to_string(record.size()) + " bytes, but its strings take " +
                std::to_string(strings));
  }
  uint32_t flags = wire->header.flags;
  Strings parts(record.subspan(sizeof(exec_event)));
  ExecEvent event{.time_ns = wire->header.time_ns,
                  .process = id_of(wire->header.process),
                  .parent = id_of(wire->parent),
                  .uid = wire->header.uid,
                  .pid_namespace = wire->pid_namespace,
                  .namespace_pid = wire->namespace_tgid,
                  .exec_id = wire->exec_id};
  event.args = redact(split_args(parts.next(wire->args_size)));
  event.executable = path_of(parts.next(wire->exe_size), flags);
  if ((flags & EVENT_EXE_DELETED) != 0 && (flags & EVENT_PLAIN_PATHS) == 0) {
    event.executable += " (deleted)";
  }
  event.cwd = path_of(parts.next(wire->cwd_size), flags);
  event.cgroup = parts.next(wire->cgroup_size);
  event.cgroup.erase(std::min(event.cgroup.find('\0'), event.cgroup.size()));
  event.from_procfs = (flags & EVENT_FROM_PROCFS) != 0;
  event.args_truncated = (flags & EVENT_ARGS_TRUNCATED) != 0;
  event.args_unreadable = (flags & EVENT_ARGS_UNREADABLE) != 0;
  return event;
}

Result<Event> decode_fork(Bytes record) {
  auto wire = read_whole<fork_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  return ForkEvent{.time_ns = wire->header.time_ns,
                   .process = id_of(wire->header.process),
                   .parent = id_of(wire->parent),
                   .uid = wire->header.uid,
                   .pid_namespace = wire->pid_namespace,
                   .namespace_pid = wire->namespace_tgid,
                   .exec_id = wire->exec_id};
}

Result<Event> decode_exit(Bytes record) {
  auto wire = read_whole<exit_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  return ExitEvent{.time_ns = wire->header.time_ns, .process = id_of(wire->header.process), .code = wire->code};
}

Result<Behavior> access_behavior(uint32_t behavior) {
  bool known = (behavior >= BEHAVIOR_ENVIRON_READ && behavior <= BEHAVIOR_CORE_DUMP) || behavior == BEHAVIOR_LISTEN ||
               behavior == BEHAVIOR_SIGNAL;
  if (!known) {
    return fail("access record with behavior " + std::to_string(behavior));
  }
  return static_cast<Behavior>(behavior);
}

Outcome outcome_of(int32_t result) { return result < 0 ? Outcome::kDenied : Outcome::kAllowed; }

Result<Event> decode_access(Bytes record) {
  auto wire = read_whole<access_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  auto behavior = access_behavior(wire->behavior);
  if (!behavior) {
    return fail(behavior.error());
  }
  if (wire->path_size > sizeof(wire->path)) {
    return fail("access record with a path of " + std::to_string(wire->path_size) + " bytes");
  }
  AccessEvent event{.time_ns = wire->header.time_ns,
                    .first_ns = wire->first_ns,
                    .behavior = *behavior,
                    .outcome = outcome_of(wire->result),
                    .result = wire->result,
                    .actor = id_of(wire->header.process),
                    .uid = wire->header.uid,
                    .target = id_of(wire->target),
                    .target_exec_id = wire->target_exec_id,
                    .target_by_number = (wire->header.flags & EVENT_TARGET_BY_NUMBER) != 0,
                    .opener = id_of(wire->opener),
                    .target_path = {},
                    .detail = wire->detail,
                    .count = std::max(wire->count, 1U)};
  if ((wire->header.flags & EVENT_TARGET_BY_PATH) != 0) {
    event.target_path.assign(wire->path, wire->path_size);
  }
  return event;
}

std::string address_text(uint16_t family, const uint8_t* address) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (family == AF_INET) {
    inet_ntop(AF_INET, address, buffer, sizeof(buffer));
  } else if (family == AF_INET6) {
    in6_addr v6;
    std::memcpy(&v6, address, sizeof(v6));
    bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
    inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? address + 12 : address, buffer, sizeof(buffer));
  }
  return buffer;
}

std::string raw_protocol(const network_event& wire) {
  if (wire.family == AF_PACKET) {
    return "packet";
  }
  if (wire.family == AF_XDP) {
    return "xdp";
  }
  return wire.socket_type == SOCK_RAW ? "raw" : "icmp";
}

std::string protocol_text(uint32_t protocol) {
  switch (protocol) {
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    case IPPROTO_UDPLITE:
      return "udplite";
    case IPPROTO_MPTCP:
      return "mptcp";
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return "icmp";
    case IPPROTO_SCTP:
      return "sctp";
    default:
      return "ip-" + std::to_string(protocol);
  }
}

Result<Event> decode_network(Bytes record) {
  auto wire = read_whole<network_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  if (wire->behavior != BEHAVIOR_EGRESS && wire->behavior != BEHAVIOR_RAW_SOCKET) {
    return fail("network record with behavior " + std::to_string(wire->behavior));
  }
  bool raw = wire->behavior == BEHAVIOR_RAW_SOCKET;
  return NetworkEvent{.time_ns = wire->header.time_ns,
                      .first_ns = wire->first_ns,
                      .behavior = raw ? Behavior::kRawSocket : Behavior::kEgress,
                      .outcome = outcome_of(wire->result),
                      .actor = id_of(wire->header.process),
                      .uid = wire->header.uid,
                      .protocol = raw ? raw_protocol(*wire) : protocol_text(wire->protocol),
                      .address = raw ? std::string() : address_text(wire->family, wire->address),
                      .port = wire->port,
                      .count = std::max(wire->count, 1U)};
}

Result<Event> decode_loss(Bytes record) {
  static constexpr std::array<std::string_view, LOSS_REASONS> kReasons = {
      "alert_ring_full", "process_ring_full", "verdict_map_full", "read_fault", "fold_map_full"};
  auto wire = read_whole<loss_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  if (wire->reason >= LOSS_REASONS) {
    return fail("loss record with reason " + std::to_string(wire->reason));
  }
  return LossEvent{.time_ns = wire->header.time_ns,
                   .stage = "kernel",
                   .reason = std::string(kReasons[wire->reason]),
                   .count = wire->count,
                   .hides_alerts = wire->reason == LOSS_ALERT_RING_FULL || wire->reason == LOSS_READ_FAULT};
}

Result<Event> decode_context(Bytes record) {
  auto wire = read<context_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  return ContextEvent{.time_ns = wire->header.time_ns, .json = std::string(text(record.subspan(sizeof(*wire))))};
}

Result<Event> decode_self(Bytes record) {
  auto wire = read<self_event>(record);
  if (!wire) {
    return fail(wire.error());
  }
  if (wire->behavior < BEHAVIOR_STATE_TAMPER || wire->behavior > BEHAVIOR_MONITOR_KILLED) {
    return fail("self record with behavior " + std::to_string(wire->behavior));
  }
  return SelfEvent{.time_ns = wire->header.time_ns,
                   .behavior = static_cast<Behavior>(wire->behavior),
                   .monitor = id_of(wire->header.process),
                   .object = std::string(text(record.subspan(sizeof(*wire)))),
                   .count = std::max(wire->count, 1U)};
}

}  // namespace

Result<Event> decode(Bytes record) {
  auto header = read<event_header>(record);
  if (!header) {
    return fail(header.error());
  }
  if (header->version != EVENT_SCHEMA_VERSION) {
    return fail("record of schema version " + std::to_string(header->version) + ", expected " +
                std::to_string(EVENT_SCHEMA_VERSION));
  }
  if (header->size != record.size()) {
    return fail("record of " + std::to_string(record.size()) + " bytes says it has " + std::to_string(header->size));
  }
  switch (header->type) {
    case EVENT_EXEC:
      return decode_exec(record);
    case EVENT_FORK:
      return decode_fork(record);
    case EVENT_EXIT:
      return decode_exit(record);
    case EVENT_ACCESS:
      return decode_access(record);
    case EVENT_NETWORK:
      return decode_network(record);
    case EVENT_LOSS:
      return decode_loss(record);
    case EVENT_CONTEXT:
      return decode_context(record);
    case EVENT_SELF:
      return decode_self(record);
    default:
      return fail("record of type " + std::to_string(header->type));
  }
}

uint64_t time_of_record(Bytes record) {
  auto header = read<event_header>(record);
  return header ? header->time_ns : 0;
}

}  // namespace vedette
