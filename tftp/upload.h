// One upload from its first packet to its end: the way to the client, the file, the state machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/event_loop.h"
#include "tftp/client_link.h"
#include "tftp/netascii.h"
#include "tftp/reception.h"
#include "tftp/upload_file.h"

namespace pxe::tftp {

class Upload {
 public:
  struct Parts {
    SessionKey key;
    std::vector<uint8_t> request;  // the datagram
    std::string path;              // beneath the root
    bool netascii = false;
    ClientLink link;
    UploadFile file;
    Reception reception;
    uint64_t ticket = 0;  // tells transfers of the same time apart
    TimePoint began_at;
  };

  // Sends the first packet.
  Upload(Parts parts, Counters<Outcome>& counters);

  const SessionKey& key() const { return parts_.key; }
  const std::string& path() const { return parts_.path; }
  const Reception& reception() const { return parts_.reception; }
  ClientLink& link() { return parts_.link; }
  uint64_t stored_bytes() const { return parts_.file.size(); }
  uint64_t ticket() const { return parts_.ticket; }
  TimePoint began_at() const { return parts_.began_at; }
  const std::string& failure() const { return failure_; }  // ours, or the client's words

  // Whether `datagram` is this upload's request sent again by a client that got no answer yet.
  bool IsRepeatedBy(std::span<const uint8_t> datagram) const;

  void OnReady(net::Readiness readiness, net::ReceiveBatch& batch, TimePoint now);
  void OnPacket(const wire::Packet& packet, TimePoint now);
  void OnTimer(TimePoint now);
  void OnRepeatedRequest(TimePoint now);
  void Abort(const std::string& message);

  net::EventLoop::TimerId timer;  // the loop's, kept here for whoever sets it

 private:
  absl::Status Store(std::span<const uint8_t> bytes, bool last);
  void Flush();

  Parts parts_;
  Counters<Outcome>& counters_;
  FromNetascii decoder_;
  std::string failure_;
};

}  // namespace pxe::tftp
