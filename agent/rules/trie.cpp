// SPDX-License-Identifier: Apache-2.0
#include "rules/trie.h"

#include <algorithm>

namespace vedette::rules {
namespace {

// What fits into the second level cache beside other things.
constexpr size_t kRowBytes = 1U << 19U;

}  // namespace

void Trie::add(std::string_view text, Name name) {
  uint32_t at = kRoot;
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    auto& edges = drafts_[at].edges;
    auto edge = std::ranges::lower_bound(edges, byte, {}, &Edge::byte);
    if (edge != edges.end() && edge->byte == byte) {
      at = edge->node;
      continue;
    }
    at = edges.insert(edge, {byte, static_cast<uint32_t>(drafts_.size())})->node;
    drafts_.emplace_back();
  }
  drafts_[at].names.push_back(name);
}

void Trie::build() {
  flatten();
  classify();
  for (uint32_t node = 0; node < nodes_.size(); ++node) {
    for (uint32_t i = 0; i < nodes_[node].edges; ++i) {
      const Edge& edge = edges_[nodes_[node].first_edge + i];
      link(node, edge.byte, edge.node);
    }
    if (node == kRoot || (node + 1) * classes_ * sizeof(uint32_t) <= kRowBytes) {
      add_row(node);
    }
  }
}

// The drafts in that order.
std::vector<uint32_t> Trie::breadth_first() const {
  std::vector<uint32_t> order = {kRoot};
  for (size_t i = 0; i < order.size(); ++i) {
    for (const Edge& edge : drafts_[order[i]].edges) {
      order.push_back(edge.node);
    }
  }
  return order;
}

void Trie::flatten() {
  nodes_.assign(drafts_.size(), {});
  uint32_t children = 0;
  std::vector<uint32_t> order = breadth_first();
  for (size_t i = 0; i < order.size(); ++i) {
    const Draft& draft = drafts_[order[i]];
    nodes_[i].first_edge = children;
    nodes_[i].edges = static_cast<uint16_t>(draft.edges.size());
    nodes_[i].first_name = static_cast<uint32_t>(names_.size());
    nodes_[i].names = static_cast<uint32_t>(draft.names.size());
    names_.insert(names_.end(), draft.names.begin(), draft.names.end());
    for (const Edge& edge : draft.edges) {
      edges_.push_back({edge.byte, ++children});
    }
  }
  drafts_ = std::vector<Draft>();
}

void Trie::classify() {
  classes_ = 1;
  for (const Edge& edge : edges_) {
    uint16_t& found = class_of_[edge.byte];
    found = found != 0 ? found : static_cast<uint16_t>(classes_++);
  }
}

// The node's own link is known by then.
void Trie::link(uint32_t node, uint8_t byte, uint32_t child) {
  Node& linked = nodes_[child];
  linked.fallback = node == kRoot ? kRoot : next(nodes_[node].fallback, byte) & ~kEnds;
  linked.shorter = ending(linked.fallback);
}

// Where there is no edge, the step of what the node falls back to, whose row is there.
void Trie::add_row(uint32_t node) {
  size_t begin = rows_.size();
  rows_.resize(begin + classes_, kRoot);
  if (node != kRoot) {
    auto from = rows_.begin() + static_cast<std::ptrdiff_t>(nodes_[node].fallback * classes_);
    std::copy_n(from, classes_, rows_.begin() + static_cast<std::ptrdiff_t>(begin));
  }
  for (uint32_t i = 0; i < nodes_[node].edges; ++i) {
    const Edge& edge = edges_[nodes_[node].first_edge + i];
    rows_[begin + class_of_[edge.byte]] = step_to(edge.node);
  }
  ++row_count_;
}

}  // namespace vedette::rules
