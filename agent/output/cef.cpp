// SPDX-License-Identifier: Apache-2.0
#include "output/cef.h"

#include <array>

#include "output/json.h"
#include "output/known.h"
#include "output/text.h"

namespace vedette::output {
namespace {

// Of 0 to 10.
int severity(Level level) {
  static constexpr std::array kSeverities = {0, 3, 5, 8, 10};
  return kSeverities[static_cast<size_t>(level)];
}

// `plain` with a backslash before it, `ends` for line ends, everything else as it can be in one line.
std::string escaped(std::string_view text, std::string_view plain, const std::array<std::string_view, 2>& ends) {
  std::string result;
  while (!text.empty()) {
    size_t end = text.find_first_of("\n\r");
    for (char c : terminal_safe(text.substr(0, end))) {
      result += plain.find(c) == std::string_view::npos ? "" : "\\";
      result += c;
    }
    if (end == std::string_view::npos) {
      break;
    }
    result += text[end] == '\n' ? ends[0] : ends[1];
    text.remove_prefix(end + 1);
  }
  return result;
}

std::string header(std::string_view text) { return escaped(text, "\\|", {" ", " "}); }

class Extension {
 public:
  // Nothing is added for "".
  void add(const std::string& key, std::string_view value) {
    if (!value.empty()) {
      text_ += (text_.empty() ? "" : " ") + key + "=" + escaped(value, "\\=", {"\\n", "\\r"});
    }
  }

  template <typename T>
  void add_number(const std::string& key, const std::optional<T>& number) {
    add(key, number ? std::to_string(*number) : "");
  }

  // cs1 and cs1Label, …
  void add_labelled(const std::string& key, const std::string& label, std::string_view value) {
    if (!value.empty()) {
      add(key, value);
      add(key + "Label", label);
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string time(uint64_t nanoseconds) { return std::to_string(milliseconds(nanoseconds)); }

// "bash(3) < sshd(2)"
std::string descent(const std::vector<Ancestor>& ancestors) {
  std::string result;
  for (const Ancestor& ancestor : ancestors) {
    result += (result.empty() ? "" : " < ") + std::string(process_name(ancestor.executable)) + "(" +
              std::to_string(ancestor.pid) + ")";
  }
  return result;
}

// What of a process the dictionary has no key for.
void add_rest(Extension& extension, const std::string& prefix, const AlertProcess& process) {
  extension.add(prefix + "StartTime", process.start_time ? timestamp(*process.start_time) : "");
  extension.add(prefix + "Cwd", process.cwd);
  extension.add(prefix + "ContainerId", process.container_id);
  extension.add(prefix + "Ancestors", descent(process.ancestors));
  extension.add(prefix + "Server", process.server);
}

void add_actor(Extension& extension, const AlertProcess& actor) {
  extension.add("sproc", actor.executable);
  extension.add_number("spid", std::optional(actor.pid));
  extension.add("suser", actor.user);
  extension.add_number("suid", actor.uid);
  extension.add_labelled("cs3", "actorCommandLine", actor.command_line);
  add_rest(extension, "VedetteActor", actor);
}

void add_target(Extension& extension, const AlertProcess& target) {
  extension.add("dproc", target.executable);
  extension.add_number("dpid", std::optional(target.pid));
  extension.add("duser", target.user);
  extension.add_number("duid", target.uid);
  extension.add_labelled("cs4", "targetCommandLine", target.command_line);
  add_rest(extension, "VedetteTarget", target);
}

void add_opener(Extension& extension, const AlertProcess& opener) {
  extension.add("VedetteOpenerExecutable", opener.executable);
  extension.add_number("VedetteOpenerPid", std::optional(opener.pid));
  extension.add("VedetteOpenerUser", opener.user);
  extension.add_number("VedetteOpenerUid", opener.uid);
  extension.add("VedetteOpenerCommandLine", opener.command_line);
  add_rest(extension, "VedetteOpener", opener);
}

void add_server(Extension& extension, const AlertServer& server) {
  extension.add_labelled("cs1", "mcpServer", server.name);
  extension.add_labelled("cs2", "mcpClient", server.client);
  extension.add_labelled("cs5", "mcpServerEvidence", comma_separated(server.evidence));
  extension.add_labelled("cn2", "mcpServerPid", std::to_string(server.pid));
}

void add_network(Extension& extension, Behavior behavior, const AlertNetwork& network) {
  extension.add("proto", network.protocol);
  int version = ip_version(network.address);
  extension.add("dst", version == 4 ? network.address : "");
  extension.add_labelled("c6a3", "Destination IPv6 Address", version == 6 ? network.address : "");
  extension.add("VedetteDestination", version == 0 ? network.address : "");
  extension.add_number("dpt", network.port);
  extension.add("dhost", network.hostname);
  extension.add("deviceDirection", behavior == Behavior::kEgress ? "1" : "");
}

void add_host(Extension& extension, const AlertHost& host) {
  extension.add("dvchost", host.name);
  extension.add("deviceExternalId", host.machine_id);
  extension.add("VedetteBootId", host.boot_id);
}

void add_alert(Extension& extension, const Alert& alert) {
  extension.add("rt", time(alert.time));
  extension.add("start", time(alert.first_seen));
  extension.add("end", time(alert.last_seen));
  extension.add("externalId", alert.id);
  extension.add("cat", name(alert.behavior));
  extension.add("act", name(alert.outcome));
  extension.add("outcome", alert.outcome == Outcome::kAllowed ? "success" : "failure");
  extension.add("cnt", std::to_string(alert.count));
  extension.add("msg", alert.message.empty() ? message_for(alert) : alert.message);
  extension.add_labelled("cs6", "ruleTags", comma_separated(alert.rule.tags));
  extension.add_labelled("cn1", "lostBefore", std::to_string(alert.lost_before));
  extension.add("VedetteRuleDigest", alert.rule.digest);
  extension.add("VedetteObject", alert.object);
  if (!alert.events.empty()) {
    extension.add("VedetteEvents", OrderedJson::parse(to_json(alert)).at("events").dump());
  }
}

std::string extension_of(const Alert& alert) {
  Extension extension;
  add_alert(extension, alert);
  add_host(extension, alert.host);
  if (alert.actor) {
    add_actor(extension, *alert.actor);
  }
  if (alert.target) {
    add_target(extension, *alert.target);
  }
  if (alert.opener) {
    add_opener(extension, *alert.opener);
  }
  if (alert.server) {
    add_server(extension, *alert.server);
  }
  if (alert.network) {
    add_network(extension, alert.behavior, *alert.network);
  }
  return extension.text();
}

}  // namespace

std::string to_cef(const Alert& alert) {
  return "CEF:0|Vedette|Vedette|" + header(VEDETTE_VERSION) + "|" + header(alert.rule.id) + "|" +
         header(alert.rule.title) + "|" + std::to_string(severity(alert.rule.level)) + "|" + extension_of(alert);
}

}  // namespace vedette::output
