// SPDX-License-Identifier: Apache-2.0
// MITRE ATT&CK (Enterprise), as far as rules name it by their tags: "attack.credential-access", "attack.t1003.007".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::output {

inline constexpr std::string_view kAttackVersion = "17.1";

struct AttackName {
  std::string id;    // "TA0006", "T1003.007"; "" none
  std::string name;  // "" not known
};

struct Attack {
  AttackName tactic;
  AttackName technique;
  AttackName sub_technique;
};

// A technique once for each tactic of the tags that it serves, or for its first when the tags have none of them; a
// tactic that no technique serves for itself. What the tables here do not know has an id and no name.
std::vector<Attack> attacks_of(const std::vector<std::string>& tags);

}  // namespace vedette::output
