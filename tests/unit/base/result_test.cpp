// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/fd.h"

namespace vedette {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(Error, ContextGoesInFront) {
  Status status = fail(Error{"no such key"}.context("line 3").context("cannot use vedette.yaml"));
  EXPECT_EQ(status.error().message, "cannot use vedette.yaml: line 3: no such key");
}

TEST(Error, ErrnoIsSpelledOut) {
  Status status = fail_errno("cannot open /x", ENOENT);
  EXPECT_EQ(status.error().message, "cannot open /x: No such file or directory");
}

TEST(Diagnostic, ReadsAsCompilersWriteIt) {
  EXPECT_EQ((Diagnostic{"a.yml", 3, 7, "expected a list"}.text()), "a.yml:3:7: expected a list");
}

TEST(Fd, ClosesWhatItOwnsOnce) {
  int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(number, 0);
  Fd first(number);
  Fd second(std::move(first));
  EXPECT_TRUE(second);
  EXPECT_EQ(second.get(), number);
  first = std::move(second);
  EXPECT_TRUE(is_open(number));
  first.reset();
  EXPECT_FALSE(is_open(number));
  EXPECT_FALSE(first);
}

}  // namespace
}  // namespace vedette
