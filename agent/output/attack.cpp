// SPDX-License-Identifier: Apache-2.0
#include "output/attack.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace vedette::output {
namespace {

struct Tactic {
  std::string_view tag;
  std::string_view id;
  std::string_view name;
};

constexpr std::array kTactics = {
    Tactic{"reconnaissance", "TA0043", "Reconnaissance"},
    Tactic{"resource-development", "TA0042", "Resource Development"},
    Tactic{"initial-access", "TA0001", "Initial Access"},
    Tactic{"execution", "TA0002", "Execution"},
    Tactic{"persistence", "TA0003", "Persistence"},
    Tactic{"privilege-escalation", "TA0004", "Privilege Escalation"},
    Tactic{"defense-evasion", "TA0005", "Defense Evasion"},
    Tactic{"credential-access", "TA0006", "Credential Access"},
    Tactic{"discovery", "TA0007", "Discovery"},
    Tactic{"lateral-movement", "TA0008", "Lateral Movement"},
    Tactic{"collection", "TA0009", "Collection"},
    Tactic{"command-and-control", "TA0011", "Command and Control"},
    Tactic{"exfiltration", "TA0010", "Exfiltration"},
    Tactic{"impact", "TA0040", "Impact"},
};

struct Technique {
  std::string_view id;
  std::string_view name;
  std::array<std::string_view, 2> tactics;  // tags; of a sub-technique: those of its technique
};

// Those of the shipped rules.
constexpr std::array kTechniques = {
    Technique{"T1003", "OS Credential Dumping", {"credential-access"}},
    Technique{"T1003.007", "Proc Filesystem", {}},
    Technique{"T1040", "Network Sniffing", {"credential-access", "discovery"}},
    Technique{"T1041", "Exfiltration Over C2 Channel", {"exfiltration"}},
    Technique{"T1055", "Process Injection", {"defense-evasion", "privilege-escalation"}},
    Technique{"T1055.008", "Ptrace System Calls", {}},
    Technique{"T1055.009", "Proc Memory", {}},
    Technique{"T1070", "Indicator Removal", {"defense-evasion"}},
    Technique{"T1070.004", "File Deletion", {}},
    Technique{"T1095", "Non-Application Layer Protocol", {"command-and-control"}},
    Technique{"T1203", "Exploitation for Client Execution", {"execution"}},
    Technique{"T1552", "Unsecured Credentials", {"credential-access"}},
    Technique{"T1552.001", "Credentials In Files", {}},
    Technique{"T1562", "Impair Defenses", {"defense-evasion"}},
    Technique{"T1562.001", "Disable or Modify Tools", {}},
    Technique{"T1567", "Exfiltration Over Web Service", {"exfiltration"}},
};

constexpr std::string_view kPrefix = "attack.";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "T1003.007" of "attack.t1003.007"; "" for what names no technique.
std::string technique_id(std::string_view tag) {
  std::string id = lower(tag);
  bool is_technique =
      id.starts_with("attack.t") && id.size() > kPrefix.size() + 1 &&
      std::all_of(id.begin() + kPrefix.size() + 1, id.end(), [](char c) { return is_digit(c) || c == '.'; });
  return is_technique ? "T" + id.substr(kPrefix.size() + 1) : "";
}

// Older rules write attack.credential_access.
const Tactic* tactic_of(std::string_view tag) {
  std::string written = lower(tag);
  std::ranges::replace(written, '_', '-');
  const auto* found = std::ranges::find_if(kTactics, [&](const Tactic& tactic) {
    return written.starts_with(kPrefix) && std::string_view(written).substr(kPrefix.size()) == tactic.tag;
  });
  return found == kTactics.end() ? nullptr : found;
}

const Technique* known_technique(std::string_view id) {
  const auto* found = std::ranges::find(kTechniques, id, &Technique::id);
  return found == kTechniques.end() ? nullptr : found;
}

std::vector<const Tactic*> tactics_of(const std::vector<std::string>& tags) {
  std::vector<const Tactic*> result;
  for (const auto& tag : tags) {
    if (const Tactic* tactic = tactic_of(tag)) {
      result.push_back(tactic);
    }
  }
  return result;
}

AttackName named(const std::string& id) {
  const Technique* known = known_technique(id);
  return {id, known != nullptr ? std::string(known->name) : ""};
}

AttackName named(const Tactic& tactic) { return {std::string(tactic.id), std::string(tactic.name)}; }

Attack attack_by(const std::string& id) {
  size_t dot = id.find('.');
  Attack attack{.technique = named(id.substr(0, dot))};
  if (dot != std::string::npos) {
    attack.sub_technique = named(id);
  }
  return attack;
}

// Those of `wanted` the technique serves, or its first; none when it is not known.
std::vector<const Tactic*> served(const AttackName& technique, const std::vector<const Tactic*>& wanted) {
  const Technique* known = known_technique(technique.id);
  if (known == nullptr) {
    return {};
  }
  std::vector<const Tactic*> result;
  std::ranges::copy_if(wanted, std::back_inserter(result), [&](const Tactic* tactic) {
    return std::ranges::find(known->tactics, tactic->tag) != known->tactics.end();
  });
  if (result.empty()) {
    result.push_back(std::ranges::find(kTactics, known->tactics.front(), &Tactic::tag));
  }
  return result;
}

}  // namespace

std::vector<Attack> attacks_of(const std::vector<std::string>& tags) {
  std::vector<Attack> result;
  std::vector<const Tactic*> wanted = tactics_of(tags);
  std::vector<const Tactic*> unserved = wanted;
  for (const auto& tag : tags) {
    std::string id = technique_id(tag);
    if (id.empty()) {
      continue;
    }
    Attack attack = attack_by(id);
    auto tactics = served(attack.technique, wanted);
    for (const Tactic* tactic : tactics) {
      attack.tactic = named(*tactic);
      result.push_back(attack);
      std::erase(unserved, tactic);
    }
    if (tactics.empty()) {
      result.push_back(attack);
    }
  }
  for (const Tactic* tactic : unserved) {
    result.push_back({.tactic = named(*tactic)});
  }
  return result;
}

}  // namespace vedette::output
