// SPDX-License-Identifier: Apache-2.0
// Loads each BPF program alone and prints, as one JSON object, how many instructions this kernel's verifier processed
// for it, or why it refused it.
#include <bpf/libbpf.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sensor/skeleton.h"
#include "vedette.skel.h"

namespace {

// verifier.h of the kernel: BPF_LOG_LEVEL1 and BPF_LOG_STATS. Without the first a refusal says nothing.
constexpr unsigned kMessages = 1;
constexpr unsigned kStatistics = 4;
constexpr size_t kLogSize = 16 << 20;

struct Destroy {
  void operator()(vedette_bpf* object) const { vedette_bpf__destroy(object); }
};
using Object = std::unique_ptr<vedette_bpf, Destroy>;

std::string last_warning;

// libbpf says before what it always says of a refusal what it knows of this one.
bool says_nothing(const std::string& line) {
  return line.find("failed to load") != std::string::npos || line.find("permission error") != std::string::npos;
}

int keep_warning(libbpf_print_level level, const char* format, va_list args) {
  char text[512];
  std::vsnprintf(text, sizeof(text), format, args);
  std::string line = text;
  if (level == LIBBPF_WARN && !says_nothing(line)) {
    last_warning = line.substr(line.starts_with("libbpf: ") ? std::strlen("libbpf: ") : 0);
    last_warning.erase(std::min(last_warning.find('\n'), last_warning.size()));
  }
  return 0;
}

std::vector<std::string> program_names() {
  std::vector<std::string> names;
  Object object(vedette::sensor::open_skeleton());
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object->obj) { names.emplace_back(bpf_program__name(program)); }
  return names;
}

// The constants are such that no program's way is shut: the verifier passes by what they rule out.
Object open_alone(const std::string& name, unsigned level, std::vector<char>& log) {
  Object object(vedette::sensor::open_skeleton());
  object->rodata->agent_tgid = 1;
  object->rodata->fold_ns = 1;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object->obj) {
    bool wanted = name == bpf_program__name(program);
    bpf_program__set_autoload(program, wanted);
    if (wanted) {
      bpf_program__set_log_level(program, level);
      bpf_program__set_log_buf(program, log.data(), log.size());
    }
  }
  return object;
}

std::optional<long> processed(const std::string& log) {
  size_t at = log.find("processed ");
  return at == std::string::npos ? std::nullopt : std::optional(std::stol(log.substr(at + std::strlen("processed "))));
}

// The last line before the statistics says what the verifier did not like.
std::string reason(const std::string& log, int error) {
  std::string text = log.substr(0, log.find("processed "));
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  text.erase(0, text.rfind('\n') + 1);
  return !text.empty() ? text : !last_warning.empty() ? last_warning : std::strerror(-error);
}

nlohmann::ordered_json cost(const std::string& name, std::vector<char>& log) {
  Object object = open_alone(name, kStatistics, log);
  log[0] = '\0';
  if (vedette_bpf__load(object.get()) == 0) {
    auto count = processed(log.data());
    return count ? nlohmann::ordered_json(*count) : nlohmann::ordered_json("loaded, without statistics");
  }
  object = open_alone(name, kMessages, log);
  log[0] = '\0';
  last_warning.clear();
  int error = vedette_bpf__load(object.get());
  return "refused: " + reason(log.data(), error);
}

}  // namespace

int main() {
  libbpf_set_print(keep_warning);
  std::vector<char> log(kLogSize);
  nlohmann::ordered_json result = nlohmann::ordered_json::object();
  for (const auto& name : program_names()) {
    result[name] = cost(name, log);
  }
  std::printf("%s\n", result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return 0;
}
