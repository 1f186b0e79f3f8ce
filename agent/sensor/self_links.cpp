// SPDX-License-Identifier: Apache-2.0
#include "sensor/self_links.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>

namespace vedette::sensor {
namespace {

// 0: not to be told.
uint32_t id_of(const bpf_program* program) {
  bpf_prog_info info{};
  uint32_t size = sizeof(info);
  return bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0 ? info.id : 0;
}

}  // namespace

bool is_intact(const bpf_link* link, const bpf_program* program) {
  bpf_link_info info{};
  uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size) != 0) {
    return errno != EBADF;
  }
  bool detached = info.type == BPF_LINK_TYPE_CGROUP && info.cgroup.cgroup_id == 0;
  uint32_t id = id_of(program);
  return !detached && (id == 0 || info.prog_id == id);
}

}  // namespace vedette::sensor
