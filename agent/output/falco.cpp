// SPDX-License-Identifier: Apache-2.0
#include "output/falco.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "output/json.h"
#include "output/known.h"

namespace vedette::output {
namespace {

using Json = OrderedJson;

const char* priority(Level level) {
  static constexpr std::array kPriorities = {"Informational", "Notice", "Warning", "Error", "Critical"};
  return kPriorities[static_cast<size_t>(level)];
}

// Falco's own rules have "mitre_credential_access" and "T1003.007" where Sigma's have "attack.credential-access" and
// "attack.t1003.007".
std::string tag(const std::string& sigma) {
  constexpr std::string_view kAttack = "attack.";
  if (!sigma.starts_with(kAttack) || sigma.size() == kAttack.size()) {
    return sigma;
  }
  std::string rest = sigma.substr(kAttack.size());
  if (rest.size() > 1 && rest[0] == 't' && rest[1] >= '0' && rest[1] <= '9') {
    rest[0] = 'T';
    return rest;
  }
  std::ranges::replace(rest, '-', '_');
  return "mitre_" + rest;
}

Json tags(const std::vector<std::string>& sigma) {
  std::vector<std::string> result(sigma.size());
  std::ranges::transform(sigma, result.begin(), tag);
  return texts(result);
}

void put_identity(Json& fields, const std::string& prefix, const AlertProcess& process) {
  fields[prefix + "pid"] = process.pid;
  put_number(fields, prefix + "pid.ts", process.start_time);
  put_text(fields, prefix + "name", process_name(process.executable));
  put_text(fields, prefix + "exepath", process.executable);
  put_text(fields, prefix + "cmdline", process.command_line);
  put_text(fields, prefix + "cwd", process.cwd);
}

// proc.aname[0] is the process itself, [1] its parent.
void put_ancestor(Json& fields, const std::string& prefix, const Ancestor& ancestor, size_t n) {
  std::string index = "[" + std::to_string(n) + "]";
  fields[prefix + "apid" + index] = ancestor.pid;
  put_text(fields, prefix + "aname" + index, process_name(ancestor.executable));
  put_text(fields, prefix + "aexepath" + index, ancestor.executable);
  put_text(fields, prefix + "acmdline" + index, ancestor.command_line);
}

void put_ancestors(Json& fields, const std::string& prefix, const std::vector<Ancestor>& ancestors) {
  if (ancestors.empty()) {
    return;
  }
  const Ancestor& parent = ancestors.front();
  fields[prefix + "ppid"] = parent.pid;
  put_text(fields, prefix + "pname", process_name(parent.executable));
  put_text(fields, prefix + "pexepath", parent.executable);
  put_text(fields, prefix + "pcmdline", parent.command_line);
  for (size_t i = 1; i < ancestors.size(); ++i) {
    put_ancestor(fields, prefix, ancestors[i], i + 1);
  }
}

void put_actor(Json& fields, const AlertProcess& actor) {
  put_identity(fields, "proc.", actor);
  put_ancestors(fields, "proc.", actor.ancestors);
  put_number(fields, "user.uid", actor.uid);
  put_text(fields, "user.name", actor.user);
  put_text(fields, "container.id", actor.container_id);
  put_text(fields, "vedette.actor.server", actor.server);
}

// Falco has fields for one process alone.
void put_other(Json& fields, const std::string& prefix, const std::optional<AlertProcess>& process) {
  if (process) {
    put_identity(fields, prefix, *process);
    put_ancestors(fields, prefix, process->ancestors);
    put_number(fields, prefix + "user.uid", process->uid);
    put_text(fields, prefix + "user.name", process->user);
    put_text(fields, prefix + "container.id", process->container_id);
    put_text(fields, prefix + "server", process->server);
  }
}

void put_network(Json& fields, const AlertNetwork& network) {
  put_text(fields, "fd.l4proto", network.protocol);
  put_text(fields, "fd.sip", network.address);
  put_number(fields, "fd.sport", network.port);
  put_text(fields, "fd.sip.name", network.hostname);
}

void put_server(Json& fields, const AlertServer& server) {
  put_text(fields, "vedette.server.name", server.name);
  put_text(fields, "vedette.server.client", server.client);
  fields["vedette.server.pid"] = server.pid;
  put_text(fields, "vedette.server.evidence", comma_separated(server.evidence));
}

void put_alert(Json& fields, const Alert& alert) {
  put_text(fields, "vedette.id", alert.id);
  fields["vedette.behavior"] = name(alert.behavior);
  fields["vedette.outcome"] = name(alert.outcome);
  put_text(fields, "vedette.rule.id", alert.rule.id);
  fields["vedette.rule.level"] = name(alert.rule.level);
  put_text(fields, "vedette.rule.digest", alert.rule.digest);
  put_text(fields, "vedette.host.machine_id", alert.host.machine_id);
  put_text(fields, "vedette.host.boot_id", alert.host.boot_id);
  fields["vedette.count"] = alert.count;
  fields["vedette.first_seen"] = timestamp(alert.first_seen);
  fields["vedette.last_seen"] = timestamp(alert.last_seen);
  fields["vedette.lost_before"] = alert.lost_before;
  put_text(fields, "vedette.object", alert.object);
}

Json output_fields(const Alert& alert) {
  Json fields = {{"evt.rawtime", alert.time}, {"evt.time.iso8601", timestamp(alert.time)}};
  put_text(fields, "evt.hostname", alert.host.name);
  if (alert.actor) {
    put_actor(fields, *alert.actor);
  }
  if (alert.network) {
    put_network(fields, *alert.network);
  }
  put_alert(fields, alert);
  if (alert.server) {
    put_server(fields, *alert.server);
  }
  put_other(fields, "vedette.target.", alert.target);
  put_other(fields, "vedette.opener.", alert.opener);
  if (!alert.events.empty()) {
    fields["vedette.events"] = Json::parse(to_json(alert)).at("events").dump();
  }
  return fields;
}

// "02:03:04.123456789: Error …", as Falco writes it.
std::string output(const Alert& alert) {
  std::string time = timestamp(alert.time);
  size_t start = time.find('T') + 1;
  return time.substr(start, time.size() - start - 1) + ": " + priority(alert.rule.level) + " " + message_of(alert);
}

}  // namespace

std::string to_falco(const Alert& alert) {
  Json result = {{"uuid", printable_utf8(alert.id)},
                 {"time", timestamp(alert.time)},
                 {"rule", printable_utf8(alert.rule.title)},
                 {"priority", priority(alert.rule.level)},
                 {"source", "vedette"},
                 {"hostname", printable_utf8(alert.host.name)},
                 {"output", output(alert)},
                 {"tags", tags(alert.rule.tags)},
                 {"output_fields", output_fields(alert)}};
  return result.dump();
}

}  // namespace vedette::output
