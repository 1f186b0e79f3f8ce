// SPDX-License-Identifier: Apache-2.0
#include "output/text.h"

#include <cstdint>
#include <cstdio>
#include <ctime>

#include "base/text.h"
#include "output/json.h"

namespace vedette::output {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr size_t kCommandLineCharacters = 100;

struct Character {
  uint32_t code;
  size_t size;  // bytes
};

// Of well-formed UTF-8.
Character first_character(std::string_view utf8) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(utf8[i]); };
  if (byte(0) < 0x80) {
    return {byte(0), 1};
  }
  size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  uint32_t code = byte(0) & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  return {code, size};
}

bool is_control(uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

bool reorders(uint32_t code) {
  return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string escape(const char* format, uint32_t code) {
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), format, code);
  return buffer;
}

std::tm utc(uint64_t nanoseconds) {
  auto seconds = static_cast<std::time_t>(nanoseconds / kNanosecondsPerSecond);
  std::tm result{};
  gmtime_r(&seconds, &result);
  return result;
}

std::string formatted(const char* format, const std::tm& time) {
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof(buffer), format, &time)};
}

const char* color_of(Level level) {
  switch (level) {
    case Level::kCritical:
      return "\033[1;31m";
    case Level::kHigh:
      return "\033[31m";
    case Level::kMedium:
      return "\033[33m";
    default:
      return "\033[36m";
  }
}

// Padded to the longest level that is not informational, which reads "INFO".
std::string level_text(Level level, bool color) {
  std::string text = level == Level::kInformational ? "info" : std::string(name(level));
  for (char& c : text) {
    c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  text.resize(8, ' ');
  return color ? color_of(level) + text + "\033[0m" : text;
}

std::string details(const Alert& alert) {
  std::string text = " | " + terminal_safe(alert.rule.title);
  if (alert.count > 1) {
    text += " | " + std::to_string(alert.count) + " times";
  }
  if (alert.lost_before > 0) {
    text += " | " + std::to_string(alert.lost_before) + " events lost before";
  }
  if (alert.actor && !alert.actor->command_line.empty()) {
    text += " | " + shortened(terminal_safe(alert.actor->command_line), kCommandLineCharacters);
  }
  return text;
}

}  // namespace

std::string terminal_safe(std::string_view bytes) {
  std::string utf8 = printable_utf8(bytes);
  std::string result;
  result.reserve(utf8.size());
  for (std::string_view rest = utf8; !rest.empty();) {
    Character character = first_character(rest);
    if (is_control(character.code)) {
      result += escape("\\x%02x", character.code);
    } else if (reorders(character.code)) {
      result += escape("\\u%04x", character.code);
    } else {
      result += rest.substr(0, character.size);
    }
    rest.remove_prefix(character.size);
  }
  return result;
}

std::string shortened(const std::string& utf8, size_t characters) {
  size_t seen = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    bool starts_character = (static_cast<unsigned char>(utf8[i]) & 0xc0U) != 0x80U;
    if (starts_character && seen++ == characters) {
      return utf8.substr(0, i) + "…";
    }
  }
  return utf8;
}

std::string timestamp(uint64_t nanoseconds) {
  char fraction[16];
  std::snprintf(fraction, sizeof(fraction), ".%09uZ", static_cast<unsigned>(nanoseconds % kNanosecondsPerSecond));
  return formatted("%Y-%m-%dT%H:%M:%S", utc(nanoseconds)) + fraction;
}

std::string to_text(const Alert& alert, bool color) {
  std::string message = alert.message.empty() ? message_for(alert) : terminal_safe(alert.message);
  return formatted("%H:%M:%S ", utc(alert.time)) + level_text(alert.rule.level, color) + " " + message + details(alert);
}

}  // namespace vedette::output
