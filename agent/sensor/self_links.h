// SPDX-License-Identifier: Apache-2.0
#pragma once

struct bpf_link;
struct bpf_program;

namespace vedette::sensor {

// Whether the link still runs the program. Others with the right to can detach a cgroup link or give a link another
// program: BPF_LINK_DETACH and BPF_LINK_UPDATE of bpf(2). What the kernel tells nothing of counts as intact:
// before 5.15 system-call tracepoints have no link that anybody could find.
bool is_intact(const bpf_link* link, const bpf_program* program);

}  // namespace vedette::sensor
