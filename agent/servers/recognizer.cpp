// SPDX-License-Identifier: Apache-2.0
#include "servers/recognizer.h"

#include <algorithm>

#include "base/text.h"
#include "servers/entry_match.h"
#include "servers/naming.h"
#include "servers/signatures.h"

namespace vedette::servers {
namespace {

constexpr size_t kAncestors = 8;  // how far up a client may be: terminal wrappers, npx, sh
constexpr uint32_t kRoot = 0;     // its configuration is everybody's

bool holds(const std::string& pattern, const std::string& text) {
  return pattern.empty() || wildcard_match(pattern, text);
}

bool holds_for_parent(const std::string& pattern, std::span<const Process* const> ancestors) {
  if (pattern.empty()) {
    return true;
  }
  return !ancestors.empty() &&
         (wildcard_match(pattern, ancestors[0]->executable) || wildcard_match(pattern, command_line(*ancestors[0])));
}

bool asks_anything(const Pattern& match) {
  return !match.executable.empty() || !match.command_line.empty() || !match.user.empty() || !match.parent.empty();
}

bool holds(const Pattern& match, const Process& process, std::span<const Process* const> ancestors,
           const std::string& user) {
  return asks_anything(match) && holds(match.executable, process.executable) && holds(match.user, user) &&
         (match.command_line.empty() || wildcard_match(match.command_line, command_line(process))) &&
         holds_for_parent(match.parent, ancestors);
}

}  // namespace

Recognizer::Recognizer(std::vector<Declared> declared, std::vector<ConfigEntry> entries,
                       std::shared_ptr<const Signatures> signatures)
    : declared_(std::move(declared)),
      signatures_(signatures ? std::move(signatures) : std::make_shared<const Signatures>()) {
  set_entries(std::move(entries));
}

void Recognizer::set_entries(std::vector<ConfigEntry> entries) {
  entries_ = std::move(entries);
  commands_.clear();
  for (const auto& entry : entries_) {
    commands_.push_back(entry_command(entry, *signatures_));
  }
}

std::string Recognizer::client_of(const Process& process) const {
  return client_name(launch_of(process, *signatures_), process.executable, *signatures_);
}

std::string Recognizer::nearest_client(Ancestors ancestors) const {
  for (const auto* ancestor : ancestors.first(std::min(ancestors.size(), kAncestors))) {
    if (auto client = client_of(*ancestor); !client.empty()) {
      return client;
    }
  }
  return "";
}

bool Recognizer::is_descendant_of(Ancestors ancestors, const std::string& client) const {
  auto near = ancestors.first(std::min(ancestors.size(), kAncestors));
  return std::any_of(near.begin(), near.end(), [&](const auto* ancestor) { return client_of(*ancestor) == client; });
}

const Declared* Recognizer::find_declared(const Process& process, Ancestors ancestors, const std::string& user) const {
  auto found = std::find_if(declared_.begin(), declared_.end(),
                            [&](const auto& declared) { return holds(declared.match, process, ancestors, user); });
  return found == declared_.end() ? nullptr : &*found;
}

// Of several entries with the same command that of the client above is meant.
const ConfigEntry* Recognizer::find_entry(const Process& process, Ancestors ancestors) const {
  const ConfigEntry* found = nullptr;
  auto command = process_command(process, *signatures_);
  for (size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    bool may_be = entry.uid == kRoot || entry.uid == process.uid;
    if (!may_be || !runs_entry(command, commands_[i])) {
      continue;
    }
    if (is_descendant_of(ancestors, entry.client)) {
      return &entry;
    }
    if (found == nullptr && !commands_[i].generic) {
      found = &entry;
    }
  }
  return found;
}

std::optional<Recognition> Recognizer::judge(const Process& process, Ancestors ancestors,
                                             const std::string& user) const {
  const auto* declared = find_declared(process, ancestors, user);
  const auto* entry = find_entry(process, ancestors);
  auto signature = server_name(launch_of(process, *signatures_), *signatures_);
  if (declared == nullptr && entry == nullptr && !signature) {
    return std::nullopt;
  }
  std::string name = declared != nullptr ? declared->name : entry != nullptr ? entry->name : signature.value_or("");
  Recognition result{name, entry != nullptr ? entry->client : nearest_client(ancestors), {}};
  bool by_client = entry != nullptr ? is_descendant_of(ancestors, entry->client) : !result.client.empty();
  auto evidence = [&](bool found, const char* kind) {
    if (found) {
      result.evidence.emplace_back(kind);
    }
  };
  evidence(declared != nullptr, "declared");
  evidence(entry != nullptr, "config");
  evidence(signature.has_value(), "signature");
  evidence(by_client, "parent");
  return result;
}

}  // namespace vedette::servers
