// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "servers/launch.h"

namespace vedette::servers {
namespace {

using std::string_view;

bool is_url(string_view spec) {
  return spec.find("://") != string_view::npos || spec.starts_with("github:") || spec.starts_with("gitlab:");
}

// "https://host/owner/name.git@ref#part" → "name"
string_view repository_name(string_view url) {
  url = url.substr(0, url.find_first_of("#?"));
  string_view name = base_name(url);
  name = name.substr(0, name.find('@'));
  for (string_view ending : {".git", ".tgz", ".tar.gz", ".whl"}) {
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
    }
  }
  return name;
}

string_view after_prefix(string_view text, string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

std::string npm_name(string_view spec) {
  if (is_url(spec)) {
    return std::string(repository_name(spec));
  }
  spec = after_prefix(after_prefix(spec, "npm:"), "jsr:");
  return std::string(spec.substr(0, spec.find('@', 1)));
}

// Names are compared without case and with '-' for '_' and '.' (PEP 503).
std::string python_name(string_view spec) {
  if (size_t at = spec.find(" @ "); at != string_view::npos) {
    spec = spec.substr(0, at);
  }
  std::string name = lower(is_url(spec) ? repository_name(spec) : spec.substr(0, spec.find_first_of("=<>!~[@; ")));
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return name;
}

std::string image_name(string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  size_t slash = reference.rfind('/');
  size_t tag = reference.find(':', slash == string_view::npos ? 0 : slash);
  reference = reference.substr(0, tag);
  for (string_view prefix : {"docker.io/", "index.docker.io/", "library/"}) {
    reference = after_prefix(reference, prefix);
  }
  return std::string(reference);
}

}  // namespace vedette::servers
