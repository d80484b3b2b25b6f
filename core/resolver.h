// The seam between the data planes and the control plane: all that dhcp/ and tftp/ know of it.
//
// Thread-safe. Questions that arrived together are asked together; answers that are ready together
// are delivered together, on any thread, perhaps before the call returns, each question exactly
// once. An answer that grants or changes a lease is delivered after its commit; when the commit
// fails the answer is silence.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/boot_exchange.h"
#include "core/dhcp_exchange.h"

namespace pxe::core {

struct TaggedDhcpAnswer {
  uint64_t tag = 0;  // of the question
  DhcpAnswer answer;

  bool operator==(const TaggedDhcpAnswer&) const = default;
};

// Receives answers. Must outlive every question asked with it, and take calls from any thread.
class DhcpAnswerSink {
 public:
  virtual ~DhcpAnswerSink() = default;
  virtual void OnDhcpAnswers(std::vector<TaggedDhcpAnswer> answers) = 0;
};

using BootAnswerFn = std::function<void(BootAnswer)>;

// How a transfer was agreed on and went, for its line in the log.
struct TransferFacts {
  uint16_t client_port = 0;
  std::string local;           // the address of ours that was asked
  uint16_t block_bytes = 0;    // 0: it came to no agreement
  uint16_t window_blocks = 0;  // likewise
  uint64_t blocks = 0;         // acknowledged by who received them
  uint64_t resends = 0;        // of the first packet or of a window

  bool operator==(const TransferFacts&) const = default;
};

// What happened to a machine on the wire, for the log and `pxeadm status`.
struct BootEvent {
  enum class Step {
    kOffered,    // DHCP: an OFFER was sent
    kAcked,      // DHCP: an ACK was sent
    kNaked,      // DHCP: a NAK was sent
    kSilent,     // DHCP: nothing was sent, `detail` says why
    kNoticed,    // DHCP: something about the client is odd, `detail` says what
    kCompeting,  // DHCP: another server, `address`, offers here or was chosen by the client
    kFetching,   // TFTP: a transfer goes on; told about once a second, and of the longer ones only
    kFetched,    // TFTP: a transfer ended with its last byte acknowledged (or never acknowledged:
                 // `detail`)
    kStored,     // TFTP: an upload has become a file
    kProbed,     // TFTP: the client asked for the size only and went away (EDK2, GRUB)
    kRefused,    // TFTP: ERROR sent, `detail` says why
    kBrokenOff,  // TFTP: timed out or ended by the client
  };

  Step step = Step::kOffered;
  std::string client;     // MAC address for DHCP, IPv4 address for TFTP
  Ipv4 address;           // granted or asking
  std::string file;       // boot file or requested name, printable
  std::string kind;       // client kind, where DHCP told it
  std::string detail;     // printable
  uint64_t bytes = 0;     // so far
  uint64_t of_bytes = 0;  // kFetching: the size of the file; 0: not known, as of an upload
  uint64_t milliseconds = 0;
  uint64_t transfer = 0;  // tells transfers that run at the same time apart; 0: of none
  Ipv4 link;              // kCompeting: an address of ours where it was seen; 0: not known
  TransferFacts facts;    // TFTP

  bool operator==(const BootEvent&) const = default;
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual void ResolveDhcp(std::vector<DhcpQuestion> batch, DhcpAnswerSink& sink) = 0;
  virtual void ResolveBoot(BootQuestion question, BootAnswerFn done) = 0;
  virtual void Report(BootEvent event) = 0;  // never blocks
};

}  // namespace pxe::core
