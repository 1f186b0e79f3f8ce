// SPDX-License-Identifier: Apache-2.0
#include "event/encode.h"

#include <algorithm>
#include <cstring>

#include "bpf/events.h"

namespace vedette {
namespace {

process_id wire_id(const ProcessId& id) { return {.tgid = id.pid, .pad = 0, .start_ns = id.start_ns}; }

event_header header(uint16_t type, size_t size, uint64_t time_ns) {
  event_header result{};
  result.type = type;
  result.version = EVENT_SCHEMA_VERSION;
  result.size = static_cast<uint32_t>(size);
  result.time_ns = time_ns;
  return result;
}

template <typename T>
Buffer bytes_of(const T& wire, const std::string& strings) {
  Buffer buffer(sizeof(T) + strings.size());
  std::memcpy(buffer.data(), &wire, sizeof(T));
  std::memcpy(buffer.data() + sizeof(T), strings.data(), strings.size());
  return buffer;
}

std::string joined_args(const std::vector<std::string>& args) {
  std::string result;
  for (const auto& arg : args) {
    result += arg;
    result += '\0';
  }
  return result;
}

// Appends at most `room` bytes; returns how many.
uint16_t append(std::string& strings, std::string_view part, size_t room) {
  part = part.substr(0, room);
  strings += part;
  return static_cast<uint16_t>(part.size());
}

uint32_t flags_of(const ExecEvent& event, bool args_cut) {
  uint32_t flags = EVENT_PLAIN_PATHS;
  auto set = [&](bool on, uint32_t flag) { flags |= on ? flag : 0; };
  set(event.from_procfs, EVENT_FROM_PROCFS);
  set(event.args_truncated || args_cut, EVENT_ARGS_TRUNCATED);
  set(event.args_unreadable, EVENT_ARGS_UNREADABLE);
  return flags;
}

}  // namespace

Buffer encode(const ExecEvent& event) {
  exec_event wire{};
  std::string strings;
  std::string args = joined_args(event.args);
  wire.args_size = append(strings, args, ARGS_MAX);
  wire.exe_size = append(strings, event.executable, EXE_MAX);
  wire.cwd_size = append(strings, event.cwd, CWD_MAX);
  wire.cgroup_size = append(strings, event.cgroup, CGROUP_NAME_MAX);
  wire.header = header(EVENT_EXEC, sizeof(wire) + strings.size(), event.time_ns);
  wire.header.flags = flags_of(event, args.size() > ARGS_MAX);
  wire.header.uid = event.uid;
  wire.header.process = wire_id(event.process);
  wire.parent = wire_id(event.parent);
  wire.pid_namespace = event.pid_namespace;
  wire.namespace_tgid = event.namespace_pid;
  wire.exec_id = event.exec_id;
  return bytes_of(wire, strings);
}

Buffer encode(const ContextEvent& event) {
  context_event wire{.header = header(EVENT_CONTEXT, sizeof(context_event) + event.json.size(), event.time_ns)};
  return bytes_of(wire, event.json);
}

Buffer encode(const SelfEvent& event) {
  self_event wire{.header = header(EVENT_SELF, sizeof(self_event) + event.object.size(), event.time_ns),
                  .behavior = static_cast<uint32_t>(event.behavior),
                  .count = event.count};
  wire.header.process = wire_id(event.monitor);
  return bytes_of(wire, event.object);
}

Buffer encode_loss(uint64_t time_ns, uint32_t reason, uint64_t count) {
  loss_event wire{};
  wire.header = header(EVENT_LOSS, sizeof(wire), time_ns);
  wire.reason = reason;
  wire.count = count;
  return bytes_of(wire, {});
}

}  // namespace vedette
