// SPDX-License-Identifier: Apache-2.0
#include "output/format.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "alerts.h"
#include "output/json.h"

namespace vedette::output {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Format kFormats[] = {Format::kNative, Format::kOcsf, Format::kEcs, Format::kFalco, Format::kCef};

TEST(Format, HasANameEach) {
  for (Format format : kFormats) {
    EXPECT_EQ(format_by_name(name(format)), format);
  }
  EXPECT_EQ(name(Format::kNative), "native");
  EXPECT_EQ(format_by_name("ocsf"), Format::kOcsf);
  EXPECT_EQ(format_by_name("json"), std::nullopt);
  EXPECT_EQ(format_by_name(""), std::nullopt);
}

TEST(Format, NativeIsTheJsonForm) { EXPECT_EQ(format(Format::kNative, full_alert()), to_json(full_alert())); }

TEST(Format, EveryAlertIsOneLineOfPlainText) {
  for (Format which : kFormats) {
    for (const Alert& alert : all_alerts()) {
      std::string line = format(which, alert);
      EXPECT_THAT(line, Not(HasSubstr("\n"))) << name(which);
      EXPECT_NO_THROW((void)nlohmann::json(line).dump()) << name(which) << ": not UTF-8";
      EXPECT_EQ(nlohmann::json::accept(line), which != Format::kCef) << line;
    }
  }
}

TEST(Format, SaysTheSameTwice) {
  for (Format which : kFormats) {
    EXPECT_EQ(format(which, full_alert()), format(which, full_alert()));
    EXPECT_EQ(format(which, full_alert()), format(which, *alert_from_json(to_json(full_alert()))));
  }
}

TEST(Format, NoneHasAPlaceForEnvironments) {
  for (Format which : kFormats) {
    std::string line = format(which, full_alert());
    EXPECT_THAT(line, Not(HasSubstr("environment_variables")));
    EXPECT_THAT(line, Not(HasSubstr("env_vars")));
  }
}

}  // namespace
}  // namespace vedette::output
