// SPDX-License-Identifier: Apache-2.0
#include "rules/json_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"

namespace vedette::rules {
namespace {

using Json = nlohmann::json;

// Takes the parser's events one by one: the first mistake ends it.
class Reader : public nlohmann::json_sax<Json> {
 public:
  FlatEvent values;
  std::string mistake;

  bool null() override { return open_ ? true : outside(); }
  bool boolean(bool value) override { return add(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return add(text); }
  bool string(string_t& text) override { return add(text); }
  bool binary(binary_t&) override { return outside(); }
  bool key(string_t& text) override {
    key_ = text;
    return keys_.insert(text).second || refuse("the field '" + text + "' is there twice; keep one");
  }
  bool start_object(size_t) override { return std::exchange(open_, true) ? nested("an object") : true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return open_ ? nested("a list") : outside(); }
  bool end_array() override { return true; }
  bool parse_error(size_t, const std::string&, const Json::exception& error) override {
    std::string_view message = error.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    return refuse("not JSON: " + std::string(message.substr(std::min(message.find("] ") + 2, message.size()))));
  }

 private:
  bool add(std::string value) {
    if (!open_) {
      return outside();
    }
    values.emplace_back(key_, std::move(value));
    return true;
  }
  bool nested(const std::string& what) {
    return refuse("expected text, a number, a boolean or null as the field '" + key_ + "', found " + what +
                  "; an event is flat, give nested values fields of their own");
  }
  bool outside() { return refuse("expected one JSON object of fields and values, found something else"); }
  bool refuse(std::string message) {
    mistake = std::move(message);
    return false;
  }

  bool open_ = false;
  std::string key_;
  std::set<std::string> keys_;
};

}  // namespace

Result<FlatEvent> parse_flat_event(std::string_view json) {
  Reader reader;
  if (!Json::sax_parse(json.begin(), json.end(), &reader)) {
    return fail(reader.mistake);
  }
  return std::move(reader.values);
}

JsonView::JsonView(const FlatEvent& event) {
  for (const auto& [name, value] : event) {
    fields_.push_back({name, field_by_name(name).value_or(Field::kCount)});
    values_.emplace(name, Value{value, lower(value)});
  }
}

const std::string* JsonView::raw(const FieldName& field) const {
  auto found = values_.find(field.text);
  return found == values_.end() ? nullptr : &found->second.raw;
}

const std::string* JsonView::folded(const FieldName& field) const {
  auto found = values_.find(field.text);
  return found == values_.end() ? nullptr : &found->second.folded;
}

}  // namespace vedette::rules
