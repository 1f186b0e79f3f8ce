// SPDX-License-Identifier: Apache-2.0
#include "commands/options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "event/alert.h"

namespace vedette::commands {
namespace {

const std::map<std::string, sensor::Family> kFamilies = {{"auto", sensor::Family::kAuto},
                                                         {"trampoline", sensor::Family::kTrampoline},
                                                         {"tracepoint", sensor::Family::kTracepoint}};

using Command = int (*)(const Options&);

CLI::App* add(CLI::App& app, const char* name, const char* what, Command command, Command& chosen) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->callback([&chosen, command] { chosen = command; });
  return sub;
}

void add_config(CLI::App* sub, Options& options) {
  sub->add_option("--config", options.config, "configuration file (default /etc/vedette/vedette.yaml, if it is there)")
      ->type_name("FILE");
}

void add_rules(CLI::App* sub, Options& options) {
  sub->add_option("--rules", options.rules, "rule directory, instead of the configured ones; may be repeated")
      ->type_name("DIR");
}

void add_state(CLI::App* sub, Options& options) {
  sub->add_option("--state", options.state, "state directory (default /var/lib/vedette)")->type_name("DIR");
}

void add_probes(CLI::App* sub, Options& options) {
  sub->add_option("--probes", options.family, "family of probes: auto, trampoline or tracepoint")
      ->transform(CLI::CheckedTransformer(kFamilies, CLI::ignore_case))
      ->type_name("FAMILY");
  sub->add_option("--without-probe", options.without_probes,
                  "a BPF program not to use, so that the next one that shows the same is tried; may be repeated")
      ->type_name("PROGRAM");
}

void add_json(CLI::App* sub, Options& options) { sub->add_flag("--json", options.json, "JSON instead of text"); }

void add_strict(CLI::App* sub, Options& options, const std::string& what) {
  sub->add_flag("--strict", options.strict, what);
}

std::vector<std::string> level_names() {
  std::vector<std::string> names;
  for (Level level : {Level::kInformational, Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical}) {
    names.emplace_back(name(level));
  }
  return names;
}

void add_file(CLI::App* sub, Options& options) {
  sub->add_option("file", options.file, "the recording")->required()->type_name("FILE");
}

void build_state_commands(CLI::App& app, Options& options, Command& chosen) {
  auto* servers_app = add(app, "servers", "The MCP servers of the running monitor", servers, chosen);
  servers_app->add_flag("--all", options.all, "all that were ever seen, from the state; no monitor need be running");
  add_config(servers_app, options);
  add_state(servers_app, options);
  add_json(servers_app, options);

  auto* alerts_app =
      add(app, "alerts", "Alerts of the past, from the state; no monitor need be running", alerts, chosen);
  AlertFilter& wanted = options.alerts_wanted;
  alerts_app->add_option("--since", wanted.since, "a duration before now (90m, 2d) or a time (2026-11-21T02:03:04Z)")
      ->type_name("TIME");
  alerts_app->add_option("--until", wanted.until, "likewise")->type_name("TIME");
  alerts_app->add_option("--level", wanted.level, "of this level or above")->check(CLI::IsMember(level_names()));
  alerts_app->add_option("--rule", wanted.rule, "of the rule with this id, or title with * and ?")->type_name("RULE");
  alerts_app->add_option("--server", wanted.server, "that concern the server with this name, with * and ?")
      ->type_name("NAME");
  alerts_app->add_flag("--follow,-f", wanted.follow, "then wait for more, until Ctrl-C");
  add_config(alerts_app, options);
  add_state(alerts_app, options);
  add_json(alerts_app, options);
}

void build(CLI::App& app, Options& options, Command& chosen) {
  auto* run_app = add(app, "run", "Monitor until SIGTERM or Ctrl-C; alerts on stdout, logs on stderr", run, chosen);
  add_config(run_app, options);
  add_rules(run_app, options);
  add_state(run_app, options);
  run_app->add_option("--alerts", options.alerts, "append alerts as JSON lines")->type_name("FILE");
  run_app->add_option("--metrics", options.metrics, "where Prometheus finds the metrics")->type_name("ADDR:PORT|off");
  add_probes(run_app, options);
  add_strict(run_app, options, "refuse to start when any rule file has a mistake, instead of leaving it out");
  add_json(run_app, options);

  auto* doctor_app = add(app, "doctor", "What this kernel lets us see, and what not", doctor, chosen);
  add_config(doctor_app, options);
  add_rules(doctor_app, options);
  add_state(doctor_app, options);
  add_probes(doctor_app, options);
  add_json(doctor_app, options);

  auto* check_app = add(app, "check", "Check the configuration and the rules", check, chosen);
  add_config(check_app, options);
  add_rules(check_app, options);
  add_strict(check_app, options, "say whether `vedette run --strict` would start, instead of `vedette run`");
  add_json(check_app, options);

  build_state_commands(app, options, chosen);

  auto* record_app = add(app, "record", "Record the event stream until SIGTERM or Ctrl-C", record, chosen);
  add_config(record_app, options);
  add_rules(record_app, options);
  add_probes(record_app, options);
  add_file(record_app, options);

  auto* replay_app = add(app, "replay", "Run a recording through the rules", replay, chosen);
  add_config(replay_app, options);
  add_rules(replay_app, options);
  add_json(replay_app, options);
  add_file(replay_app, options);
}

void build_rule_commands(CLI::App& app, Options& options, Command& chosen) {
  auto* test_app = add(app, "test", "Run rule tests: events and the alerts expected of them", test, chosen);
  test_app->add_option("path", options.paths, "*.test.yml files, or directories with some below")
      ->required()
      ->type_name("PATH");
  test_app
      ->add_option(
          "--rules", options.rules,
          "rule directory (default: the directory named rules or rules.d that PATH is or is in, else PATH); may "
          "be repeated")
      ->type_name("DIR")
      ->expected(1);
  test_app->add_option("--junit", options.junit, "write the results as JUnit XML")->type_name("FILE");
  test_app->footer("Exit code: 0 all passed, 1 some failed or a file has a mistake, 2 usage.");

  auto* explain_app = add(app, "explain", "Why a detection rule matches an event, or why not", explain, chosen);
  explain_app->add_option("rule", options.rule_file, "a detection rule, of any log source")
      ->required()
      ->type_name("RULE.yml");
  explain_app->add_option("event", options.event_file, "one flat JSON object: field names and values")
      ->required()
      ->type_name("EVENT.json");
  add_json(explain_app, options);
  explain_app->footer("Exit code: 0 it matches, 3 it does not, 1 error, 2 usage.");

  auto* fields_app = add(app, "fields", "The fields a rule can name, per category, as Markdown", fields, chosen);
  add_json(fields_app, options);
}

}  // namespace

int dispatch(int argc, char** argv) {
  Options options;
  Command chosen = nullptr;
  CLI::App app("Vedette watches who reaches into the MCP servers of this machine, and what they reach out to.");
  app.set_version_flag("--version", "vedette " VEDETTE_VERSION " " VEDETTE_REVISION);
  app.require_subcommand(1);
  build(app, options, chosen);
  build_rule_commands(app, options, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kGood : kUsage;
  }
  return chosen(options);
}

}  // namespace vedette::commands
