// The addresses of one pool that somebody new can be given, in the order in which they are (A2,
// A4).
//
// Doubly linked lists laid over the pool's indexes, one for each turn: add at the back, take from
// the front, remove from anywhere, each in constant time at any fill (A1). First in, first out
// keeps every address with its last client as long as possible.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace pxe::core {

// When an address is given away: those of one turn when there is none of the turns before.
enum class Turn : uint8_t {
  kFree,      // nobody's, or its last client let it run out
  kReleased,  // its last client gave it back in good order, and will ask for it again
  kDeclined,  // said to be in use, and only where that is put up with
  kNone,
};

class FreeList {
 public:
  // For indexes 0..size-1, none of them anybody's to have yet.
  explicit FreeList(uint32_t size)
      : links_(size + kTurns, Link{kAbsent, kAbsent}), turns_(size, Turn::kNone), size_(size) {
    for (size_t turn = 0; turn < kTurns; ++turn) {
      const uint32_t end = EndOf(static_cast<Turn>(turn));
      links_[end] = {end, end};
    }
  }

  Turn TurnOf(uint32_t index) const { return turns_[index]; }
  uint32_t CountOf(Turn turn) const { return counts_[static_cast<size_t>(turn)]; }

  std::optional<uint32_t> Front(Turn turn) const { return Or(turn, links_[EndOf(turn)].next); }

  // The first that is not `index`.
  std::optional<uint32_t> FrontBut(Turn turn, uint32_t index) const {
    const uint32_t first = links_[EndOf(turn)].next;
    return Or(turn, first == index ? links_[first].next : first);
  }

  // To the back of the queue of that turn, and out of any other; does nothing when it is in that
  // one already.
  void Put(uint32_t index, Turn turn) {
    if (turns_[index] == turn) return;
    Remove(index);
    if (turn == Turn::kNone) return;
    const uint32_t end = EndOf(turn);
    const uint32_t last = links_[end].previous;
    links_[index] = {last, end};
    links_[last].next = index;
    links_[end].previous = index;
    turns_[index] = turn;
    ++counts_[static_cast<size_t>(turn)];
  }

 private:
  static constexpr size_t kTurns = static_cast<size_t>(Turn::kNone);
  static constexpr uint32_t kAbsent = 0xffffffff;
  struct Link {
    uint32_t previous;
    uint32_t next;
  };

  // Of a queue, linked to its front and back.
  uint32_t EndOf(Turn turn) const { return size_ + static_cast<uint32_t>(turn); }
  std::optional<uint32_t> Or(Turn turn, uint32_t index) const {
    return index == EndOf(turn) ? std::nullopt : std::optional(index);
  }
  void Remove(uint32_t index) {
    if (turns_[index] == Turn::kNone) return;
    const Link link = links_[index];
    links_[link.previous].next = link.next;
    links_[link.next].previous = link.previous;
    links_[index] = {kAbsent, kAbsent};
    --counts_[static_cast<size_t>(turns_[index])];
    turns_[index] = Turn::kNone;
  }

  std::vector<Link> links_;  // the last ones are the ends
  std::vector<Turn> turns_;
  uint32_t size_;
  std::array<uint32_t, kTurns> counts_{};
};

}  // namespace pxe::core
