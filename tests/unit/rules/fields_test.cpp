// SPDX-License-Identifier: Apache-2.0
#include "rules/fields.h"

#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

TEST(Fields, EveryNameLeadsBack) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    auto field = static_cast<Field>(i);
    EXPECT_EQ(field_by_name(name(field)), field);
  }
  for (int i = 0; i < kCategoryCount; ++i) {
    auto category = static_cast<Category>(i);
    EXPECT_EQ(category_by_name(name(category)), category);
  }
}

TEST(Fields, NamesAreThoseOfTheTaxonomy) {
  EXPECT_EQ(name(Field::kMcpServer), "McpServer");
  EXPECT_EQ(name(Field::kDestinationIsIpv6), "DestinationIsIpv6");
  EXPECT_EQ(name(Field::kSourceParentCommandLine), "SourceParentCommandLine");
  EXPECT_EQ(name(Category::kRawSocket), "raw_socket");
}

TEST(Fields, NamesAreCaseSensitive) {
  EXPECT_EQ(field_by_name("image"), std::nullopt);
  EXPECT_EQ(field_by_name(""), std::nullopt);
  EXPECT_EQ(category_by_name("Process_Access"), std::nullopt);
}

TEST(Fields, CategoriesCarryWhatTheyCan) {
  EXPECT_TRUE(has_field(Category::kProcessAccess, Field::kSourceImage));
  EXPECT_FALSE(has_field(Category::kProcessAccess, Field::kImage));
  EXPECT_TRUE(has_field(Category::kNetworkConnection, Field::kDestinationIp));
  EXPECT_FALSE(has_field(Category::kRawSocket, Field::kDestinationIp));
  EXPECT_TRUE(has_field(Category::kRawSocket, Field::kProtocol));
  EXPECT_TRUE(has_field(Category::kProcessTermination, Field::kMcpServer));
  EXPECT_FALSE(has_field(Category::kProcessAccess, Field::kCount));
}

}  // namespace
}  // namespace vedette::rules
