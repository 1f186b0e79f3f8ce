// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands/control.h"
#include "commands/gather.h"
#include "commands/state_dir.h"
#include "output/json.h"
#include "output/text.h"
#include "state/store.h"

namespace vedette::commands {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  return value.is_string() ? output::terminal_safe(value.get<std::string>()) : "-";
}

void print_table(const Json& list) {
  std::printf("%-20s %-15s %8s %7s  %-24s %-30s %s\n", "NAME", "CLIENT", "PID", "ALERTS", "EVIDENCE", "SINCE",
              "COMMAND");
  for (const auto& server : list) {
    std::string evidence;
    for (const auto& kind : server.at("evidence")) {
      evidence += (evidence.empty() ? "" : ",") + kind.get<std::string>();
    }
    std::printf("%-20s %-15s %8u %7llu  %-24s %-30s %s\n", text_of(server.at("name")).c_str(),
                text_of(server.at("client")).c_str(), server.at("pid").get<unsigned>(),
                server.at("alerts").get<unsigned long long>(), evidence.c_str(), text_of(server.at("since")).c_str(),
                text_of(server.at("command")).c_str());
  }
}

Json json_of(const state::StoredServer& server) {
  return {{"name", server.name},
          {"client", server.client.empty() ? Json() : Json(server.client)},
          {"command", server.command},
          {"evidence", server.evidence},
          {"pid", server.pid},
          {"first_seen", output::timestamp(server.first_seen)},
          {"last_seen", output::timestamp(server.last_seen)}};
}

void print_history(const std::vector<state::StoredServer>& list) {
  std::printf("%-20s %-15s %-30s %-30s %s\n", "NAME", "CLIENT", "FIRST SEEN", "LAST SEEN", "COMMAND");
  for (const auto& server : list) {
    Json fields = json_of(server);
    std::printf("%-20s %-15s %-30s %-30s %s\n", text_of(fields["name"]).c_str(), text_of(fields["client"]).c_str(),
                text_of(fields["first_seen"]).c_str(), text_of(fields["last_seen"]).c_str(),
                text_of(fields["command"]).c_str());
  }
}

int history(const std::string& state, bool json) {
  auto store = state::Store::open_reader(state_file(state));
  auto list = store ? store->servers() : fail(store.error());
  if (!list) {
    std::fprintf(stderr, "vedette: %s\n", list.error().message.c_str());
    return kError;
  }
  if (!json) {
    print_history(*list);
    return kGood;
  }
  auto array = Json::array();
  std::ranges::transform(*list, std::back_inserter(array), json_of);
  std::printf("%s\n", array.dump().c_str());
  return kGood;
}

}  // namespace

int servers(const Options& options) {
  auto settings = load_settings(options);
  if (!settings.errors.empty()) {
    print(settings.errors);
    return kError;
  }
  if (options.all) {
    return history(settings.settings.state, options.json);
  }
  auto answer = ask_status(control_socket(settings.settings.state));
  if (!answer) {
    std::fprintf(stderr, "vedette: %s; is it running, and with this --state?\n", answer.error().message.c_str());
    return kError;
  }
  if (answer->rules.stale) {
    std::fprintf(stderr, "vedette: %s\n", stale_text(answer->rules).c_str());
  }
  if (options.json) {
    std::printf("%s\n", answer->servers.dump().c_str());
  } else {
    print_table(answer->servers);
  }
  return kGood;
}

}  // namespace vedette::commands
