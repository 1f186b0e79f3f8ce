// SPDX-License-Identifier: Apache-2.0
#include "harness/links.h"

#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace vedette::scenario {
namespace {

static_assert(kUdp4Sendmsg == BPF_CGROUP_UDP4_SENDMSG);

int bpf(bpf_cmd command, bpf_attr& attributes) {
  long result = ::syscall(SYS_bpf, command, &attributes, sizeof(attributes));
  return result < 0 ? -errno : static_cast<int>(result);
}

// "key:\tvalue" lines.
std::map<std::string, std::string> read_info(const std::filesystem::path& file) {
  std::map<std::string, std::string> result;
  std::ifstream in(file);
  std::string key;
  std::string value;
  while (in >> key && std::getline(in >> std::ws, value)) {
    result[key] = value;
  }
  return result;
}

int open_link(uint32_t id) {
  bpf_attr attributes{};
  attributes.link_id = id;
  return bpf(BPF_LINK_GET_FD_BY_ID, attributes);
}

// r0 = 1; exit
int load_harmless(uint32_t attach_type) {
  const std::array<bpf_insn, 2> code = {
      bpf_insn{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 1},
      bpf_insn{.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
  rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  ::setrlimit(RLIMIT_MEMLOCK, &unlimited);  // before 5.11 programs count as locked memory
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  attributes.expected_attach_type = attach_type;
  attributes.insns = reinterpret_cast<uintptr_t>(code.data());
  attributes.insn_cnt = code.size();
  attributes.license = reinterpret_cast<uintptr_t>("GPL");
  return bpf(BPF_PROG_LOAD, attributes);
}

}  // namespace

CgroupLink cgroup_link(pid_t owner, uint32_t attach_type) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(owner) + "/fdinfo", gone)) {
    auto info = read_info(entry.path());
    if (info["link_type:"] == "cgroup" && info["attach_type:"] == std::to_string(attach_type)) {
      return {.id = static_cast<uint32_t>(std::stoul(info["link_id:"])),
              .program = static_cast<uint32_t>(std::stoul(info["prog_id:"])),
              .cgroup = std::stoull(info["cgroup_id:"])};
    }
  }
  return {};
}

int detach(const CgroupLink& link) {
  int fd = open_link(link.id);
  if (fd < 0) {
    return fd;
  }
  bpf_attr attributes{};
  attributes.link_detach.link_fd = static_cast<uint32_t>(fd);
  int result = bpf(BPF_LINK_DETACH, attributes);
  ::close(fd);
  return result;
}

int replace_program(const CgroupLink& link, uint32_t attach_type) {
  int fd = open_link(link.id);
  int program = load_harmless(attach_type);
  if (fd < 0 || program < 0) {
    return fd < 0 ? fd : program;
  }
  bpf_attr attributes{};
  attributes.link_update.link_fd = static_cast<uint32_t>(fd);
  attributes.link_update.new_prog_fd = static_cast<uint32_t>(program);
  int result = bpf(BPF_LINK_UPDATE, attributes);
  ::close(program);
  ::close(fd);
  return result;
}

}  // namespace vedette::scenario
