// SPDX-License-Identifier: Apache-2.0
#include "servers/user_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

namespace vedette::servers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class UserFileTest : public testing::Test {
 protected:
  [[nodiscard]] Result<std::optional<std::string>> read(const std::string& path) const {
    return read_user_file({directory_.path(), path, ::getuid()});
  }
  [[nodiscard]] std::string error(const std::string& path) const {
    auto text = read(path);
    return text ? "" : text.error().message;
  }
  TemporaryDirectory directory_;
};

TEST_F(UserFileTest, IsRead) {
  directory_.write("a/b", "text");
  EXPECT_EQ(read("a/b").value().value(), "text");
}

TEST_F(UserFileTest, ThatIsNotThereIsNoError) {
  directory_.write("file", "");
  EXPECT_EQ(read("x").value(), std::nullopt);
  EXPECT_EQ(read("file/x").value(), std::nullopt);
  EXPECT_EQ(read_user_file({"/nonexistent", "x", 0}).value(), std::nullopt);
}

TEST_F(UserFileTest, MustBeARegularFile) {
  ASSERT_EQ(::mkfifo((directory_.path() + "/fifo").c_str(), 0600), 0);
  fs::create_directory(directory_.path() + "/d");
  EXPECT_THAT(error("fifo"), HasSubstr("not a regular file"));
  EXPECT_THAT(error("d"), HasSubstr("not a regular file"));
}

TEST_F(UserFileTest, MayBeALinkWithinItsDirectoryOnly) {
  directory_.write("dotfiles/a", "text");
  fs::create_symlink("dotfiles/a", directory_.path() + "/inside");
  fs::create_symlink("/etc/hostname", directory_.path() + "/absolute");
  fs::create_symlink("../../../etc/hostname", directory_.path() + "/outside");
  fs::create_directory_symlink("/etc", directory_.path() + "/etc");
  fs::create_symlink("loop", directory_.path() + "/loop");
  EXPECT_EQ(read("inside").value().value(), "text");
  for (const auto* path : {"absolute", "outside", "etc/hostname", "../../etc/hostname"}) {
    EXPECT_THAT(error(path), HasSubstr("leads out of")) << path;
  }
  EXPECT_THAT(error("loop"), HasSubstr("cannot open"));
}

TEST_F(UserFileTest, ThroughALinkOfProcfsIsOutside) {
  int fd = ::open("/etc/hostname", O_RDONLY | O_CLOEXEC);
  fs::create_symlink("/proc/self/fd/" + std::to_string(fd), directory_.path() + "/magic");
  EXPECT_THAT(error("magic"), HasSubstr("leads out of"));
  ::close(fd);
}

TEST_F(UserFileTest, InADirectoryReachedByALinkIsRead) {
  directory_.write("home/a", "text");
  fs::create_directory_symlink("home", directory_.path() + "/alias");
  EXPECT_EQ(read_user_file({directory_.path() + "/alias", "a", ::getuid()}).value().value(), "text");
}

TEST_F(UserFileTest, TheRootIsADirectoryAsAnyOther) {
  struct stat root{};
  struct stat temporary{};
  ASSERT_EQ(::stat("/", &root), 0);
  ASSERT_EQ(::stat(directory_.path().c_str(), &temporary), 0);
  if (root.st_dev != temporary.st_dev) {
    GTEST_SKIP() << directory_.path() << " is on another file system than /";
  }
  auto file = directory_.write("a", "text");
  EXPECT_EQ(read_user_file({"/", file.substr(1), ::getuid()}).value().value(), "text");
}

TEST_F(UserFileTest, ByAbsolutePathMayBeNoLink) {
  auto file = directory_.write("d/a", "text");
  fs::create_directory_symlink("d", directory_.path() + "/l");
  EXPECT_EQ(read_user_file({"", file, ::getuid()}).value().value(), "text");
  EXPECT_THAT(read_user_file({"", directory_.path() + "/l/a", ::getuid()}).error().message, HasSubstr("by a link"));
  EXPECT_FALSE(read_user_file({"", "/proc/self/root" + file, ::getuid()}));
}

TEST_F(UserFileTest, MustBeTheOwners) {
  auto file = directory_.write("a", "text");
  if (::getuid() != 0) {
    EXPECT_FALSE(read_user_file({directory_.path(), "a", ::getuid() + 1}));
    return;
  }
  ASSERT_EQ(::chown(file.c_str(), 1001, 1001), 0);
  EXPECT_TRUE(read_user_file({directory_.path(), "a", 1001}));
  auto other = read_user_file({directory_.path(), "a", 1002});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("owned by uid 1001 instead of 1002"));
  EXPECT_TRUE(read_user_file({directory_.path(), "a", std::nullopt}));
}

TEST_F(UserFileTest, HasALimit) {
  directory_.write("a", std::string(kUserFileLimit, 'x'));
  directory_.write("b", std::string(kUserFileLimit + 1, 'x'));
  EXPECT_TRUE(read("a"));
  EXPECT_THAT(error("b"), HasSubstr("larger than 1 MiB"));
}

TEST_F(UserFileTest, ChangesItsStamp) {
  std::string path = directory_.path() + "/a";
  auto absent = stamp({path});
  directory_.write("a", "1");
  auto first = stamp({path});
  directory_.write("a", "22");
  auto second = stamp({path});
  EXPECT_NE(absent, first);
  EXPECT_NE(first, second);
  EXPECT_EQ(second, stamp({path}));
  EXPECT_EQ(stamp({path, "/x"}), stamp({path}) + stamp({"/x"}));
}

}  // namespace
}  // namespace vedette::servers
