// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Accesses between the moment an exec makes its image reachable and the record of that exec.
class EarlyAccess : public PipelineFixture {
 protected:
  EarlyAccess() {
    context();
    exec(client_, init_, {"claude"});
    exec(reader_, shell_, {"cat", "-"}, kOtherUid);
    fork(client_, server_);
  }

  // The fork's image, and the one the server's exec installs.
  [[nodiscard]] uint32_t before() const { return server_.pid + 1; }
  [[nodiscard]] uint32_t after() const { return server_.pid + 2; }

  void reach(uint32_t image_id) {
    AccessEvent event = access(reader_, server_);
    event.target_exec_id = image_id;
    feed(event);
  }
  void start(std::vector<std::string> args = {"node", "/srv/weather-server.js"}) {
    ExecEvent event = image(server_, client_, std::move(args), kNodeUid);
    event.exec_id = after();
    feed(event);
  }
  void wait(uint64_t ns) { now_ += ns; }
};

TEST_F(EarlyAccess, OfTheServersImageIsTold) {
  reach(after());
  EXPECT_THAT(alerts_, IsEmpty());
  start();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(EarlyAccess, IsToldHoweverLongTheProgramTakesToLoad) {
  reach(after());
  wait(10 * kSecond);
  start();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(EarlyAccess, OfTheImageBeforeIsNoMatter) {
  reach(before());
  start();
  EXPECT_THAT(alerts_, IsEmpty());
}

TEST_F(EarlyAccess, OfAProgramThatIsNoServerIsNoMatter) {
  reach(after());
  start({"ls"});
  EXPECT_THAT(alerts_, IsEmpty());
}

TEST_F(EarlyAccess, OfAnImageThatNeverCameIsForgotten) {
  reach(after());
  exit(server_);
  start();
  EXPECT_THAT(alerts_, IsEmpty());
}

TEST_F(EarlyAccess, ManyOfOtherImagesDoNotPushItOut) {
  reach(after());
  for (int i = 0; i < 1000; i++) {
    reach(before());
  }
  start();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(EarlyAccess, OfAnUnknownImageIsToldWhenItWasShortlyBefore) {
  reach(0);
  start();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

TEST_F(EarlyAccess, OfAnUnknownImageIsNoMatterWhenItWasLongBefore) {
  reach(0);
  wait(kSecond);
  start();
  EXPECT_THAT(alerts_, IsEmpty());
}

TEST_F(EarlyAccess, IsToldOnce) {
  reach(after());
  start();
  start();
  EXPECT_THAT(titles(), ElementsAre(kReadTitle));
}

}  // namespace
}  // namespace vedette
