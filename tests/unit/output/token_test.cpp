// SPDX-License-Identifier: Apache-2.0
#include "output/token.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vedette::output {
namespace {

using testing::HasSubstr;
using testing::Not;

class Token : public testing::Test {
 protected:
  Token() {
    char name[] = "/tmp/vedette-token-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~Token() override {
    std::filesystem::remove_all(directory_);
    ::unsetenv("CREDENTIALS_DIRECTORY");
  }
  std::string file(const std::string& text) {
    std::ofstream(directory_ / "token", std::ios::binary) << text;
    return directory_ / "token";
  }

  std::filesystem::path directory_;
};

TEST_F(Token, IsReadFromAFile) {
  EXPECT_EQ(bearer_token("", "").value_or("?"), "");
  EXPECT_EQ(bearer_token(file(" abc.DEF-1~=\n"), "").value_or("?"), "abc.DEF-1~=");
}

TEST_F(Token, IsReadFromACredential) {
  EXPECT_THAT(bearer_token("", "token").error().message, HasSubstr("LoadCredential=token:FILE"));
  ::setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  EXPECT_THAT(bearer_token("", "token").error().message, HasSubstr("No such file or directory"));
  file("abc\n");
  EXPECT_EQ(bearer_token("", "token").value_or("?"), "abc");
}

TEST_F(Token, WhatCannotBeInAHeaderIsRefusedAndNotShown) {
  for (const std::string& text : {std::string("secret\r\nX-Forged: 1"), std::string("secret word"), std::string(),
                                  std::string("secret\0", 7), std::string("secr\xc3\xa9t"), std::string(20'000, 's')}) {
    auto token = bearer_token(file(text), "");
    ASSERT_FALSE(token) << text;
    EXPECT_THAT(token.error().message, HasSubstr("expected a token of printable ASCII"));
    EXPECT_THAT(token.error().message, Not(HasSubstr("secr")));
  }
  EXPECT_THAT(bearer_token(directory_ / "none", "").error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace vedette::output
