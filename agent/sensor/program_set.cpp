// SPDX-License-Identifier: Apache-2.0
#include "sensor/program_set.h"

#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "sensor/self_links.h"
#include "sensor/skeleton.h"
#include "vedette.skel.h"

namespace vedette::sensor {
namespace {

// The last line libbpf said: errno alone does not tell why.
std::string last_warning;

// What the return code says anyhow.
bool says_nothing(std::string_view line) {
  constexpr std::string_view kEmpty[] = {"failed to load", "program load failed", "PROG LOAD LOG",
                                         "permission error while running as root"};
  return std::ranges::any_of(kEmpty, [&](std::string_view part) { return line.find(part) != line.npos; });
}

int keep_warning(libbpf_print_level level, const char* format, va_list args) {
  if (level == LIBBPF_DEBUG) {
    return 0;
  }
  char line[512];
  int size = std::vsnprintf(line, sizeof(line), format, args);
  if (std::strncmp(line, "libbpf: ", 8) == 0 && !says_nothing(line + 8)) {
    last_warning = std::string(line + 8);
    last_warning.erase(std::min(last_warning.find('\n'), last_warning.size()));
  }
  return size;
}

std::string reason(int code) {
  std::string text = std::strerror(code < 0 ? -code : code);
  return last_warning.empty() ? text : text + " (" + last_warning + ")";
}

// Global variables, too, are maps, and are shared like the others.
void share_maps(vedette_bpf* object, vedette_bpf* owner) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object->obj) {
    bpf_map* shared = bpf_object__find_map_by_name(owner->obj, bpf_map__name(map));
    bpf_map__reuse_fd(map, bpf_map__fd(shared));
  }
}

void select(vedette_bpf* object, const std::vector<std::string>& programs) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object->obj) {
    bool wanted = std::ranges::find(programs, bpf_program__name(program)) != programs.end();
    bpf_program__set_autoload(program, wanted);
  }
}

}  // namespace

void ProgramSet::Destroy::operator()(vedette_bpf* object) const { vedette_bpf__destroy(object); }

ProgramSet::Object ProgramSet::open(const std::vector<std::string>& programs) const {
  libbpf_set_print(keep_warning);
  last_warning.clear();
  Object object(open_skeleton());
  if (object) {
    object->rodata->agent_tgid = options_.agent_pid;
    object->rodata->fold_ns = options_.fold_ns;
    select(object.get(), programs);
    if (!objects_.empty()) {
      share_maps(object.get(), objects_.front().get());
    }
  }
  return object;
}

Result<ProgramSet::Refusals> ProgramSet::try_each(const std::vector<std::string>& programs) const {
  Refusals refusals;
  for (const auto& program : programs) {
    Object object = open({program});
    if (!object) {
      return fail_errno("cannot open the BPF programs");
    }
    if (int code = vedette_bpf__load(object.get()); code != 0) {
      refusals[program] = "cannot be loaded: " + reason(code);
    }
  }
  return refusals;
}

Result<ProgramSet::Refusals> ProgramSet::load(const std::vector<std::string>& programs) {
  Refusals refusals;
  Object object = open(programs);
  if (object && vedette_bpf__load(object.get()) != 0) {
    auto refused = try_each(programs);
    if (!refused) {
      return fail(refused.error());
    }
    refusals = std::move(*refused);
    std::vector<std::string> accepted = programs;
    std::erase_if(accepted, [&](const std::string& program) { return refusals.contains(program); });
    if (accepted.empty() && objects_.empty()) {
      return fail("cannot load the BPF programs: " + refusals.begin()->first + " " + refusals.begin()->second);
    }
    if (accepted.empty()) {
      return refusals;
    }
    object = open(accepted);
    if (int code = object ? vedette_bpf__load(object.get()) : -errno; code != 0) {
      return fail("cannot load the BPF programs: " + reason(code));
    }
  }
  if (!object) {
    return fail_errno("cannot open the BPF programs");
  }
  for (const auto& program : programs) {
    if (!refusals.contains(program)) {
      loaded_[program] = objects_.size();
    }
  }
  objects_.push_back(std::move(object));
  return refusals;
}

ProgramSet::~ProgramSet() { detach_all(); }

bpf_program* ProgramSet::find(std::string_view program) const {
  auto object = loaded_.find(program);
  return object == loaded_.end()
             ? nullptr
             : bpf_object__find_program_by_name(objects_[object->second]->obj, std::string(program).c_str());
}

Status ProgramSet::attach(std::string_view program, int cgroup_fd) {
  bpf_program* found = find(program);
  if (found == nullptr) {
    return fail("is not loaded");
  }
  last_warning.clear();
  bool cgroup = bpf_program__type(found) == BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  bpf_link* link = cgroup ? bpf_program__attach_cgroup(found, cgroup_fd) : bpf_program__attach(found);
  if (link == nullptr) {
    return fail("cannot be attached: " + reason(errno));
  }
  links_.emplace(program, link);
  return {};
}

void ProgramSet::detach(std::string_view program) {
  if (auto link = links_.find(program); link != links_.end()) {
    bpf_link__destroy(link->second);
    links_.erase(link);
  }
}

std::vector<std::string> ProgramSet::broken() const {
  std::vector<std::string> result;
  for (const auto& [program, link] : links_) {
    if (!is_intact(link, find(program))) {
      result.push_back(program);
    }
  }
  return result;
}

void ProgramSet::detach_all() {
  for (const auto& [program, link] : links_) {
    bpf_link__destroy(link);
  }
  links_.clear();
}

namespace {

// "none [integrity] confidentiality"; nothing where securityfs is not mounted.
bool locked_down_for_confidentiality() {
  std::ifstream file("/sys/kernel/security/lockdown");
  std::string text;
  std::getline(file, text);
  return text.find("[confidentiality]") != std::string::npos;
}

}  // namespace

Status kernel_can_run_us() {
  if (::geteuid() != 0) {
    return fail("Vedette needs root to load its probes: run it with sudo, or as the systemd service.");
  }
  if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
    return fail(
        "This kernel has no BTF (/sys/kernel/btf/vmlinux): Vedette needs one built with CONFIG_DEBUG_INFO_BTF.");
  }
  if (locked_down_for_confidentiality()) {
    return fail(
        "This kernel is locked down for confidentiality: BPF programs may not read its memory. Vedette needs lockdown "
        "\"integrity\" or none.");
  }
  libbpf_set_print(keep_warning);
  if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nullptr) != 1) {
    return fail("This kernel has no BPF ring buffer: Vedette needs Linux 5.8 or newer.");
  }
  return {};
}

}  // namespace vedette::sensor
