// SPDX-License-Identifier: Apache-2.0
#include "pipeline/target.h"

#include <charconv>

#include "base/text.h"

namespace vedette {
namespace {

// include/linux/proc_ns.h PROC_PID_INIT_INO
constexpr uint64_t kInitialPidNamespace = 0xEFFFFFFC;

std::optional<uint32_t> parse_number(std::string_view text) {
  uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

const Process* by_number(uint32_t number, const Process& actor, const ProcessTable& table, ProcSource* proc) {
  if (actor.pid_namespace != 0 && actor.pid_namespace != kInitialPidNamespace) {
    return table.find_in_namespace(actor.pid_namespace, number);
  }
  if (const Process* process = table.find_pid(number)) {
    return process;
  }
  uint32_t leader = proc != nullptr ? proc->thread_group(number) : 0;
  return leader != 0 ? table.find_pid(leader) : nullptr;
}

const Process* by_path(const AccessEvent& event, const Process& actor, const ProcessTable& table, ProcSource* proc) {
  if (auto number = number_in_path(event.target_path)) {
    return by_number(*number, actor, table, proc);
  }
  bool in_base = event.target_path.find('/') == std::string::npos;
  return in_base && event.target.pid != 0 ? table.find(event.target) : nullptr;
}

}  // namespace

std::optional<uint32_t> number_in_path(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::nullopt : parse_number(base_name(path.substr(0, slash)));
}

const Process* target_of(const AccessEvent& event, const Process& actor, const ProcessTable& table, ProcSource* proc) {
  const Process* target = nullptr;
  if (!event.target_path.empty()) {
    target = by_path(event, actor, table, proc);
  } else if (event.target_by_number) {
    target = by_number(event.target.pid, actor, table, proc);
  } else {
    return table.find(event.target);
  }
  return target == nullptr || target->id == actor.id ? nullptr : target;
}

}  // namespace vedette
