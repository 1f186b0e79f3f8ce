// SPDX-License-Identifier: Apache-2.0
#include "servers/yaml.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <yaml-cpp/eventhandler.h>

#include <set>
#include <sstream>

#include "base/fd.h"
#include "base/text.h"

namespace vedette::yaml {
namespace {

constexpr size_t kShown = 60;  // bytes of a user's text in a message

std::string shown(const std::string& text) {
  return "'" + printable_utf8(text.size() > kShown ? text.substr(0, kShown) + "..." : text) + "'";
}

Diagnostic at(const std::string& file, const YAML::Mark& mark, const std::string& message) {
  return mark.is_null() ? Diagnostic{file, 0, 0, message} : Diagnostic{file, mark.line + 1, mark.column + 1, message};
}

// Walks the document before it is built, to refuse what would be costly.
class Guard : public YAML::EventHandler {
 public:
  explicit Guard(std::optional<YAML::Mark>& alias) : alias_(alias) {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (!alias_) {
      alias_ = mark;
    }
  }
  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  std::optional<YAML::Mark>& alias_;
};

void check(const std::string& file, const std::string& text, Diagnostics& errors) {
  std::istringstream input(text);
  YAML::Parser parser(input);
  std::optional<YAML::Mark> alias;
  Guard guard(alias);
  int documents = 0;
  while (parser.HandleNextDocument(guard)) {
    ++documents;
  }
  if (alias) {
    errors.push_back(at(file, *alias, "aliases (*name) are not supported: write the value out"));
  }
  if (documents > 1) {
    errors.push_back({file, 0, 0, "expected one YAML document, found " + std::to_string(documents)});
  }
}

Result<std::string> read_all(const Fd& fd, const std::string& path) {
  std::string text;
  char buffer[16 * 1024];
  ssize_t n = 0;
  while ((n = ::read(fd.get(), buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<size_t>(n));
    if (text.size() > kMaxBytes) {
      return fail(path + " is larger than 1 MiB: split it");
    }
  }
  return n < 0 ? fail_errno("cannot read " + path) : Result<std::string>(text);
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    return fail_errno("cannot open " + path);
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(path + " is not a regular file");
  }
  return read_all(fd, path);
}

std::optional<YAML::Node> parse(const std::string& file, const std::string& text, Diagnostics& errors) {
  size_t before = errors.size();
  if (text.size() > kMaxBytes) {
    errors.push_back({file, 0, 0, "larger than 1 MiB: split it"});
    return std::nullopt;
  }
  try {
    check(file, text, errors);
    return errors.size() == before ? std::optional(YAML::Load(text)) : std::nullopt;
  } catch (const YAML::Exception& e) {
    errors.push_back(at(file, e.mark, "not YAML: " + e.msg));
  } catch (const std::exception& e) {
    errors.push_back({file, 0, 0, std::string("not YAML: ") + e.what()});
  }
  return std::nullopt;
}

void Reader::error(const YAML::Node& node, const std::string& message) {
  errors_.push_back(at(file_, node.Mark(), message));
}

void Reader::unknown_key(const YAML::Node& key, const std::string& what, const Fields& fields) {
  std::vector<std::string> known;
  for (const auto& [name, take] : fields) {
    known.push_back(name);
  }
  std::string word = key.IsScalar() ? key.Scalar() : "";
  std::string near = word.size() <= kShown ? nearest(word, known) : "";
  std::string all;
  for (const auto& name : known) {
    all += (all.empty() ? "" : ", ") + name;
  }
  error(key, "unknown key " + shown(word) + " in " + what +
                 (near.empty() ? "; it takes " + all : "; did you mean '" + near + "'?"));
}

void Reader::mapping(const YAML::Node& node, const std::string& what, const Fields& fields) {
  if (!node.IsMap()) {
    error(node, what + " must be a mapping (key: value)");
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto& key = entry.first;
    auto field = key.IsScalar() ? fields.find(key.Scalar()) : fields.end();
    if (field == fields.end()) {
      unknown_key(key, what, fields);
    } else if (!seen.insert(field->first).second) {
      error(key, "'" + field->first + "' is given twice in " + what);
    } else {
      field->second(entry.second);
    }
  }
}

void Reader::list(const YAML::Node& node, const std::string& what, const Take& take) {
  if (!node.IsSequence()) {
    error(node, what + " must be a list");
    return;
  }
  for (const auto& element : node) {
    take(element);
  }
}

std::string Reader::text(const YAML::Node& node, const std::string& what) {
  if (!node.IsScalar() || node.Scalar().empty()) {
    error(node, what + " must be a text");
    return "";
  }
  if (node.Scalar().find('\0') != std::string::npos) {
    error(node, what + " must not contain a zero byte");
    return "";
  }
  return node.Scalar();
}

std::vector<std::string> Reader::texts(const YAML::Node& node, const std::string& what) {
  std::vector<std::string> result;
  list(node, what, [&](const YAML::Node& element) {
    if (auto value = text(element, "each of " + what); !value.empty()) {
      result.push_back(value);
    }
  });
  return result;
}

}  // namespace vedette::yaml
