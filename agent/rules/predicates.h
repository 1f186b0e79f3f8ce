// SPDX-License-Identifier: Apache-2.0
// Every distinct thing the rules of one category ask of an event's fields, under one number each. What compares text is
// found by one pass over each field's value for all rules together; the rest is tested when a rule needs it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "rules/event_view.h"
#include "rules/trie.h"
#include "rules/value_test.h"

namespace vedette::rules {

class Predicates {
 public:
  using Id = uint32_t;

  // The test must outlive this.
  Id add(const FieldName& field, const ValueTest& test);
  void build();

  [[nodiscard]] size_t size() const { return asked_.size(); }
  // Whether search() finds it.
  [[nodiscard]] bool found_by_search(Id id) const { return asked_[id].test == nullptr; }
  // One of these, which search() finds, must hold for the predicate to hold. Empty: none is known.
  [[nodiscard]] const std::vector<Id>& needs(Id id) const { return asked_[id].needs; }

  // Calls hit(id) for each that holds, of those that search() finds; maybe more than once.
  template <typename Hit>
  void search(const EventView& event, const Hit& hit) const {
    for (const FieldIndex& index : fields_) {
      if (const std::string* value = index.cased ? event.raw(index.field) : event.folded(index.field)) {
        index.search(*value, hit);
      }
    }
  }
  // Of the others.
  [[nodiscard]] bool holds(Id id, const EventView& event) const {
    return rules::holds(*asked_[id].test, event, asked_[id].field);
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  // What is looked for in one field, as it is or in lower case.
  struct FieldIndex {
    FieldName field;
    bool cased = false;
    std::unordered_map<std::string, std::vector<Id>, Hash, std::equal_to<>> equal;
    Trie prefixes;
    Trie suffixes;  // back to front
    Trie insides;

    void add(Pattern::Shape shape, const std::string& literal, Id id);
    template <typename Hit>
    void search(const std::string& value, const Hit& hit) const {
      if (auto found = equal.find(value); found != equal.end()) {
        std::for_each(found->second.begin(), found->second.end(), hit);
      }
      prefixes.walk(value.begin(), value.end(), hit);
      suffixes.walk(value.rbegin(), value.rend(), hit);
      if (!insides.empty()) {
        insides.search(value, hit);
      }
    }
  };
  struct Asked {
    FieldName field;
    const ValueTest* test = nullptr;
    std::vector<Id> needs;
  };
  using Key = std::tuple<Field, bool, Pattern::Shape, std::string>;

  Id add_text(const FieldName& field, bool cased, Pattern::Shape shape, const std::string& literal);
  Id add_other(const FieldName& field, const ValueTest& test);
  FieldIndex& index_of(const FieldName& field, bool cased);

  std::vector<Asked> asked_;
  std::vector<FieldIndex> fields_;
  std::map<Key, Id> texts_;  // until build()
};

}  // namespace vedette::rules
