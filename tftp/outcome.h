// What became of each request and each transfer: the counters of the TFTP data plane.
#pragma once

#include <string_view>

#include "base/counters.h"

namespace pxe::tftp {

enum class Outcome {
  // Of a datagram on the service port.
  kAsked,             // a request, handed to the control plane
  kRepeated,          // the same request again, answered by its running transfer
  kBufferFull,        // not even seen: more came than the kernel had room for
  kMalformed,         // no packet
  kOfTransfer,        // a packet of a transfer, in single-port mode
  kNotARequest,       // a packet that has no business on this port; never answered
  kForeignInterface,  // came in where we do not serve
  kNotUnicast,        // was sent to a broadcast or multicast address
  kWriteRefused,      // an upload that is not allowed, or cannot be
  kOverLimit,         // max_transfers; or others have waited longer
  kOverClientLimit,   // max_transfers_per_client
  kOverRate,          // max_requests_per_second

  // Of a request that was asked.
  kStarted,      // a transfer began, or an upload
  kNoFile,       // ERROR 1
  kRefused,      // ERROR 2, or 4
  kNoAnswer,     // silence: the control plane did not know, or not in time
  kUnavailable,  // silence: out of descriptors or addresses, the root is gone

  // Of a transfer.
  kFetched,
  kFetchedUnconfirmed,  // the last ACK never came
  kUploaded,
  kProbed,
  kClientError,
  kClientGone,
  kTimedOut,
  kAborted,  // by us: a file that shrank, or the end of the service

  // Work that a quiet network does not cause.
  kStranger,    // a packet to a transfer from somebody else; ERROR 5
  kResend,      // by the timer
  kRollback,    // a window sent again because the client missed something
  kIgnoredAck,  // old, early or repeated
  kSendBusy,    // the kernel's buffer was full
  kSendFailed,
  kCount,
};

// "fetched_unconfirmed": the label of the counter.
std::string_view ToString(Outcome outcome);

}  // namespace pxe::tftp
