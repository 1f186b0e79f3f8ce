// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <stdexcept>

#include "harness/actors.h"

namespace vedette::scenario {
namespace {

void must(const std::string& command) {
  auto result = run({{"sh", "-c", command}, "/", {}, false});
  if (result.status != 0) {
    throw std::runtime_error(command + ": " + result.err);
  }
}

// The 62 /30 networks of 198.51.100.0/24 (RFC 5737) that leave room for their ends.
int slot() { return ::getpid() % 62; }

}  // namespace

std::string Namespace::v4() const { return "198.51.100." + std::to_string(number_ * 4 + 2); }

std::string Namespace::v6() const { return "2001:db8:0:" + std::to_string(number_ + 1) + "::2"; }

Namespace::Namespace() : name_("vedette-" + std::to_string(::getpid())), number_(slot()) {
  must("ip netns add " + name_);
  try {
    connect();
  } catch (...) {
    run({{"ip", "netns", "del", name_}, "/", {}, false});
    throw;
  }
}

void Namespace::connect() {
  std::string here = "vdt" + std::to_string(::getpid());
  std::string gate4 = "198.51.100." + std::to_string(number_ * 4 + 1);
  std::string gate6 = "2001:db8:0:" + std::to_string(number_ + 1) + "::1";
  must("ip link add " + here + " type veth peer name eth0 netns " + name_);
  must("ip addr add " + gate4 + "/30 dev " + here + " && ip -6 addr add " + gate6 + "/64 dev " + here + " nodad");
  must("ip link set " + here + " up");
  must("ip -n " + name_ + " addr add " + v4() + "/30 dev eth0");
  must("ip -n " + name_ + " -6 addr add " + v6() + "/64 dev eth0 nodad");
  must("ip -n " + name_ + " link set lo up && ip -n " + name_ + " link set eth0 up");
  sink_.emplace(Spawn{{"ip", "netns", "exec", name_, actor_program(), "sink", port()}, "/", {}, false});
  if (!sink_->out().wait([](const auto& lines) { return !lines.empty(); }, 10s)) {
    throw std::runtime_error("the sink did not start: " + join(sink_->err().lines(), "\n"));
  }
}

Namespace::~Namespace() {
  sink_.reset();
  run({{"ip", "netns", "del", name_}, "/", {}, false});
  eventually([this] { return !fs::exists("/sys/class/net/vdt" + std::to_string(::getpid())); }, 5s);
}

}  // namespace vedette::scenario
