// SPDX-License-Identifier: Apache-2.0
#include "config/output_settings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/settings.h"

namespace vedette::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> result;
  for (const auto& error : parse("f", text).errors) {
    result.push_back(error.text());
  }
  return result;
}

std::string only_error(const std::string& text) {
  auto errors = errors_of(text);
  return errors.size() == 1 ? errors[0] : testing::PrintToString(errors);
}

// Of outputs without a mistake.
std::vector<Output> outputs(const std::string& text) {
  EXPECT_THAT(errors_of(text), IsEmpty()) << text;
  return parse("f", text).settings.outputs;
}

class TokenFile : public testing::Test {
 protected:
  TokenFile() {
    char name[] = "/tmp/vedette-outputs-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ / "token";
    std::ofstream(path_) << "secret";
    ::chmod(path_.c_str(), 0600);
  }
  ~TokenFile() override { std::filesystem::remove_all(directory_); }
  std::string error() { return only_error("outputs: [{type: webhook, url: 'https://h/', token_file: " + path_ + "}]"); }

  std::filesystem::path directory_;
  std::string path_;
};

TEST_F(TokenFile, OutputsAreRead) {
  auto all = outputs(R"(outputs:
  - {type: file, path: /var/log/vedette/alerts.jsonl, format: cef, name: archive, level: low}
  - {type: stdout, format: text, level: high}
  - {type: journald, format: ocsf}
  - {type: syslog}
  - {type: syslog, address: "tls://siem.example:6514", facility: authpriv, ca_file: /etc/ca.pem, format: cef}
  - {type: webhook, url: "https://siem.example/in?x=1", format: ecs, token_file: )" +
                     path_ + R"(, token_scheme: Splunk, ca_file: /etc/ca.pem, batch: 10, body: lines}
  - {type: webhook, url: "http://[::1]:8080/", format: falco, token_credential: siem}
  - {type: webhook, url: "http://relay.example/", insecure_http: true}
  - {type: alertmanager, url: "http://localhost:9093", resolve_after: 15m, generator_url: "https://wiki.example/", level: critical}
)");
  ASSERT_EQ(all.size(), 9U);
  std::vector<std::string> names(all.size());
  std::ranges::transform(all, names.begin(), &Output::name);
  EXPECT_THAT(names, ElementsAre("archive", "stdout", "journald", "syslog", "syslog-2", "webhook", "webhook-2",
                                 "webhook-3", "alertmanager"));
  EXPECT_EQ(all[0].level, Level::kLow);
  EXPECT_EQ(all[0].path, "/var/log/vedette/alerts.jsonl");
  EXPECT_EQ(all[0].format, "cef");
  EXPECT_EQ(all[1].format, "text");
  EXPECT_EQ(all[2].format, "ocsf");
  EXPECT_EQ(all[2].level, Level::kInformational);
  EXPECT_EQ(all[3].address, "unix:/dev/log");
  EXPECT_EQ(all[3].facility, 16);
  EXPECT_EQ(all[4].address, "tls://siem.example:6514");
  EXPECT_EQ(all[4].facility, 10);
  EXPECT_EQ(all[4].ca_file, "/etc/ca.pem");
  EXPECT_EQ(all[5].url, "https://siem.example/in?x=1");
  EXPECT_EQ(all[5].token_file, path_);
  EXPECT_EQ(all[5].token_scheme, "Splunk");
  EXPECT_EQ(all[5].body, "lines");
  EXPECT_EQ(all[5].batch, 10U);
  EXPECT_EQ(all[6].token_credential, "siem");
  EXPECT_EQ(all[6].token_scheme, "Bearer");
  EXPECT_EQ(all[6].body, "");
  EXPECT_EQ(all[6].batch, 100U);
  EXPECT_EQ(all[8].resolve_after, std::chrono::minutes(15));
  EXPECT_EQ(all[8].generator_url, "https://wiki.example/");
  EXPECT_EQ(all[8].level, Level::kCritical);
}

TEST(Outputs, AreNamedApart) {
  auto all =
      outputs("outputs: [{type: journald}, {type: journald, name: journald-2}, {type: journald}, {type: stdout}]");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].name, "journald");
  EXPECT_EQ(all[2].name, "journald-3");
  EXPECT_EQ(all[3].format, "");
  EXPECT_EQ(only_error("outputs: [{type: journald, name: a}, {type: stdout, name: a}]"),
            "f:1:38: output 'a' is there twice");
  EXPECT_EQ(only_error("outputs: [{type: stdout}, {type: stdout}]"), "f:1:27: there is one stdout; it is there twice");
}

struct Case {
  const char* entry;
  const char* error;
};

TEST(Outputs, SayWhatIsWrongAndWhere) {
  const Case cases[] = {
      {"{type: fil, path: /x}",
       "f:1:18: unknown type; expected one of: alertmanager, file, journald, stdout, syslog, "
       "webhook; did you mean 'file'?"},
      {"{type: kafka}", "f:1:18: unknown type; expected one of: alertmanager, "},
      {"{path: /x}", "f:1:11: an output needs a type: alertmanager, file, "},
      {"x", "f:1:11: an output must be a mapping"},
      {"{type: [x]}", "f:1:18: type must be a text"},
      {"{type: file}", "f:1:11: an output of type file needs a path, as in path: "},
      {"{type: file, path: ''}", "path must be a text"},
      {"{type: webhook}", "f:1:11: an output of type webhook needs a url, as in url: https://"},
      {"{type: alertmanager}", "f:1:11: an output of type alertmanager needs a url, as in url: http://127.0.0.1:9093"},
      {"{type: stdout, path: /x}",
       "f:1:26: unknown key 'path' in an output of type stdout; it takes format, level, name, type"},
      {"{type: file, path: /x, url: 'https://h'}", "f:1:34: unknown key 'url' in an output of type file; it takes"},
      {"{type: syslog, adress: unix:/x}",
       "f:1:26: unknown key 'adress' in an output of type syslog; did you mean 'address'?"},
      {"{type: alertmanager, url: 'https://h', format: ocsf}",
       "unknown key 'format' in an output of type alertmanager"},
      {"{type: webhook, url: 'https://h', token: x}", "unknown key 'token' in an output of type webhook"},
      {"{type: stdout, format: xml}", "f:1:34: unknown format; expected one of: text, native, ocsf, ecs, falco, cef"},
      {"{type: file, path: /x, format: text}", "unknown format; expected one of: native, ocsf, ecs, falco, cef"},
      {"{type: webhook, url: 'https://h', format: cef}", "unknown format; expected one of: native, ocsf, ecs, falco"},
      {"{type: stdout, level: hihg}",
       "f:1:33: unknown level; expected one of: informational, low, medium, high, critical; did you mean 'high'?"},
      {"{type: stdout, name: 'a b'}", "f:1:32: the name of an output has at most 64 letters"},
      {"{type: stdout, name: ../x}", "the name of an output has at most 64 letters"},
      {"{type: stdout, name: file}", "'file' is the name of a type"},
      {"{type: syslog, facility: lokal0}", "unknown facility; expected one of: kern, user, "},
      {"{type: syslog, facility: local}", "did you mean 'local0'?"},
      {"{type: syslog, address: /dev/log}",
       "f:1:35: expected unix:/path, tcp://host:port or tls://host:port; found '/dev/log'"},
      {"{type: syslog, address: 'unix:log'}", "the path of unix: must be absolute"},
      {"{type: syslog, address: 'tcp://h'}", "expected unix:/path, tcp://host:port"},
      {"{type: syslog, address: 'tcp://h:0'}", "expected unix:/path, tcp://host:port"},
      {"{type: syslog, address: 'udp://h:514'}", "expected unix:/path, tcp://host:port"},
      {"{type: syslog, address: 'tcp://h:514', ca_file: /x}", "f:1:59: ca_file is for an address of tls://"},
      {"{type: syslog, address: 'tls://h:6514', ca_file: x}", "ca_file must be an absolute path; found 'x'"},
      {"{type: webhook, url: h}", "f:1:32: expected a URL such as https://siem.example/alerts; found 'h'"},
      {"{type: webhook, url: 'ftp://h/'}", "expected a URL of https or http; found 'ftp://h/'"},
      {"{type: webhook, url: 'https://'}", "expected a URL such as"},
      {"{type: webhook, url: 'https://h/a b'}", "expected a URL such as"},
      {"{type: webhook, url: 'https://u:secret@h/'}",
       "f:1:32: a URL must hold no user and no password: use token_file"},
      {"{type: webhook, url: 'https://h/#a'}", "has no fragment"},
      {"{type: webhook, url: 'http://siem.example/'}",
       "f:1:32: http:// to another host can be read and changed on the way: use https://"},
      {"{type: webhook, url: 'http://127.0.0.1.example/'}", "http:// to another host"},
      {"{type: webhook, url: 'http://10.0.0.1/', insecure_http: no}",
       "unknown insecure_http; expected one of: true, false"},
      {"{type: alertmanager, url: 'http://10.0.0.1:9093', insecure_http: false}", "http:// to another host"},
      {"{type: alertmanager, url: 'https://h/?x=1'}", "the url of an Alertmanager is that of its pages"},
      {"{type: webhook, url: 'http://10.0.0.1/', insecure_http: true, token_credential: x}",
       "a token is not sent over http://"},
      {"{type: webhook, url: 'http://127.0.0.1/', ca_file: /x}", "ca_file is for a url of https://"},
      {"{type: webhook, url: 'https://h/', token_credential: ../x}",
       "token_credential must be the name of a credential"},
      {"{type: webhook, url: 'https://h/', token_file: token}", "token_file must be an absolute path"},
      {"{type: webhook, url: 'https://h/', token_file: /no/such}",
       "token_file: cannot read /no/such: No such file or directory"},
      {"{type: webhook, url: 'https://h/', token_file: /tmp}", "token_file: /tmp is not a regular file"},
      {"{type: webhook, url: 'https://h/', batch: 0}", "batch must be a number from 1 to 1000; found '0'"},
      {"{type: webhook, url: 'https://h/', batch: many}", "batch must be a number from 1 to 1000; found 'many'"},
      {"{type: webhook, url: 'https://h/', body: line}", "unknown body; expected one of: array, lines, object"},
      {"{type: webhook, url: 'https://h/', body: object, batch: 2}", "batch is for a body of array or lines"},
      {"{type: alertmanager, url: 'https://h/', body: array}", "unknown key 'body' in an output of type alertmanager"},
      {"{type: webhook, url: 'https://h/', token_scheme: Splunk}", "f:1:60: token_scheme is for a token"},
      {"{type: webhook, url: 'https://h/', token_credential: x, token_scheme: 'a b'}",
       "token_scheme is one word, as in Bearer, Splunk or ApiKey"},
      {"{type: webhook, url: 'https://h/', token_credential: x, token_scheme: \"a\\r\\nX-Forged: 1\"}",
       "token_scheme is one word"},
      {"{type: alertmanager, url: 'https://h/', resolve_after: 60}", "expected a duration such as"},
      {"{type: alertmanager, url: 'https://h/', resolve_after: 0s}", "resolve_after must be more than 0s"},
      {"{type: alertmanager, url: 'https://h/', generator_url: wiki}", "expected a URL such as"},
  };
  for (const auto& [entry, error] : cases) {
    EXPECT_THAT(only_error("outputs: [" + std::string(entry) + "]"), HasSubstr(error)) << entry;
  }
}

TEST_F(TokenFile, OfATokenMustBeClosedToOthers) {
  EXPECT_EQ(error(), "{}");
  ::chmod(path_.c_str(), 0644);
  EXPECT_THAT(error(), HasSubstr("token_file: " + path_ + " is open to everyone: chmod o= " + path_));
  ::chmod(path_.c_str(), 0600);
  EXPECT_THAT(
      only_error("outputs: [{type: webhook, url: 'https://h/', token_credential: a, token_file: " + path_ + "}]"),
      HasSubstr("f:1:64: give either token_file or token_credential"));
}

TEST(Outputs, TellEveryMistakeAtOnce) {
  EXPECT_THAT(errors_of("outputs:\n"
                        "  - {type: q, level: q, format: q}\n"
                        "  - {type: webhook, url: 'http://h/', batch: q, facility: q}\n"
                        "  - {path: /x, level: q}\n"),
              testing::SizeIs(8));
}

}  // namespace
}  // namespace vedette::config
