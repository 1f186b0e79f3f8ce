// SPDX-License-Identifier: Apache-2.0
// Many byte strings searched for at once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vedette::rules {

// First add() all, then build(), then search. Names are the caller's; a string may be added under several.
// search() is Aho and Corasick's: the text is read once, whatever the number of strings.
class Trie {
 public:
  using Name = uint32_t;

  // Not empty.
  void add(std::string_view text, Name name);
  void build();
  [[nodiscard]] bool empty() const { return nodes_.size() == 1; }

  // Calls hit(name) for each string in the text, once for each place where it ends.
  template <typename Hit>
  void search(std::string_view text, const Hit& hit) const {
    uint32_t at = kRoot;
    for (char c : text) {
      uint32_t step = next(at, static_cast<uint8_t>(c));
      at = step & ~kEnds;
      if ((step & kEnds) != 0) {
        tell_all(at, hit);
      }
    }
  }

  // The strings a text begins with; bytes: an iterator range over them.
  template <typename Iterator, typename Hit>
  void walk(Iterator byte, const Iterator& end, const Hit& hit) const {
    uint32_t at = kRoot;
    for (; byte != end && at != kNone; ++byte) {
      at = child(at, static_cast<uint8_t>(*byte));
      if (at != kNone) {
        tell(at, hit);
      }
    }
  }

 private:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kEnds = 1U << 31U;  // in a step: at that node some string ends

  struct Edge {
    uint8_t byte;
    uint32_t node;
  };
  struct Draft {
    std::vector<Edge> edges;  // by byte
    std::vector<Name> names;
  };
  struct Node {
    uint32_t first_edge = 0;
    uint32_t first_name = 0;
    uint32_t names = 0;
    uint32_t fallback = kRoot;  // the longest proper suffix that is a node
    uint32_t shorter = kRoot;   // the longest proper suffix that is one of the strings
    uint16_t edges = 0;
  };

  [[nodiscard]] uint32_t child(uint32_t node, uint8_t byte) const {
    const Edge* edge = edges_.data() + nodes_[node].first_edge;
    for (const Edge* end = edge + nodes_[node].edges; edge != end; ++edge) {
      if (edge->byte == byte) {
        return edge->node;
      }
    }
    return kNone;
  }
  // The step from a node, by its row or else by its edges and what it falls back to.
  [[nodiscard]] uint32_t next(uint32_t node, uint8_t byte) const {
    while (node >= row_count_) {
      if (uint32_t found = child(node, byte); found != kNone) {
        return step_to(found);
      }
      node = nodes_[node].fallback;
    }
    return rows_[node * classes_ + class_of_[byte]];
  }
  [[nodiscard]] uint32_t ending(uint32_t node) const { return nodes_[node].names > 0 ? node : nodes_[node].shorter; }
  [[nodiscard]] uint32_t step_to(uint32_t node) const { return ending(node) != kRoot ? node | kEnds : node; }

  template <typename Hit>
  void tell(uint32_t node, const Hit& hit) const {
    for (uint32_t i = 0; i < nodes_[node].names; ++i) {
      hit(names_[nodes_[node].first_name + i]);
    }
  }
  template <typename Hit>
  void tell_all(uint32_t node, const Hit& hit) const {
    for (uint32_t end = ending(node); end != kRoot; end = nodes_[end].shorter) {
      tell(end, hit);
    }
  }

  [[nodiscard]] std::vector<uint32_t> breadth_first() const;
  void flatten();
  void classify();
  void link(uint32_t node, uint8_t byte, uint32_t child);
  void add_row(uint32_t node);

  std::vector<Draft> drafts_ = std::vector<Draft>(1);  // until build()
  // Breadth first: what a node falls back to comes before it.
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<Edge> edges_;
  std::vector<Name> names_;
  // Of the first nodes, which are visited most: the step for each class of bytes.
  std::vector<uint32_t> rows_;
  size_t row_count_ = 0;
  size_t classes_ = 0;
  std::array<uint16_t, 256> class_of_{};  // 0: in none of the strings
};

}  // namespace vedette::rules
