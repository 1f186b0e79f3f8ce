// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "event/alert.h"

namespace vedette {
namespace {

size_t pointed_to(const std::string& text) { return text.capacity(); }
size_t pointed_to(const Ancestor& ancestor);
size_t pointed_to(const AlertProcess& process);
size_t pointed_to(const AlertServer& server);
size_t pointed_to(const AlertNetwork& network);
size_t pointed_to(const AlertEvidence& evidence);

template <typename T>
size_t pointed_to(const std::vector<T>& all) {
  return std::accumulate(all.begin(), all.end(), all.capacity() * sizeof(T),
                         [](size_t sum, const T& one) { return sum + pointed_to(one); });
}

template <typename T>
size_t pointed_to(const std::optional<T>& one) {
  return one ? pointed_to(*one) : 0;
}

size_t pointed_to(const Ancestor& ancestor) {
  return pointed_to(ancestor.executable) + pointed_to(ancestor.command_line);
}

size_t pointed_to(const AlertProcess& process) {
  return pointed_to(process.executable) + pointed_to(process.command_line) + pointed_to(process.user) +
         pointed_to(process.cwd) + pointed_to(process.container_id) + pointed_to(process.ancestors) +
         pointed_to(process.server);
}

size_t pointed_to(const AlertServer& server) {
  return pointed_to(server.name) + pointed_to(server.client) + pointed_to(server.evidence);
}

size_t pointed_to(const AlertNetwork& network) { return pointed_to(network.address) + pointed_to(network.hostname); }

size_t pointed_to(const AlertEvidence& evidence) {
  return pointed_to(evidence.actor) + pointed_to(evidence.target) + pointed_to(evidence.opener) +
         pointed_to(evidence.network) + pointed_to(evidence.object);
}

size_t pointed_to(const AlertRule& rule) {
  return pointed_to(rule.id) + pointed_to(rule.title) + pointed_to(rule.tags) + pointed_to(rule.digest);
}

}  // namespace

size_t footprint(const AlertEvidence& evidence) { return sizeof(AlertEvidence) + pointed_to(evidence); }

size_t footprint(const Alert& alert) {
  return sizeof(Alert) + pointed_to(alert.id) + pointed_to(alert.rule) + pointed_to(alert.actor) +
         pointed_to(alert.target) + pointed_to(alert.opener) + pointed_to(alert.server) + pointed_to(alert.network) +
         pointed_to(alert.object) + pointed_to(alert.events) + pointed_to(alert.message);
}

}  // namespace vedette
