// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What events carry, as a rule that asks for it sees it.
class Fields : public PipelineFixture {
 protected:
  void use_rule(const std::string& category, const std::string& selection) {
    auto compiled = rules::compile({{"r.yml",
                                     "title: T\nid: 11111111-1111-4111-8111-111111111111\nlevel: low\n"
                                     "logsource: {category: " +
                                         category + "}\ndetection:\n  s: " + selection + "\n  condition: s\n"}});
    ASSERT_TRUE(compiled.rules) << compiled.errors.at(0).text();
    pipeline_.use(compiled.rules);
  }
};

TEST_F(Fields, ProcessCreationNamesTheParent) {
  use_rule("process_creation", "{ParentUser: ann, ParentProcessGuid: '100-100000000000', ParentProcessId: 100}");
  start_weather();
  EXPECT_THAT(titles(), ElementsAre("T"));
}

TEST_F(Fields, NetworkConnectionNamesTheParent) {
  use_rule("network_connection", "{ParentUser: ann, ParentProcessGuid: '100-100000000000'}");
  start_weather();
  send(server_, "203.0.113.9");
  EXPECT_THAT(titles(), ElementsAre("T"));
}

TEST_F(Fields, UtcTimeIsTheTimeOfTheEvent) {
  use_rule("process_access", "{'UtcTime|re': '^2023-11-14 22:30:00\\.00[0-9]$'}");
  start_weather();
  read(reader_, server_);
  EXPECT_THAT(titles(), ElementsAre("T"));
}

TEST_F(Fields, UtcTimeIsUnknownWithoutAClock) {
  use_rule("process_access", "{'UtcTime|exists': true}");
  Context without = sample_context();
  without.clock_offset_ns = 0;
  start_weather();
  context(without);
  read(reader_, server_);
  EXPECT_THAT(titles(), IsEmpty());
}

}  // namespace
}  // namespace vedette
