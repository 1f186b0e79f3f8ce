// SPDX-License-Identifier: Apache-2.0
// The BPF object file made for this kernel.
#pragma once

struct vedette_bpf;

namespace vedette::sensor {

// As vedette_bpf__open(): null and errno on failure, to be freed by vedette_bpf__destroy().
vedette_bpf* open_skeleton();

}  // namespace vedette::sensor
