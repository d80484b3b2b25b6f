// The free addresses of one pool, least recently used first.
//
// A doubly linked list laid over the pool's indexes: add at the back, take from the front, remove
// from anywhere, each in constant time at any fill (A1). First in, first out keeps every address
// with its last client as long as possible (A2).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pxe::core {

class FreeList {
 public:
  // For indexes 0..size-1, none of them free yet.
  explicit FreeList(uint32_t size) : links_(size + 1, Link{kAbsent, kAbsent}), end_(size) {
    links_[end_] = {end_, end_};
  }

  bool Contains(uint32_t index) const { return links_[index].next != kAbsent; }
  uint32_t size() const { return count_; }

  std::optional<uint32_t> Front() const {
    return count_ == 0 ? std::nullopt : std::optional(links_[end_].next);
  }

  // The first that is not `index`.
  std::optional<uint32_t> FrontBut(uint32_t index) const {
    const uint32_t first = links_[end_].next;
    const uint32_t chosen = first == index ? links_[first].next : first;
    return chosen == end_ ? std::nullopt : std::optional(chosen);
  }

  // Does nothing when it is free already.
  void PushBack(uint32_t index) {
    if (Contains(index)) return;
    const uint32_t last = links_[end_].previous;
    links_[index] = {last, end_};
    links_[last].next = index;
    links_[end_].previous = index;
    ++count_;
  }

  // Does nothing when it is not free.
  void Remove(uint32_t index) {
    if (!Contains(index)) return;
    const Link link = links_[index];
    links_[link.previous].next = link.next;
    links_[link.next].previous = link.previous;
    links_[index] = {kAbsent, kAbsent};
    --count_;
  }

 private:
  static constexpr uint32_t kAbsent = 0xffffffff;
  struct Link {
    uint32_t previous;
    uint32_t next;
  };

  std::vector<Link> links_;  // the last one is the list's end, linked to its front and back
  uint32_t end_;
  uint32_t count_ = 0;
};

}  // namespace pxe::core
