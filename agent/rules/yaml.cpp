// SPDX-License-Identifier: Apache-2.0
#include "rules/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace vedette::rules {
namespace {

constexpr size_t kMaxBytes = 1U << 20U;
constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxNodes = 20000;

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

  void OnDocumentStart(const YAML::Mark&) override { anchors_.clear(); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(make(YamlNode::Kind::kNull, mark), anchor, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    bool plain = tag == "?";
    YamlNode node = make(plain && null_word(value) ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar, mark);
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

  void spend(size_t nodes, const YAML::Mark& mark) {
    spent_ += nodes;
    if (spent_ > kMaxNodes) {
      throw YAML::ParserException(mark, "more than " + std::to_string(kMaxNodes) + " nodes, aliases counted each time");
    }
  }

  void open(YamlNode node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (frames_.size() == kMaxDepth) {
      throw YAML::ParserException(mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
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
};

void read_documents(const std::string& text, Builder& builder) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  while (parser.HandleNextDocument(builder)) {
  }
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
  try {
    read_documents(text, builder);
  } catch (const YAML::Exception& error) {
    report.at(error.mark.line + 1, error.mark.column + 1, "not YAML we accept: " + error.msg);
  } catch (const std::exception& error) {
    report.at(0, 0, std::string("not readable as YAML: ") + error.what());
  }
  return std::move(builder.documents);
}

}  // namespace vedette::rules
