// SPDX-License-Identifier: Apache-2.0
#include "output/syslog_message.h"

#include <algorithm>

#include "output/json.h"
#include "output/text.h"

namespace vedette::output {
namespace {

// 32473 is the enterprise number for examples (RFC 5612); the project has none of its own.
constexpr std::string_view kStructuredDataId = "vedette@32473";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kLongestHost = 255;

// PRINTUSASCII of RFC 5424, section 6; "-" is its NILVALUE.
std::string header_word(std::string_view text, size_t longest) {
  auto printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  bool good = !text.empty() && text.size() <= longest && std::ranges::all_of(text, printable);
  return good ? std::string(text) : "-";
}

// TIME-SECFRAC has six digits at most.
std::string microseconds(uint64_t nanoseconds) {
  std::string text = timestamp(nanoseconds);
  return text.substr(0, text.size() - 4) + "Z";
}

void append_escaped(std::string& out, std::string_view value) {
  for (char c : terminal_safe(value)) {
    if (c == '"' || c == '\\' || c == ']') {
      out += '\\';
    }
    out += c;
  }
}

// Parameters without a value are left out.
void append(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) {
    return;
  }
  out.append(" ").append(name).append("=\"");
  append_escaped(out, value);
  out += '"';
}

void append(std::string& out, const std::string& prefix, const std::optional<AlertProcess>& process) {
  if (process) {
    append(out, prefix + "_pid", std::to_string(process->pid));
    append(out, prefix, process->executable);
  }
}

std::string structured_data(const Alert& alert) {
  std::string out = "[" + std::string(kStructuredDataId);
  append(out, "id", alert.id);
  append(out, "rule", alert.rule.title);
  append(out, "rule_id", alert.rule.id);
  append(out, "level", name(alert.rule.level));
  append(out, "outcome", name(alert.outcome));
  append(out, "count", std::to_string(alert.count));
  if (alert.server) {
    append(out, "server", alert.server->name);
    append(out, "client", alert.server->client);
  }
  append(out, "actor", alert.actor);
  append(out, "target", alert.target);
  return out + "]";
}

// MSG-UTF8 begins with the mark, MSG-ANY of ASCII does not.
std::string marked(const std::string& text) {
  bool ascii = std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
  return ascii ? text : std::string(kByteOrderMark) + text;
}

}  // namespace

int syslog_severity(Level level) {
  switch (level) {
    case Level::kInformational:
      return 6;
    case Level::kLow:
      return 5;
    case Level::kMedium:
      return 4;
    case Level::kHigh:
      return 3;
    case Level::kCritical:
      break;
  }
  return 2;
}

std::string syslog_message(const Alert& alert, Format format, int facility, uint32_t pid) {
  int priority = facility * 8 + syslog_severity(alert.rule.level);
  return "<" + std::to_string(priority) + ">1 " + microseconds(alert.time) + " " +
         header_word(alert.host.name, kLongestHost) + " vedette " + std::to_string(pid) + " " +
         header_word(name(alert.behavior), 32) + " " + structured_data(alert) + " " +
         marked(output::format(format, alert));
}

}  // namespace vedette::output
