// SPDX-License-Identifier: Apache-2.0
#include "rules/field_reference.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text_file.h"
#include "event/event.h"
#include "rules/fields.h"

namespace vedette::rules {
namespace {

TEST(FieldReference, IsWhatTheDocumentationSays) {
  auto written = read_text(VEDETTE_SOURCE_DIR "/docs/fields.md");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(*written, fields_markdown()) << "docs/fields.md is out of date; write it again: vedette fields > "
                                            "docs/fields.md";
}

TEST(FieldReference, NamesEveryFieldOfEveryCategory) {
  auto json = nlohmann::json::parse(fields_json());
  ASSERT_EQ(json.size(), static_cast<size_t>(kCategoryCount));
  size_t rows = 0;
  for (const auto& [name, category] : json.items()) {
    ASSERT_TRUE(category_by_name(name)) << name;
    EXPECT_FALSE(category["behaviors"].empty()) << name;
    for (const auto& field : category["fields"]) {
      auto known = field_by_name(field["name"].get<std::string>());
      ASSERT_TRUE(known) << field;
      EXPECT_TRUE(has_field(*category_by_name(name), *known)) << name << " " << field;
      ++rows;
    }
  }
  size_t expected = 0;
  for (int i = 0; i < kCategoryCount; ++i) {
    for (size_t field = 0; field < kFieldCount; ++field) {
      expected += has_field(static_cast<Category>(i), static_cast<Field>(field)) ? 1 : 0;
    }
  }
  EXPECT_EQ(rows, expected);
}

TEST(FieldReference, CategoriesCarryBehaviorsThatExist) {
  for (int i = 0; i < kCategoryCount; ++i) {
    const CategoryInfo& category = info(static_cast<Category>(i));
    EXPECT_EQ(category.category, static_cast<Category>(i));
    auto json = nlohmann::json::parse(fields_json());
    for (const auto& behavior : json[std::string(category.name)]["behaviors"]) {
      bool known = false;
      for (int b = 0; b < kBehaviorCount; ++b) {
        known = known || behavior == name(static_cast<Behavior>(b));
      }
      EXPECT_TRUE(known) << behavior;
    }
  }
}

TEST(FieldReference, SaysOfEveryFieldWhatItIs) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    const FieldInfo& field = info(static_cast<Field>(i));
    EXPECT_FALSE(field.meaning.empty()) << field.name;
    EXPECT_EQ(field.meaning.find('|'), std::string_view::npos) << field.name << ": a cell of a table";
    EXPECT_NE(field.categories, 0U) << field.name;
  }
}

}  // namespace
}  // namespace vedette::rules
