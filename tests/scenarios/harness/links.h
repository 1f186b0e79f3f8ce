// SPDX-License-Identifier: Apache-2.0
// The BPF links of a monitor, as somebody with the right to finds and breaks them.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace vedette::scenario {

inline constexpr uint32_t kUdp4Sendmsg = 14;  // enum bpf_attach_type

struct CgroupLink {
  uint32_t id = 0;  // 0: there is none
  uint32_t program = 0;
  uint64_t cgroup = 0;  // 0: detached
};

// Of that process, from /proc/PID/fdinfo.
CgroupLink cgroup_link(pid_t owner, uint32_t attach_type);

// 0, or a negative errno.
int detach(const CgroupLink& link);
// By one that lets everything pass.
int replace_program(const CgroupLink& link, uint32_t attach_type);

}  // namespace vedette::scenario
