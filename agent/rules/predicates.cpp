// SPDX-License-Identifier: Apache-2.0
#include "rules/predicates.h"

#include <re2/filtered_re2.h>

#include <algorithm>

namespace vedette::rules {
namespace {

using Shape = Pattern::Shape;

constexpr int kShortestAtom = 3;

// Texts in lower case of which a value must hold one for the expression to match. Empty: none is known.
std::vector<std::string> atoms_of(const re2::RE2& regex) {
  bool ascii = regex.options().encoding() == re2::RE2::Options::EncodingLatin1;
  re2::FilteredRE2 filtered(kShortestAtom);
  int id = 0;
  std::vector<std::string> atoms;
  if (ascii && filtered.Add(regex.pattern(), regex.options(), &id) == re2::RE2::NoError) {
    filtered.Compile(&atoms);
  }
  return atoms;
}

// Whether one comparison with a literal decides it.
bool is_literal(const TextTest& test) {
  bool empty = test.pattern.longest_literal().empty();
  return test.pattern.shape() == Shape::kEqual || (test.pattern.shape() != Shape::kGlob && !empty);
}

}  // namespace

Predicates::Id Predicates::add(const FieldName& field, const ValueTest& test) {
  const auto* text = std::get_if<TextTest>(&test);
  if (text != nullptr && is_literal(*text)) {
    return add_text(field, text->cased, text->pattern.shape(), text->pattern.longest_literal());
  }
  Id id = add_other(field, test);
  std::vector<Id> needs;
  if (text != nullptr && !text->pattern.longest_literal().empty()) {
    needs.push_back(add_text(field, text->cased, Shape::kInside, text->pattern.longest_literal()));
  } else if (const auto* regex = std::get_if<RegexTest>(&test)) {
    for (const std::string& atom : atoms_of(*regex->regex)) {
      needs.push_back(add_text(field, false, Shape::kInside, atom));
    }
  }
  asked_[id].needs = std::move(needs);
  return id;
}

Predicates::Id Predicates::add_text(const FieldName& field, bool cased, Shape shape, const std::string& literal) {
  auto [known, fresh] = texts_.try_emplace({field.field, cased, shape, literal}, static_cast<Id>(asked_.size()));
  if (fresh) {
    asked_.push_back({field, nullptr, {}});
    index_of(field, cased).add(shape, literal, known->second);
  }
  return known->second;
}

Predicates::Id Predicates::add_other(const FieldName& field, const ValueTest& test) {
  asked_.push_back({field, &test, {}});
  return static_cast<Id>(asked_.size() - 1);
}

Predicates::FieldIndex& Predicates::index_of(const FieldName& field, bool cased) {
  auto found = std::ranges::find_if(
      fields_, [&](const FieldIndex& index) { return index.field.field == field.field && index.cased == cased; });
  if (found == fields_.end()) {
    found = fields_.insert(fields_.end(), {.field = field, .cased = cased});
  }
  return *found;
}

void Predicates::FieldIndex::add(Shape shape, const std::string& literal, Id id) {
  switch (shape) {
    case Shape::kEqual:
      equal[literal].push_back(id);
      break;
    case Shape::kPrefix:
      prefixes.add(literal, id);
      break;
    case Shape::kSuffix:
      suffixes.add(std::string(literal.rbegin(), literal.rend()), id);
      break;
    default:
      insides.add(literal, id);
  }
}

void Predicates::build() {
  for (FieldIndex& index : fields_) {
    for (Trie* trie : {&index.prefixes, &index.suffixes, &index.insides}) {
      trie->build();
    }
  }
  texts_.clear();
}

}  // namespace vedette::rules
