// SPDX-License-Identifier: Apache-2.0
#include "config/output_settings.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/socket_address.h"
#include "config/duration.h"
#include "config/secret_file.h"
#include "config/url.h"
#include "config/words.h"

namespace vedette::config {
namespace {

using Node = YAML::Node;
using yaml::Reader;

const std::vector<std::string> kTypes = {"alertmanager", "file", "journald", "stdout", "syslog", "webhook"};
const std::vector<std::string> kForms = {"native", "ocsf", "ecs", "falco", "cef"};
const std::vector<std::string> kJsonForms = {"native", "ocsf", "ecs", "falco"};
const std::vector<std::string> kStdoutForms = {"text", "native", "ocsf", "ecs", "falco", "cef"};
const std::vector<std::string> kBodies = {"array", "lines", "object"};
const std::vector<std::string> kLevels = {"informational", "low", "medium", "high", "critical"};
// By number, RFC 5424, 6.2.1.
const std::vector<std::string> kFacilities = {"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                              "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                              "ntp",    "audit",  "alert",  "clock",  "local0",   "local1",
                                              "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr size_t kLongestName = 64;
constexpr size_t kLongestScheme = 32;
constexpr int kMostBatch = 1000;

// One entry.
class Entry {
 public:
  Entry(Reader& reader, const Node& node) : reader_(reader), node_(node) {}

  Output read() {
    output_.type = type();
    if (output_.type == "stdout") {
      output_.format = "";
    }
    bool known = contains(kTypes, output_.type);
    reader_.mapping(node_, known ? "an output of type " + output_.type : "an output", fields());
    if (known) {
      check();
    }
    return std::move(output_);
  }

 private:
  static bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  }

  [[nodiscard]] bool given(const char* key) const { return node_.IsMap() && node_[key].IsDefined(); }

  // Comes first: it says which keys there are.
  std::string type() {
    if (!node_.IsMap()) {
      return "";
    }
    if (!given("type")) {
      reader_.error(node_, "an output needs a type: " + listed(kTypes));
      return "";
    }
    return one_of(reader_, node_["type"], "type", kTypes);
  }

  Reader::Take text_into(std::string& target, const std::string& what) {
    return [this, &target, what](const Node& n) { target = reader_.text(n, what); };
  }

  // Of a type that is not known: all there are.
  Reader::Fields fields() {
    Reader::Fields fields = {{"type", [](const Node&) {}},
                             {"name", [this](const Node& n) { name(n); }},
                             {"level", [this](const Node& n) { level(n); }}};
    bool all = output_.type.empty() || !contains(kTypes, output_.type);
    bool http = output_.type == "webhook" || output_.type == "alertmanager";
    if (all || output_.type == "file") {
      fields["path"] = [this](const Node& n) { path(n); };
    }
    if (all || output_.type == "syslog") {
      fields["address"] = [this](const Node& n) { address(n); };
      fields["facility"] = [this](const Node& n) { facility(n); };
    }
    if (all || output_.type != "alertmanager") {
      fields["format"] = [this](const Node& n) { format(n); };
    }
    if (all || output_.type == "syslog" || http) {
      fields["ca_file"] = [this](const Node& n) { output_.ca_file = absolute(n, "ca_file"); };
    }
    if (all || http) {
      fields["url"] = text_into(output_.url, "url");
      fields["token_file"] = [this](const Node& n) { token_file(n); };
      fields["token_credential"] = [this](const Node& n) { token_credential(n); };
      fields["token_scheme"] = [this](const Node& n) { token_scheme(n); };
      fields["insecure_http"] = [this](const Node& n) { insecure_http_ = boolean(n, "insecure_http"); };
      fields["batch"] = [this](const Node& n) { batch(n); };
    }
    if (all || output_.type == "webhook") {
      fields["body"] = [this](const Node& n) { output_.body = one_of(reader_, n, "body", kBodies); };
    }
    if (all || output_.type == "alertmanager") {
      fields["resolve_after"] = [this](const Node& n) { resolve_after(n); };
      fields["generator_url"] = [this](const Node& n) { generator_url(n); };
    }
    return fields;
  }

  void name(const Node& node) {
    output_.name = reader_.text(node, "name");
    auto good = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-'); };
    if (output_.name.size() > kLongestName || !std::ranges::all_of(output_.name, good)) {
      reader_.error(node, "the name of an output has at most 64 letters, digits, '_' and '-'");
    } else if (contains(kTypes, output_.name) && output_.name != output_.type) {
      reader_.error(node, "'" + output_.name + "' is the name of a type; an output of another type needs another name");
    }
  }

  void level(const Node& node) {
    auto found = std::ranges::find(kLevels, one_of(reader_, node, "level", kLevels));
    if (found != kLevels.end()) {
      output_.level = static_cast<Level>(found - kLevels.begin());
    }
  }

  void facility(const Node& node) {
    auto found = std::ranges::find(kFacilities, one_of(reader_, node, "facility", kFacilities));
    if (found != kFacilities.end()) {
      output_.facility = static_cast<int>(found - kFacilities.begin());
    }
  }

  void format(const Node& node) {
    bool json = output_.type == "webhook";
    output_.format = one_of(reader_, node, "format",
                            json                       ? kJsonForms
                            : output_.type == "stdout" ? kStdoutForms
                                                       : kForms);
  }

  std::string absolute(const Node& node, const std::string& what) {
    auto text = reader_.text(node, what);
    if (!text.empty() && !text.starts_with('/')) {
      reader_.error(node, what + " must be an absolute path; found '" + text + "'");
    }
    return text;
  }

  void path(const Node& node) { output_.path = reader_.text(node, "path"); }

  void address(const Node& node) {
    output_.address = reader_.text(node, "address");
    if (auto parsed = parse_socket_address(output_.address); !parsed && !output_.address.empty()) {
      reader_.error(node, parsed.error().message);
    }
  }

  void token_file(const Node& node) {
    output_.token_file = absolute(node, "token_file");
    if (!output_.token_file.starts_with('/')) {
      return;
    }
    if (auto good = check_secret_file(output_.token_file); !good) {
      reader_.error(node, good.error().context("token_file").message);
    }
  }

  // systemd.exec(5): the name of a file
  void token_credential(const Node& node) {
    output_.token_credential = reader_.text(node, "token_credential");
    if (output_.token_credential.find('/') != std::string::npos || output_.token_credential.starts_with('.')) {
      reader_.error(node, "token_credential must be the name of a credential, as in LoadCredential=NAME:FILE");
    }
  }

  // RFC 9110, 5.6.2, without what no scheme has
  void token_scheme(const Node& node) {
    output_.token_scheme = reader_.text(node, "token_scheme");
    auto good = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-'); };
    if (output_.token_scheme.size() > kLongestScheme || !std::ranges::all_of(output_.token_scheme, good)) {
      reader_.error(node, "token_scheme is one word, as in Bearer, Splunk or ApiKey");
    }
  }

  bool boolean(const Node& node, const std::string& what) {
    return one_of(reader_, node, what, {"true", "false"}) == "true";
  }

  void batch(const Node& node) {
    auto text = reader_.text(node, "batch");
    int number = 0;
    bool good = YAML::convert<int>::decode(node, number) && number >= 1 && number <= kMostBatch;
    if (good) {
      output_.batch = static_cast<size_t>(number);
    } else if (!text.empty()) {
      reader_.error(node, "batch must be a number from 1 to 1000; found '" + text + "'");
    }
  }

  void resolve_after(const Node& node) {
    auto text = reader_.text(node, "resolve_after");
    auto duration = parse_duration(text);
    if (duration && duration->count() > 0) {
      output_.resolve_after = *duration;
    } else if (!text.empty()) {
      reader_.error(node, duration ? "resolve_after must be more than 0s" : duration.error().message);
    }
  }

  void generator_url(const Node& node) {
    output_.generator_url = reader_.text(node, "generator_url");
    if (auto url = check_url(output_.generator_url); !url && !output_.generator_url.empty()) {
      reader_.error(node, url.error().message);
    }
  }

  void check() {
    require("file", "path", "path: /var/log/vedette/alerts.jsonl");
    require("webhook", "url", "url: https://siem.example/alerts");
    require("alertmanager", "url", "url: http://127.0.0.1:9093");
    if (given("token_file") && given("token_credential")) {
      reader_.error(node_["token_credential"], "give either token_file or token_credential");
    }
    if (given("token_scheme") && !given("token_file") && !given("token_credential")) {
      reader_.error(node_["token_scheme"], "token_scheme is for a token: give token_file or token_credential");
    }
    if (output_.body == "object" && given("batch")) {
      reader_.error(node_["batch"], "batch is for a body of array or lines: of objects one is sent a request");
    }
    if (output_.type == "syslog" && given("ca_file") && !output_.address.starts_with("tls:")) {
      reader_.error(node_["ca_file"], "ca_file is for an address of tls://");
    }
    if (!output_.url.empty()) {
      check_transport();
    }
  }

  void require(const std::string& type, const char* key, const std::string& example) {
    if (output_.type == type && !given(key)) {
      reader_.error(node_, "an output of type " + type + " needs a " + key + ", as in " + example);
    }
  }

  void check_transport() {
    auto url = check_url(output_.url);
    bool token = given("token_file") || given("token_credential");
    if (!url) {
      reader_.error(node_["url"], url.error().message);
    } else if (output_.type == "alertmanager" && output_.url.find('?') != std::string::npos) {
      reader_.error(node_["url"], "the url of an Alertmanager is that of its pages; /api/v2/alerts is added");
    } else if (url->secure) {
      return;
    } else if (given("ca_file")) {
      reader_.error(node_["ca_file"], "ca_file is for a url of https://");
    } else if (!url->loopback && !insecure_http_) {
      reader_.error(
          node_["url"],
          "http:// to another host can be read and changed on the way: use https://, or say insecure_http: true");
    } else if (!url->loopback && token) {
      reader_.error(node_["url"], "a token is not sent over http:// to another host: use https://");
    }
  }

  Reader& reader_;
  const Node& node_;
  Output output_;
  bool insecure_http_ = false;
};

// Names that were not given: the type, with a number when that is taken.
void name_the_rest(std::vector<Output>& outputs, std::set<std::string>& taken) {
  for (Output& output : outputs) {
    for (int number = 1; output.name.empty() && !output.type.empty(); ++number) {
      std::string name = number == 1 ? output.type : output.type + "-" + std::to_string(number);
      output.name = taken.insert(name).second ? name : "";
    }
  }
}

}  // namespace

std::vector<Output> read_outputs(Reader& reader, const Node& node) {
  std::vector<Output> outputs;
  std::set<std::string> names;
  bool has_stdout = false;
  reader.list(node, "outputs", [&](const Node& element) {
    Output output = Entry(reader, element).read();
    if (!output.name.empty() && !names.insert(output.name).second) {
      reader.error(element, "output '" + output.name + "' is there twice");
    }
    if (output.type == "stdout" && std::exchange(has_stdout, true)) {
      reader.error(element, "there is one stdout; it is there twice");
    }
    outputs.push_back(std::move(output));
  });
  name_the_rest(outputs, names);
  return outputs;
}

}  // namespace vedette::config
