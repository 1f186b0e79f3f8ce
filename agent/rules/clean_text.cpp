// SPDX-License-Identifier: Apache-2.0
#include "rules/clean_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace vedette::rules {
namespace {

constexpr size_t kMaxLine = 128U << 10U;
constexpr int kMaxBadBytes = 20;

// YAML 1.2, 5.1
bool printable(char32_t code) { return code >= 0x20 ? code != 0x7f : code == '\t' || code == '\n' || code == '\r'; }

std::string hex(char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', kHex[value >> 4U], kHex[value & 0xfU]};
}

class Cleaner {
 public:
  Cleaner(const std::string& text, const Report& report) : text_(text), report_(report) {}

  std::string clean() {
    size_t at = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (line_start_ = at; at < text_.size();) {
      at += pass(at);
    }
    check_line(at);
    return std::move(clean_);
  }

 private:
  static constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

  size_t pass(size_t at) {
    auto [code, size] = first_character(std::string_view(text_).substr(at));
    if (size > 0 && printable(code)) {
      clean_.append(text_, at, size);
    } else {
      bad(at, size > 0);
      clean_ += ' ';
    }
    if (code == '\n') {
      check_line(at);
      ++line_;
      line_start_ = at + 1;
    }
    return std::max<size_t>(size, 1);
  }

  void bad(size_t at, bool control) {
    if (++bad_ <= kMaxBadBytes) {
      report_.at(line_, static_cast<int>(at - line_start_) + 1,
                 control ? "expected text, found the control character " + hex(text_[at])
                         : "expected UTF-8, found the byte " + hex(text_[at]) + "; save the file as UTF-8");
    }
  }

  void check_line(size_t end) {
    if (end - line_start_ > kMaxLine) {
      report_.at(line_, 1, "expected at most 128 KiB in a line, found more; break it");
    }
  }

  const std::string& text_;
  const Report& report_;
  std::string clean_;
  int line_ = 1;
  size_t line_start_ = 0;
  int bad_ = 0;
};

}  // namespace

std::string clean_text(const std::string& text, const Report& report) { return Cleaner(text, report).clean(); }

}  // namespace vedette::rules
