// SPDX-License-Identifier: Apache-2.0
#include "sensor/program_set.h"

#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "vedette.skel.h"

namespace vedette::sensor {
namespace {

// The last line libbpf said: errno alone does not tell why.
std::string last_warning;

int keep_warning(libbpf_print_level level, const char* format, va_list args) {
  if (level == LIBBPF_DEBUG) {
    return 0;
  }
  char line[512];
  int size = std::vsnprintf(line, sizeof(line), format, args);
  if (std::strncmp(line, "libbpf: ", 8) == 0) {
    last_warning = std::string(line + 8);
    last_warning.erase(std::min(last_warning.find('\n'), last_warning.size()));
  }
  return size;
}

std::string reason(int code) {
  std::string text = std::strerror(code < 0 ? -code : code);
  return last_warning.empty() ? text : text + " (" + last_warning + ")";
}

vedette_bpf* open_with(const LoadOptions& options) {
  libbpf_set_print(keep_warning);
  last_warning.clear();
  vedette_bpf* skeleton = vedette_bpf__open();
  if (skeleton != nullptr) {
    skeleton->rodata->agent_tgid = options.agent_pid;
    skeleton->rodata->fold_ns = options.fold_ns;
  }
  return skeleton;
}

void select(vedette_bpf* skeleton, const std::vector<std::string>& programs) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, skeleton->obj) {
    bool wanted = std::ranges::find(programs, bpf_program__name(program)) != programs.end();
    bpf_program__set_autoload(program, wanted);
  }
}

// 0, or the negative errno of loading these programs alone.
int try_load(const std::vector<std::string>& programs, const LoadOptions& options) {
  vedette_bpf* skeleton = open_with(options);
  if (skeleton == nullptr) {
    return -errno;
  }
  select(skeleton, programs);
  int code = vedette_bpf__load(skeleton);
  vedette_bpf__destroy(skeleton);
  return code;
}

}  // namespace

Result<std::unique_ptr<ProgramSet>> ProgramSet::load(const std::vector<std::string>& programs,
                                                     const LoadOptions& options) {
  std::unique_ptr<ProgramSet> set(new ProgramSet);
  set->skeleton_ = open_with(options);
  if (set->skeleton_ == nullptr) {
    return fail_errno("cannot open the BPF programs");
  }
  select(set->skeleton_, programs);
  if (vedette_bpf__load(set->skeleton_) == 0) {
    return set;
  }
  std::vector<std::string> accepted;
  for (const auto& program : programs) {
    int code = try_load({program}, options);
    if (code == 0) {
      accepted.push_back(program);
    } else {
      set->refused_[program] = "cannot be loaded: " + reason(code);
    }
  }
  vedette_bpf__destroy(set->skeleton_);
  set->skeleton_ = open_with(options);
  if (set->skeleton_ == nullptr) {
    return fail_errno("cannot open the BPF programs");
  }
  select(set->skeleton_, accepted);
  if (int code = vedette_bpf__load(set->skeleton_); code != 0) {
    return fail("cannot load the BPF programs: " + reason(code));
  }
  return set;
}

ProgramSet::~ProgramSet() {
  detach_all();
  vedette_bpf__destroy(skeleton_);
}

bpf_program* ProgramSet::find(std::string_view program) const {
  return bpf_object__find_program_by_name(skeleton_->obj, std::string(program).c_str());
}

Status ProgramSet::attach(std::string_view program, int cgroup_fd) {
  if (auto it = refused_.find(program); it != refused_.end()) {
    return fail(it->second);
  }
  bpf_program* found = find(program);
  if (found == nullptr) {
    return fail("no such program");
  }
  last_warning.clear();
  bool cgroup = bpf_program__type(found) == BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  bpf_link* link = cgroup ? bpf_program__attach_cgroup(found, cgroup_fd) : bpf_program__attach(found);
  if (link == nullptr) {
    return fail("cannot be attached: " + reason(errno));
  }
  links_.push_back(link);
  return {};
}

void ProgramSet::detach_all() {
  for (bpf_link* link : links_) {
    bpf_link__destroy(link);
  }
  links_.clear();
}

Status kernel_can_run_us() {
  if (::geteuid() != 0) {
    return fail("Vedette needs root to load its probes: run it with sudo, or as the systemd service.");
  }
  if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
    return fail(
        "This kernel has no BTF (/sys/kernel/btf/vmlinux): Vedette needs one built with CONFIG_DEBUG_INFO_BTF.");
  }
  libbpf_set_print(keep_warning);
  if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nullptr) != 1) {
    return fail("This kernel has no BPF ring buffer: Vedette needs Linux 5.8 or newer.");
  }
  return {};
}

}  // namespace vedette::sensor
