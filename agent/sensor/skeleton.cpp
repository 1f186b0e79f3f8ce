// SPDX-License-Identifier: Apache-2.0
#include "sensor/skeleton.h"

#include <cerrno>
#include <cstdlib>

#include "sensor/kernel_types.h"
#include "vedette.skel.h"
#include "vedette_kfuncs.skel.h"

namespace vedette::sensor {
namespace {

bool kernel_has_kfuncs() {
  auto types = KernelTypes::load();
  return types && types->has("bpf_rdonly_cast");
}

// Both files have the same maps and programs, so that one skeleton fits them.
int open_file_for_this_kernel(vedette_bpf* object) {
  static const bool kfuncs = kernel_has_kfuncs();
  if (kfuncs) {
    object->skeleton->data = const_cast<void*>(vedette_kfuncs_bpf__elf_bytes(&object->skeleton->data_sz));
  }
  return bpf_object__open_skeleton(object->skeleton, nullptr);
}

}  // namespace

vedette_bpf* open_skeleton() {
  auto* object = static_cast<vedette_bpf*>(std::calloc(1, sizeof(vedette_bpf)));
  if (object == nullptr) {
    return nullptr;
  }
  int code = vedette_bpf__create_skeleton(object);
  if (code == 0) {
    code = open_file_for_this_kernel(object);
  }
  if (code != 0) {
    vedette_bpf__destroy(object);
    errno = -code;
    return nullptr;
  }
  return object;
}

}  // namespace vedette::sensor
