// SPDX-License-Identifier: Apache-2.0
#include "rules/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "rules/clean_text.h"

namespace vedette::rules {
namespace {

constexpr size_t kMaxBytes = 1U << 20U;
constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxNodes = 20000;
constexpr size_t kMaxCharacters = 65535;  // the specification's limit of a description
constexpr int kMaxBadDocuments = 20;

bool null_word(const std::string& text) { return text == "~" || text == "null" || text == "Null" || text == "NULL"; }

size_t count_nodes(const YamlNode& node) {
  size_t count = 1;
  for (const YamlNode& child : node.children) {
    count += count_nodes(child);
  }
  return count;
}

class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const Report& report) : report_(report) {}

  std::vector<YamlNode> documents;

  // Whether a limit was passed, so that the rest is better not read.
  [[nodiscard]] bool refused() const { return refused_; }
  void start_over() { frames_.clear(); }

  void OnDocumentStart(const YAML::Mark&) override { anchors_.clear(); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(make(YamlNode::Kind::kNull, mark), anchor, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    bool plain = tag == "?";
    YamlNode node = make(plain && null_word(value) ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar, mark);
    check_length(node, value);
    node.text = value;
    node.quoted = !plain;
    finish(std::move(node), anchor, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw YAML::ParserException(mark, "an alias to the node it is part of");
    }
    spend(count_nodes(found->second), mark);
    finish(found->second, YAML::NullAnchor, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kList, mark), anchor, mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kMap, mark), anchor, mark);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    bool has_key = false;
    YamlNode key;
    std::set<std::string> seen;
  };

  static YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void check_length(const YamlNode& node, const std::string& value) {
    auto characters =
        std::ranges::count_if(value, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    if (static_cast<size_t>(characters) > kMaxCharacters) {
      report_.at(node, "expected a text of at most " + std::to_string(kMaxCharacters) + " characters, found " +
                           std::to_string(characters));
    }
  }

  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& reason) {
    refused_ = true;
    throw YAML::ParserException(mark, reason);
  }

  void spend(size_t nodes, const YAML::Mark& mark) {
    spent_ += nodes;
    if (spent_ > kMaxNodes) {
      refuse(mark, "more than " + std::to_string(kMaxNodes) + " nodes, aliases counted each time");
    }
  }

  void open(YamlNode node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (frames_.size() == kMaxDepth) {
      refuse(mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    frames_.push_back(Frame{std::move(node), anchor, mark, false, {}, {}});
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    finish(std::move(frame.node), frame.anchor, frame.mark);
  }

  void finish(YamlNode node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    spend(1, mark);
    if (anchor != YAML::NullAnchor) {
      spend(count_nodes(node), mark);
      anchors_[anchor] = node;
    }
    if (frames_.empty()) {
      add_document(std::move(node));
    } else if (frames_.back().node.is_list()) {
      frames_.back().node.children.push_back(std::move(node));
    } else {
      add_entry(frames_.back(), std::move(node));
    }
  }

  void add_document(YamlNode node) {
    if (!node.is_null()) {
      documents.push_back(std::move(node));
    }
  }

  void add_entry(Frame& frame, YamlNode node) {
    if (!frame.has_key) {
      frame.key = std::move(node);
      frame.has_key = true;
      return;
    }
    frame.has_key = false;
    if (!accept_key(frame)) {
      return;
    }
    if (node.is_null() && node.line > frame.key.line) {  // nothing has its mark at what comes next
      node.line = frame.key.line;
      node.column = frame.key.column;
    }
    node.key = frame.key.text;
    node.key_line = frame.key.line;
    node.key_column = frame.key.column;
    frame.node.children.push_back(std::move(node));
  }

  bool accept_key(Frame& frame) {
    if (!frame.key.is_scalar()) {
      report_.at(frame.key, "expected text as a key, found " + describe(frame.key));
      return false;
    }
    if (frame.key.text == "<<" && !frame.key.quoted) {
      report_.at(frame.key, "merge keys ('<<') are no part of YAML 1.2; write out what is to be merged");
      return false;
    }
    if (!frame.seen.insert(frame.key.text).second) {
      report_.at(frame.key, "the key '" + frame.key.text + "' is there twice; keep one");
      return false;
    }
    return true;
  }

  const Report& report_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  size_t spent_ = 0;
  bool refused_ = false;
};

std::string_view line_of(const std::string& text, int line) {
  size_t start = 0;
  for (int i = 0; i < line && start != std::string::npos; ++i) {
    start = text.find('\n', start);
    start += start == std::string::npos ? 0 : 1;
  }
  auto rest = start == std::string::npos ? std::string_view() : std::string_view(text).substr(start);
  return rest.substr(0, rest.find('\n'));
}

// YAML forbids tabs there, which its own message does not tell.
std::string about_tabs(const std::string& text, int line) {
  for (int near : {line, line - 1}) {
    std::string_view found = near < 0 ? std::string_view() : line_of(text, near);
    std::string_view indent = found.substr(0, found.find_first_not_of(" \t"));
    if (indent.find('\t') != std::string_view::npos) {
      return "; line " + std::to_string(near + 1) + " is indented with a tab, use spaces";
    }
  }
  return "";
}

// What begins with the next document after a line (from 0), lines kept; "" when there is none.
std::string after_document(const std::string& text, int line) {
  std::string lines;
  size_t start = 0;
  for (int i = 0; start < text.size(); ++i) {
    if (i > line && std::string_view(text).substr(start).starts_with("---")) {
      return lines + text.substr(start);
    }
    size_t end = text.find('\n', start);
    start = end == std::string::npos ? text.size() : end + 1;
    lines += '\n';
  }
  return "";
}

// What is still to be read after a mistake, "" for nothing.
std::string read_documents(const std::string& text, Builder& builder, const Report& report) {
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    report.at(error.mark.line + 1, error.mark.column + 1,
              "not YAML we accept: " + error.msg + about_tabs(text, error.mark.line));
    return builder.refused() ? "" : after_document(text, error.mark.line);
  } catch (const std::exception& error) {
    report.at(0, 0, std::string("not readable as YAML: ") + error.what());
  }
  return "";
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view wanted) const {
  for (const YamlNode& child : children) {
    if (is_map() && child.key == wanted) {
      return &child;
    }
  }
  return nullptr;
}

std::string describe(const YamlNode& node) {
  constexpr size_t kShown = 60;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return node.children.empty() ? "an empty list" : "a list";
    case YamlNode::Kind::kMap:
      return node.children.empty() ? "an empty map" : "a map";
    case YamlNode::Kind::kScalar:
      break;
  }
  return "'" + printable_utf8(node.text.substr(0, kShown)) + (node.text.size() > kShown ? "...'" : "'");
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr size_t kLongestWord = 100;
  std::string near = word.size() > kLongestWord ? "" : nearest(word, candidates);
  return near.empty() ? "" : "; did you mean '" + near + "'?";
}

std::string join(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) {
    result += (result.empty() ? "" : ", ") + word;
  }
  return result;
}

std::vector<YamlNode> parse_yaml(const std::string& text, const Report& report) {
  if (text.size() > kMaxBytes) {
    report.at(0, 0, "expected at most 1 MiB, found more; split the file");
    return {};
  }
  Builder builder(report);
  std::string rest = clean_text(text, report);
  for (int bad = 0; !rest.empty() && bad < kMaxBadDocuments; ++bad) {
    builder.start_over();
    rest = read_documents(rest, builder, report);
  }
  return std::move(builder.documents);
}

}  // namespace vedette::rules
