// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/junit.h"

#include <gtest/gtest.h>

namespace vedette::rule_tests {
namespace {

TEST(JUnit, HasASuiteAFileAndACaseACase) {
  EXPECT_EQ(to_junit({{"a", "x.test.yml", 1, 3, true, ""},
                      {"b", "x.test.yml", 9, 3, false, "  expected\n  why\n"},
                      {"a", "y.test.yml", 1, 3, true, ""}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"3\" failures=\"1\" errors=\"0\">\n"
            "  <testsuite name=\"x.test.yml\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
            "    <testcase classname=\"x.test.yml\" name=\"a\" file=\"x.test.yml\" line=\"1\"/>\n"
            "    <testcase classname=\"x.test.yml\" name=\"b\" file=\"x.test.yml\" line=\"9\">\n"
            "      <failure message=\"expected\">  expected\n  why\n</failure>\n"
            "    </testcase>\n"
            "  </testsuite>\n"
            "  <testsuite name=\"y.test.yml\" tests=\"1\" failures=\"0\" errors=\"0\">\n"
            "    <testcase classname=\"y.test.yml\" name=\"a\" file=\"y.test.yml\" line=\"1\"/>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
}

TEST(JUnit, EscapesWhatXmlCannotHold) {
  std::string text = to_junit({{"<a> & \"b\" \x01\xff", "x", 1, 1, true, ""}});
  EXPECT_NE(text.find("name=\"&lt;a&gt; &amp; &quot;b&quot; ?\\xff\""), std::string::npos) << text;
}

TEST(JUnit, MayBeEmpty) {
  EXPECT_EQ(to_junit({}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"0\" failures=\"0\" errors=\"0\">\n"
            "</testsuites>\n");
}

}  // namespace
}  // namespace vedette::rule_tests
