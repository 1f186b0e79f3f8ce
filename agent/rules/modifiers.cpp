// SPDX-License-Identifier: Apache-2.0
#include "rules/modifiers.h"

#include <algorithm>
#include <string_view>

namespace vedette::rules {
namespace {

using Kind = FieldKey::Kind;
using Anchor = Pattern::Anchor;

// Modifiers of a group go together with the same others.
enum class Group : uint8_t {
  kAll,
  kCased,
  kNeq,
  kAnchor,
  kRegex,
  kFlag,
  kNetwork,
  kCompare,
  kTime,
  kExists,
  kField,
  kWindash,
  kExpand,
  kUtf16,
  kBase64,
};

struct Modifier {
  std::string_view name;
  Group group;
  void (*apply)(FieldKey& key);
};

template <Anchor kAnchor>
void anchor(FieldKey& key) {
  key.anchor = kAnchor;
}

template <Kind kKind>
void kind(FieldKey& key) {
  key.kind = kKind;
}

template <char kFlag>
void flag(FieldKey& key) {
  key.regex_flags += kFlag;
}

template <Comparison kComparison>
void compare(FieldKey& key) {
  key.kind = key.kind == Kind::kTime ? Kind::kTime : Kind::kNumber;
  key.comparison = kComparison;
}

template <TimePart kPart>
void time(FieldKey& key) {
  key.kind = Kind::kTime;
  key.time_part = kPart;
}

template <Transform kTransform>
void transform(FieldKey& key) {
  key.transforms.push_back(kTransform);
}

constexpr Modifier kModifiers[] = {
    {"contains", Group::kAnchor, anchor<Anchor::kAnywhere>},
    {"startswith", Group::kAnchor, anchor<Anchor::kStart>},
    {"endswith", Group::kAnchor, anchor<Anchor::kEnd>},
    {"all", Group::kAll, [](FieldKey& key) { key.all = true; }},
    {"cased", Group::kCased, [](FieldKey& key) { key.cased = true; }},
    {"neq", Group::kNeq, [](FieldKey& key) { key.negated = true; }},
    {"exists", Group::kExists, kind<Kind::kExists>},
    {"re", Group::kRegex, kind<Kind::kRegex>},
    {"i", Group::kFlag, flag<'i'>},
    {"m", Group::kFlag, flag<'m'>},
    {"s", Group::kFlag, flag<'s'>},
    {"cidr", Group::kNetwork, kind<Kind::kNetwork>},
    {"lt", Group::kCompare, compare<Comparison::kLess>},
    {"lte", Group::kCompare, compare<Comparison::kLessOrEqual>},
    {"gt", Group::kCompare, compare<Comparison::kGreater>},
    {"gte", Group::kCompare, compare<Comparison::kGreaterOrEqual>},
    {"minute", Group::kTime, time<TimePart::kMinute>},
    {"hour", Group::kTime, time<TimePart::kHour>},
    {"day", Group::kTime, time<TimePart::kDay>},
    {"week", Group::kTime, time<TimePart::kWeek>},
    {"month", Group::kTime, time<TimePart::kMonth>},
    {"year", Group::kTime, time<TimePart::kYear>},
    {"windash", Group::kWindash, transform<Transform::kWindash>},
    {"base64", Group::kBase64, transform<Transform::kBase64>},
    {"base64offset", Group::kBase64, transform<Transform::kBase64Offset>},
    {"utf16le", Group::kUtf16, transform<Transform::kUtf16Le>},
    {"utf16be", Group::kUtf16, transform<Transform::kUtf16Be>},
    {"utf16", Group::kUtf16, transform<Transform::kUtf16>},
    {"wide", Group::kUtf16, transform<Transform::kUtf16Le>},
    {"expand", Group::kExpand, transform<Transform::kExpand>},
    {"fieldref", Group::kField, kind<Kind::kField>},
};

const Modifier* modifier_by_name(std::string_view name) {
  const auto* found = std::ranges::find(kModifiers, name, &Modifier::name);
  return found == std::end(kModifiers) ? nullptr : found;
}

std::vector<std::string> modifier_names() {
  std::vector<std::string> names;
  std::ranges::transform(kModifiers, std::back_inserter(names), [](const Modifier& m) { return std::string(m.name); });
  return names;
}

constexpr unsigned set(std::initializer_list<Group> groups) {
  unsigned bits = 0;
  for (Group group : groups) {
    bits |= 1U << static_cast<unsigned>(group);
  }
  return bits;
}

constexpr unsigned kOfText = set({Group::kAll, Group::kCased, Group::kNeq, Group::kAnchor, Group::kWindash,
                                  Group::kExpand, Group::kUtf16, Group::kBase64});

// The groups a group goes together with.
constexpr unsigned companions(Group group) {
  switch (group) {
    case Group::kAll:
    case Group::kNeq:
      return ~set({Group::kExists});
    case Group::kCased:
    case Group::kAnchor:
      return kOfText | set({Group::kField});
    case Group::kRegex:
      return set({Group::kFlag, Group::kExpand, Group::kAll, Group::kNeq});
    case Group::kFlag:
      return set({Group::kFlag, Group::kRegex, Group::kExpand, Group::kAll, Group::kNeq});
    case Group::kNetwork:
      return set({Group::kExpand, Group::kAll, Group::kNeq});
    case Group::kCompare:
      return set({Group::kTime, Group::kExpand, Group::kAll, Group::kNeq});
    case Group::kTime:
      return set({Group::kCompare, Group::kExpand, Group::kAll, Group::kNeq});
    case Group::kExists:
      return 0;
    case Group::kField:
      return set({Group::kAnchor, Group::kCased, Group::kAll, Group::kNeq});
    case Group::kExpand:
      return ~set({Group::kExists, Group::kField});
    case Group::kWindash:
    case Group::kUtf16:
    case Group::kBase64:
      break;
  }
  return kOfText;
}

constexpr bool in(Group group, unsigned groups) { return (groups >> static_cast<unsigned>(group) & 1U) != 0; }

// Flags and the Base64 of Base64 may follow their like; of all other groups one is enough.
bool together(const Modifier& a, const Modifier& b) {
  bool repeats = a.group == b.group && a.group != Group::kFlag && a.group != Group::kBase64;
  return !repeats && in(a.group, companions(b.group)) && in(b.group, companions(a.group));
}

// Words are changed before they are encoded, and encoded before they are looked for inside of something.
bool in_order(const Modifier& first, const Modifier& second) {
  constexpr unsigned kEncoding = set({Group::kUtf16, Group::kBase64});
  bool too_late = in(first.group, kEncoding) && in(second.group, set({Group::kWindash, Group::kExpand}));
  return !too_late && !(first.group == Group::kAnchor && in(second.group, kEncoding));
}

std::string why_not(const Modifier& a, const Modifier& b) {
  unsigned both = set({a.group, b.group});
  if (a.group == b.group) {
    return "; keep one";
  }
  if (in(Group::kExists, both)) {
    return "; 'exists' stands alone";
  }
  if (both == set({Group::kRegex, Group::kAnchor})) {
    return "; an expression is looked for anywhere, ^ and $ tie it to the ends";
  }
  if (both == set({Group::kRegex, Group::kCased})) {
    return "; an expression minds case already";
  }
  return "";
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    size_t bar = text.find('|');
    parts.emplace_back(text.substr(0, bar));
    if (bar == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(bar + 1);
  }
}

class KeyParser {
 public:
  KeyParser(const YamlNode& node, const Report& report) : node_(node), report_(report) {}

  std::optional<FieldKey> parse() {
    std::vector<std::string> parts = split(node_.key);
    key_.field = parts[0];
    for (size_t i = 1; i < parts.size(); ++i) {
      add(parts[i]);
    }
    if (good_) {
      check_pairs();
    }
    if (good_ && key_.field.empty()) {
      check_keywords();
    }
    return good_ ? std::optional(key_) : std::nullopt;
  }

 private:
  void add(const std::string& name) {
    const Modifier* modifier = modifier_by_name(name);
    if (modifier == nullptr) {
      std::vector<std::string> names = modifier_names();
      mistake("expected a modifier (" + join(names) + "), found '" + name + "'" + suggestion(name, names));
      return;
    }
    chain_.push_back(modifier);
    modifier->apply(key_);
  }

  void check_pairs() {
    for (size_t b = 0; b < chain_.size() && good_; ++b) {
      for (size_t a = 0; a < b && good_; ++a) {
        check_pair(*chain_[a], *chain_[b]);
      }
    }
    bool regex = false;
    for (size_t i = 0; i < chain_.size() && good_; ++i) {
      regex = regex || chain_[i]->group == Group::kRegex;
      if (chain_[i]->group == Group::kFlag && !regex) {
        mistake("the modifiers i, m and s belong after 're'");
      }
    }
  }

  void check_pair(const Modifier& first, const Modifier& second) {
    std::string both = "the modifiers " + quoted(first) + " and " + quoted(second) + " cannot be combined";
    if (&first == &second) {
      mistake("the modifier " + quoted(first) + " is there twice; keep one");
    } else if (!together(first, second)) {
      mistake(both + why_not(first, second));
    } else if (!in_order(first, second)) {
      mistake(both + " in this order; write '" + std::string(second.name) + "|" + std::string(first.name) + "'");
    }
  }

  void check_keywords() {
    auto needs_field = [](const Modifier* modifier) {
      return in(modifier->group, set({Group::kExists, Group::kField, Group::kTime, Group::kCompare}));
    };
    auto found = std::ranges::find_if(chain_, needs_field);
    if (chain_.empty()) {
      mistake("expected a field, or '|all' for keywords, found ''");
    } else if (found != chain_.end()) {
      mistake("the modifier " + quoted(**found) + " is for a field, found none before it");
    }
  }

  static std::string quoted(const Modifier& modifier) { return "'" + std::string(modifier.name) + "'"; }

  void mistake(std::string message) {
    report_.at_key(node_, std::move(message));
    good_ = false;
  }

  const YamlNode& node_;
  const Report& report_;
  FieldKey key_;
  std::vector<const Modifier*> chain_;
  bool good_ = true;
};

}  // namespace

std::optional<FieldKey> parse_field_key(const YamlNode& node, const Report& report) {
  return KeyParser(node, report).parse();
}

}  // namespace vedette::rules
