// SPDX-License-Identifier: Apache-2.0
#include "output/attack.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace vedette::output {
namespace {

using testing::ElementsAre;

// "TA0006/T1003/T1003.007"
std::vector<std::string> ids(const std::vector<std::string>& tags) {
  std::vector<std::string> result;
  for (const Attack& attack : attacks_of(tags)) {
    result.push_back(attack.tactic.id + "/" + attack.technique.id + "/" + attack.sub_technique.id);
  }
  return result;
}

bool named(const AttackName& name) { return name.id.empty() == name.name.empty(); }

std::set<std::string> tags_of_shipped_rules() {
  std::set<std::string> result;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VEDETTE_SOURCE_DIR "/rules")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      size_t tag = line.find("- attack.");
      if (tag != std::string::npos) {
        result.insert(line.substr(tag + 2));
      }
    }
  }
  return result;
}

TEST(Attack, EveryTagOfTheShippedRulesHasAName) {
  std::set<std::string> tags = tags_of_shipped_rules();
  EXPECT_GT(tags.size(), 10U);
  for (const auto& tag : tags) {
    auto attacks = attacks_of({tag});
    EXPECT_FALSE(attacks.empty()) << tag
                                  << ": neither a tactic of the table in agent/output/attack.cpp nor a technique";
    for (const Attack& attack : attacks) {
      EXPECT_TRUE(named(attack.tactic) && named(attack.technique) && named(attack.sub_technique))
          << tag << ": add it to the table in agent/output/attack.cpp";
      EXPECT_FALSE(attack.tactic.id.empty()) << tag;
    }
  }
}

TEST(Attack, ATechniqueGoesWithTheTacticsOfTheRule) {
  EXPECT_THAT(ids({"attack.credential-access", "attack.t1003.007"}), ElementsAre("TA0006/T1003/T1003.007"));
  EXPECT_THAT(ids({"attack.t1040", "attack.discovery"}), ElementsAre("TA0007/T1040/"));
  EXPECT_THAT(ids({"attack.t1040"}), ElementsAre("TA0006/T1040/"));
  EXPECT_THAT(ids({"attack.defense-evasion", "attack.privilege-escalation", "attack.t1055.008"}),
              ElementsAre("TA0005/T1055/T1055.008", "TA0004/T1055/T1055.008"));
  EXPECT_THAT(ids({"attack.credential_access", "attack.T1552"}), ElementsAre("TA0006/T1552/"));
}

TEST(Attack, ATacticWithoutATechniqueStandsForItself) {
  EXPECT_THAT(ids({"attack.impact", "attack.t1041"}), ElementsAre("TA0010/T1041/", "TA0040//"));
}

TEST(Attack, Names) {
  auto attacks = attacks_of({"attack.t1003.007"});
  ASSERT_EQ(attacks.size(), 1U);
  EXPECT_EQ(attacks[0].tactic.name, "Credential Access");
  EXPECT_EQ(attacks[0].technique.name, "OS Credential Dumping");
  EXPECT_EQ(attacks[0].sub_technique.name, "Proc Filesystem");
}

TEST(Attack, AnUnknownTechniqueHasAnIdAlone) {
  auto attacks = attacks_of({"attack.t9999.001"});
  ASSERT_EQ(attacks.size(), 1U);
  EXPECT_EQ(attacks[0].tactic.id, "");
  EXPECT_EQ(attacks[0].technique.id, "T9999");
  EXPECT_EQ(attacks[0].sub_technique.id, "T9999.001");
  EXPECT_EQ(attacks[0].sub_technique.name, "");
}

TEST(Attack, OtherTagsAreNoAttacks) {
  EXPECT_TRUE(attacks_of({"cve.2024-1", "attack.g0032", "attack.s0005", "attack.", "attack.t", "attack.tx", "", "t1003",
                          "detection.emerging-threats"})
                  .empty());
}

}  // namespace
}  // namespace vedette::output
