// SPDX-License-Identifier: Apache-2.0
#include "event/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace vedette {
namespace {

using Args = std::vector<std::string>;

const std::string kX36 = "abcdefghijklmnopqrstuvwxyz0123456789";

TEST(RedactText, KnowsTokensByTheirShape) {
  const Args tokens = {
      "ghp_" + kX36,
      "gho_secret",
      "ghu_" + kX36,
      "ghs_12345_eyJhbGciOi.eyJpc3M.c2ln-_x",
      "ghr_" + kX36,
      "github_pat_11AAAA_" + kX36,
      "glpat-xxxxxxxxxxxxxxxxxxxx",
      "xoxb-123-456-abc",
      "xoxp-1-2-3-4abc",
      "xapp-1-A0-1-abc",
      "sk-ant-api03-" + kX36 + "-AA",
      "sk-proj-" + kX36,
      "sk-" + kX36,
      "AKIAIOSFODNN7EXAMPLE",
      "ASIAIOSFODNN7EXAMPLE",
      "AIzaSyA1234567890abcdefghijklmnopqrstu",
      "npm_" + kX36,
      "hf_" + kX36,
      "pypi-AgEIcHlwaS5vcmc",
      "ntn_" + kX36,
      "lin_api_" + kX36,
      "sntryu_" + kX36,
      "pplx-" + kX36,
      "dapi0123456789abcdef0123456789abcdef",
      "glsa_" + kX36,
      "sk_live_" + kX36,
      "SG.abcdefghijklmnop.qrstuvwxyz012345",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  };
  for (const auto& token : tokens) {
    EXPECT_EQ(redact_text(token), "[redacted]");
    EXPECT_EQ(redact_text("x " + token + " y"), "x [redacted] y") << token;
    EXPECT_EQ(redact_text("--x=" + token + ","), "--x=[redacted],") << token;
  }
}

TEST(RedactText, LeavesOrdinaryWords) {
  for (const auto* text : {
           "npm_config_yes",
           "npm_lifecycle_event=npx",
           "hf_hub_download",
           "dapi",
           "SG.x",
           "task-antelope",
           "eyJhbGciOi",
           "cat /proc/2/environ",
           "/usr/bin/ssh-keygen -t ed25519",
           "https://example.com:443/@scope/pkg",
           "https://example.com/a?b=c",
           "ssh://git@github.com/x",
           "--max-tokens=4096",
           "--no-password=x",
           "public_key=abc",
           "monkey=1",
           "KEY=",
           "token",
           "a=b",
           "@modelcontextprotocol/server-everything",
           "http://[::1]:8080/@x",
           "TOKEN_FILE=/run/secrets/t",
           "bearer of news",
           "disk-usage",
           "",
       }) {
    EXPECT_EQ(redact_text(text), text);
  }
}

TEST(RedactText, KnowsValuesByTheirName) {
  EXPECT_EQ(redact_text("GITHUB_TOKEN=abc next"), "GITHUB_TOKEN=[redacted] next");
  EXPECT_EQ(redact_text("AWS_SECRET_ACCESS_KEY='a b' x"), "AWS_SECRET_ACCESS_KEY='[redacted]' x");
  EXPECT_EQ(redact_text(R"({"apiKey": "v", "b": 1})"), R"({"apiKey": "[redacted]", "b": 1})");
  EXPECT_EQ(redact_text(R"({\"token\":\"v\",\"b\":1})"), R"({\"token\":\"[redacted]\",\"b\":1})");
  EXPECT_EQ(redact_text("https://h/p?api_key=v&x=1"), "https://h/p?api_key=[redacted]&x=1");
  EXPECT_EQ(redact_text("DATABASE_URI=postgres://h/db"), "DATABASE_URI=[redacted]");
  EXPECT_EQ(redact_text("dbPassword: hunter2"), "dbPassword: [redacted]");
  EXPECT_EQ(redact_text("Authorization: Basic dTpw\nHost: h"), "Authorization: [redacted]\nHost: h");
  EXPECT_EQ(redact_text("curl -H 'Authorization: Bearer abc' h"), "curl -H 'Authorization: [redacted]' h");
  EXPECT_EQ(redact_text("with bearer abcdefgh12= go"), "with bearer [redacted] go");
  EXPECT_EQ(redact_text("//registry.npmjs.org/:_authToken=v"), "//registry.npmjs.org/:_authToken=[redacted]");
}

TEST(RedactText, KnowsPasswordsInUrls) {
  EXPECT_EQ(redact_text("postgres://u:p@h:5432/db"), "postgres://u:[redacted]@h:5432/db");
  EXPECT_EQ(redact_text("redis://:p@h"), "redis://:[redacted]@h");
  EXPECT_EQ(redact_text("postgres://u:p/w@h/db"), "postgres://u:[redacted]@h/db");
  EXPECT_EQ(redact_text("https://x-access-token:t@github.com/a"), "https://x-access-token:[redacted]@github.com/a");
  EXPECT_EQ(redact_text("https://0123456789abcdefghij0123@h/a"), "https://[redacted]@h/a");
  EXPECT_EQ(redact_text("a://u:p@h b://v:q@i"), "a://u:[redacted]@h b://v:[redacted]@i");
  EXPECT_EQ(redact_text("x://"), "x://");
}

TEST(RedactText, KnowsPrivateKeys) {
  const std::string key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
  EXPECT_EQ(redact_text("a " + key + " b"), "a [redacted] b");
  EXPECT_EQ(redact_text("-----BEGIN PRIVATE KEY-----\nMIIE"), "[redacted]");
}

TEST(Redact, TakesTheValueOfAFlag) {
  EXPECT_EQ(redact({"x", "--token", "abc", "y"}), (Args{"x", "--token", "[redacted]", "y"}));
  EXPECT_EQ(redact({"x", "--api-key=a b c"}), (Args{"x", "--api-key=[redacted]"}));
  EXPECT_EQ(redact({"x", "-e", "MY_API_KEY=a b"}), (Args{"x", "-e", "MY_API_KEY=[redacted]"}));
  EXPECT_EQ(redact({"x", "-eMY_API_KEY=ab"}), (Args{"x", "-eMY_API_KEY=[redacted]"}));
  EXPECT_EQ(redact({"x", "--password", "--verbose", "y"}), (Args{"x", "--password", "--verbose", "y"}));
  EXPECT_EQ(redact({"x", "--password", "-weird", "y"}), (Args{"x", "--password", "[redacted]", "y"}));
  EXPECT_EQ(redact({"x", "--token-file", "/run/t"}), (Args{"x", "--token-file", "/run/t"}));
  EXPECT_EQ(redact({"x", "--header", "Authorization:Bearer abc d"}),
            (Args{"x", "--header", "Authorization:[redacted]"}));
  EXPECT_EQ(redact({"x", "--header=X-Api-Key: a b"}), (Args{"x", "--header=X-Api-Key: [redacted]"}));
  EXPECT_EQ(redact({"curl", "-u", "me:pw", "h"}), (Args{"curl", "-u", "[redacted]", "h"}));
  EXPECT_EQ(redact({"docker", "run", "-u", "1000:1000", "i"}), (Args{"docker", "run", "-u", "1000:1000", "i"}));
  EXPECT_EQ(redact({"/usr/bin/mysql", "-psecret"}), (Args{"/usr/bin/mysql", "-p[redacted]"}));
  EXPECT_EQ(redact({"sshpass", "-p", "s", "ssh"}), (Args{"sshpass", "-p", "[redacted]", "ssh"}));
  EXPECT_EQ(redact({"x", "--token"}), (Args{"x", "--token"}));
  EXPECT_EQ(redact({}), Args{});
}

TEST(Redact, LeavesOrdinaryCommands) {
  const std::vector<Args> commands = {
      {"npx", "-y", "@modelcontextprotocol/server-filesystem@1.2.3", "/tmp"},
      {"docker", "run", "-i", "--rm", "-e", "GITHUB_TOKEN", "ghcr.io/github/github-mcp-server"},
      {"git", "clone", "https://github.com/x/mcp-server-y"},
      {"uvx", "--from", "git+https://github.com/x/y@main", "y"},
      {"cat", "/proc/1234/environ"},
      {"", "", "\xff\xfe"},
  };
  for (const auto& command : commands) {
    EXPECT_EQ(redact(command), command);
  }
}

// Random texts of the pieces the scanner looks at.
std::string random_text(std::mt19937& random) {
  static const Args kPieces = {"ghp_abcdefgh",
                               "TOKEN",
                               "=",
                               ":",
                               "://",
                               "@",
                               "\"",
                               "'",
                               " ",
                               "a",
                               "eyJ",
                               ".",
                               "-",
                               "_",
                               "/",
                               "Bearer",
                               "password",
                               "\\",
                               "[",
                               "]",
                               "[redacted]",
                               "\n",
                               ",",
                               "&",
                               "}",
                               "--key",
                               "xoxe",
                               "AKIA",
                               "0123456789ABCDEF",
                               "-----BEGIN ",
                               "PRIVATE KEY-----",
                               "Authorization",
                               "u:p@h",
                               "npm_",
                               "\xff",
                               "${X}"};
  std::string text;
  for (size_t n = random() % 14; n > 0; --n) {
    text += kPieces[random() % kPieces.size()];
  }
  return text;
}

TEST(Redact, DoneTwiceIsDoneOnce) {
  std::mt19937 random(7);
  for (int i = 0; i < 8'000; ++i) {
    Args args = {random_text(random), random_text(random), random_text(random)};
    auto once = redact(args);
    ASSERT_EQ(redact(once), once) << testing::PrintToString(args);
    auto text = redact_text(args[0]);
    ASSERT_EQ(redact_text(text), text) << args[0];
  }
}

TEST(Redact, TakesLinearTime) {
  auto start = std::chrono::steady_clock::now();
  for (const std::string piece : {"eyJ-", "://", "-----BEGIN ", "token", "token=", "a ", "a:", "Bearer ", "\"", "npm_",
                                  "SG.", "://u:", "eyJa.eyJ", "=", "A"}) {
    std::string text;
    while (text.size() < 16 * 1024) {
      text += piece;
    }
    (void)redact({text, text});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace vedette
