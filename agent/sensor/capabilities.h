// SPDX-License-Identifier: Apache-2.0
// What we want to see, and which probes can show it. A capability is made of parts; a part is provided by the first of
// its probes that attaches: trampolines before system-call tracepoints. To add a probe: its body in bpf/programs/, a
// row here, an act in canary.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::sensor {

enum class Family { kAuto, kTrampoline, kTracepoint };

struct Probe {
  std::string_view program;    // name of the BPF program
  std::string_view hook;       // where it attaches, as the kernel names it
  Family family;               // kAuto: belongs to both
  std::string_view arguments;  // of the hooked function, as KernelTypes::check() wants them; "" not checked
};

struct Part {
  std::string_view capability;
  std::string_view part;  // what of the capability it shows
  std::vector<Probe> probes;
  bool required;  // without it the monitor cannot work at all
};

// In order of display.
std::span<const Part> capability_table();

// What a family cannot show of a capability, even with every probe attached. A sentence each. kAuto: what none can.
std::vector<std::string_view> limits(std::string_view capability, Family family);

std::string_view name(Family family);

enum class Coverage { kFull, kPartial, kNone };
std::string_view name(Coverage coverage);

struct RefusedProbe {
  std::string hook;
  std::string reason;
};

struct PartStatus {
  std::string part;
  std::string probe;                  // "" none attached
  std::vector<RefusedProbe> refused;  // those before it; with no probe attached, all of the family
  bool silent = false;                // attached, but the canary did not come through
};

// Why the part has no probe, or not its first; "" it has the first.
std::string reason(const PartStatus& status);

struct CapabilityStatus {
  std::string capability;
  Coverage coverage = Coverage::kNone;
  std::vector<PartStatus> parts;
  std::vector<std::string> limits;
};

}  // namespace vedette::sensor
