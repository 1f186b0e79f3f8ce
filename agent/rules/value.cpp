// SPDX-License-Identifier: Apache-2.0
#include "rules/value.h"

#include <algorithm>

#include "base/fold_case.h"
#include "base/text.h"
#include "rules/encoding.h"
#include "rules/number.h"
#include "rules/regex.h"
#include "rules/windash.h"

namespace vedette::rules {
namespace {

using Texts = std::vector<std::string>;

bool encodes(Transform transform) { return transform != Transform::kWindash && transform != Transform::kExpand; }

Texts encoded(Transform transform, const std::string& bytes) {
  switch (transform) {
    case Transform::kUtf16Le:
      return {utf16(bytes, ByteOrder::kLittle)};
    case Transform::kUtf16Be:
      return {utf16(bytes, ByteOrder::kBig)};
    case Transform::kUtf16:
      return {"\xff\xfe" + utf16(bytes, ByteOrder::kLittle)};
    case Transform::kBase64:
      return {base64(bytes)};
    case Transform::kBase64Offset:
      return base64_offsets(bytes);
    case Transform::kWindash:
    case Transform::kExpand:
      break;
  }
  return {bytes};
}

std::string_view name(TimePart part) {
  static constexpr std::string_view kNames[] = {"minute", "hour", "day", "week", "month", "year"};
  return kNames[static_cast<size_t>(part)];
}

class Compiler {
 public:
  Compiler(const FieldKey& key, const YamlNode& node, const ValueContext& context)
      : key_(key), node_(node), context_(context) {}

  std::optional<Value> compile() {
    if (node_.is_null()) {
      null();
    } else if (!node_.is_scalar()) {
      mistake("expected a value, found " + describe(node_));
    } else {
      for (const std::string& text : words()) {
        if (good_) {
          add(text);
        }
      }
    }
    return good_ ? std::optional(std::move(value_)) : std::nullopt;
  }

 private:
  void mistake(std::string message) {
    context_.report.at(node_, std::move(message));
    good_ = false;
  }

  void null() {
    bool plain = key_.kind == FieldKey::Kind::kText && key_.anchor == Pattern::Anchor::kWhole &&
                 key_.transforms.empty() && !key_.field.empty();
    if (plain) {
      value_.tests.emplace_back(NullTest{});
    } else {
      mistake("expected a value, found null; null stands alone after a field without modifiers");
    }
  }

  // The texts the value stands for, still to be read as Sigma strings.
  Texts words() {
    Texts texts = {node_.text};
    for (Transform transform : key_.transforms) {
      if (transform == Transform::kWindash || transform == Transform::kExpand) {
        texts = each(texts, [&](const std::string& text) {
          return transform == Transform::kWindash ? dashes(text) : placeholders(text);
        });
      }
    }
    return texts;
  }

  template <typename Of>
  Texts each(const Texts& texts, const Of& of) {
    Texts all;
    for (const std::string& text : texts) {
      std::ranges::move(good_ ? of(text) : Texts(), std::back_inserter(all));
      if (all.size() > kMaxForms) {
        return too_many();
      }
    }
    return all;
  }

  Texts too_many() {
    mistake("stands for more than " + std::to_string(kMaxForms) + " values; split it into a list of shorter ones");
    return {};
  }

  Texts dashes(const std::string& text) {
    auto forms = dash_forms(text);
    return forms ? std::move(*forms) : too_many();
  }

  Texts placeholders(const std::string& text) {
    Expanded expanded = expand(text, context_.placeholders);
    if (!expanded.undefined.empty()) {
      value_.undefined = expanded.undefined;
      return {};
    }
    return expanded.too_many ? too_many() : std::move(expanded.texts);
  }

  void add(const std::string& text) {
    switch (key_.kind) {
      case FieldKey::Kind::kText:
        return add_text(text);
      case FieldKey::Kind::kRegex:
        return add_regex(text);
      case FieldKey::Kind::kNetwork:
        return add_network(text);
      case FieldKey::Kind::kNumber:
        return add_number(text);
      case FieldKey::Kind::kTime:
        return add_time(text);
      case FieldKey::Kind::kField:
        return add_field(text);
      case FieldKey::Kind::kExists:
        break;
    }
    add_exists(text);
  }

  [[nodiscard]] std::string folded(const std::string& text) const { return key_.cased ? text : fold_case(text); }

  void add_text(const std::string& text) {
    if (std::ranges::none_of(key_.transforms, encodes)) {
      value_.tests.emplace_back(TextTest{Pattern(folded(text), key_.anchor), key_.cased});
      return;
    }
    for (const std::string& bytes : encodings(text)) {
      value_.tests.emplace_back(TextTest{Pattern::literal(folded(bytes), key_.anchor), key_.cased});
    }
  }

  Texts encodings(const std::string& text) {
    auto plain = without_escapes(text);
    if (!plain) {
      mistake("expected a value without wildcards, for it is encoded, found " + describe(node_) +
              "; write \\* and \\? for the characters themselves");
      return {};
    }
    Texts texts = {*plain};
    for (Transform transform : key_.transforms) {
      if (encodes(transform)) {
        texts = each(texts, [&](const std::string& bytes) { return encoding(transform, bytes); });
      }
    }
    return texts;
  }

  Texts encoding(Transform transform, const std::string& bytes) {
    size_t least = transform == Transform::kBase64Offset ? 2 : 1;
    if (bytes.size() < least) {
      mistake("expected " + std::to_string(least) + " or more bytes to encode, found " + describe(node_));
      return {};
    }
    return encoded(transform, bytes);
  }

  void add_regex(const std::string& text) {
    auto regex = compile_regex(text, key_.regex_flags);
    if (regex->ok()) {
      value_.tests.emplace_back(RegexTest{std::move(regex)});
    } else if (auto found = find_unmatchable(text)) {
      refuse(*found, text);
    } else {
      mistake("expected an RE2 regular expression, found " + describe(node_) + ": " + regex->error());
    }
  }

  void refuse(const Unmatchable& found, const std::string& text) {
    if (context_.needed) {
      context_.report.inside(node_, text == node_.text ? found.at : 0,
                             "expected an expression RE2 can match, found " + found.what + " at character " +
                                 std::to_string(found.at + 1) + " of it; " + found.instead);
      good_ = false;
    }
  }

  void add_network(const std::string& text) {
    if (auto network = Network::parse(text)) {
      value_.tests.emplace_back(NetworkTest{*network});
    } else {
      mistake("expected an address range such as 10.0.0.0/8 or fe80::/10, found " + described(text));
    }
  }

  void add_number(const std::string& text) {
    if (auto limit = number(text)) {
      value_.tests.emplace_back(NumberTest{key_.comparison, *limit});
    } else {
      mistake("expected a number, found " + described(text));
    }
  }

  void add_time(const std::string& text) {
    auto limit = whole_number(text);
    TimeRange range = range_of(key_.time_part);
    if (limit && *limit >= range.least && *limit <= range.most) {
      value_.tests.emplace_back(TimeTest{key_.time_part, key_.comparison, *limit});
    } else {
      mistake("expected a number from " + std::to_string(range.least) + " to " + std::to_string(range.most) +
              " after '" + std::string(name(key_.time_part)) + "', found " + described(text));
    }
  }

  void add_exists(const std::string& text) {
    std::string word = lower(text);
    if (word == "true" || word == "false") {
      value_.tests.emplace_back(ExistsTest{word == "true"});
    } else {
      mistake("expected true or false after 'exists', found " + described(text));
    }
  }

  void add_field(const std::string& text) {
    auto field = field_by_name(text);
    if (text.empty()) {
      mistake("expected the name of a field after 'fieldref', found ''");
    } else if (!field && text.starts_with("Mcp")) {
      mistake("there is no field '" + text + "'" + suggestion(text, field_names()));
    } else {
      value_.tests.emplace_back(FieldTest{{text, field.value_or(Field::kCount)}, key_.anchor, key_.cased});
    }
  }

  [[nodiscard]] std::string described(const std::string& text) const {
    return text == node_.text ? describe(node_) : "'" + printable_utf8(text) + "' for " + describe(node_);
  }

  const FieldKey& key_;
  const YamlNode& node_;
  const ValueContext& context_;
  Value value_;
  bool good_ = true;
};

}  // namespace

std::optional<Value> compile_value(const FieldKey& key, const YamlNode& node, const ValueContext& context) {
  return Compiler(key, node, context).compile();
}

}  // namespace vedette::rules
