// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sightings.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

Sighting sighting_of(size_t bytes) {
  Sighting sighting;
  sighting.evidence.actor = AlertProcess{
      .pid = 7, .executable = "/usr/bin/cat", .command_line = std::string(bytes, 'x'), .ancestors = {{.pid = 1}}};
  return sighting;
}

bool every(uint64_t /*id*/) { return true; }

TEST(Sightings, AreFoundUntilForgotten) {
  Sightings sightings;
  sightings.keep(1, sighting_of(10));
  sightings.keep(2, sighting_of(20));
  sightings.forget([](uint64_t id) { return id == 1; });
  EXPECT_EQ(sightings.find(1), nullptr);
  ASSERT_NE(sightings.find(2), nullptr);
  EXPECT_EQ(sightings.find(2)->evidence.actor->command_line.size(), 20U);
  EXPECT_EQ(sightings.shortened(), 0U);
}

TEST(Sightings, BeyondTheLimitAreKeptShort) {
  Sightings sightings(20'000);
  sightings.keep(1, sighting_of(10'000));
  sightings.keep(2, sighting_of(10'000));
  EXPECT_EQ(sightings.shortened(), 1U);
  const AlertProcess& first = *sightings.find(1)->evidence.actor;
  const AlertProcess& second = *sightings.find(2)->evidence.actor;
  EXPECT_EQ(first.command_line.size(), 10'000U);
  EXPECT_EQ(first.ancestors.size(), 1U);
  EXPECT_EQ(second.command_line, first.command_line.substr(0, second.command_line.size()));
  EXPECT_LT(second.command_line.size(), 1'000U);
  EXPECT_TRUE(second.ancestors.empty());
  EXPECT_EQ(second.executable, "/usr/bin/cat");
  EXPECT_EQ(second.pid, 7U);
}

TEST(Sightings, WhatIsForgottenMakesRoom) {
  Sightings sightings(20'000);
  sightings.keep(1, sighting_of(15'000));
  sightings.forget(every);
  sightings.keep(2, sighting_of(15'000));
  EXPECT_EQ(sightings.shortened(), 0U);
}

TEST(Sightings, AreCrowdedByNumberAndBySize) {
  Sightings many;
  for (uint64_t id = 0; id < 4'097; ++id) {
    EXPECT_FALSE(many.crowded()) << id;
    many.keep(id, {});
  }
  EXPECT_TRUE(many.crowded());
  many.forget(every);
  EXPECT_FALSE(many.crowded());

  Sightings large;
  for (uint64_t id = 0; id < 16; ++id) {
    EXPECT_FALSE(large.crowded()) << id;
    large.keep(id, sighting_of(1'000'000));
  }
  EXPECT_TRUE(large.crowded());
  large.forget([](uint64_t id) { return id > 0; });
  EXPECT_FALSE(large.crowded());
}

}  // namespace
}  // namespace vedette
