// The option codes this server reads or writes, by the names of their RFCs, and the message types
// of option 53.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pxe::dhcp::wire {

enum class OptionCode : uint8_t {
  kPad = 0,
  kSubnetMask = 1,
  kRouters = 3,
  kDnsServers = 6,
  kHostName = 12,
  kDomainName = 15,
  kBroadcastAddress = 28,
  kStaticRoutes = 33,
  kNtpServers = 42,
  kVendorOptions = 43,
  kRequestedAddress = 50,
  kLeaseTime = 51,
  kOverload = 52,
  kMessageType = 53,
  kServerId = 54,
  kParameterRequestList = 55,
  kMessage = 56,
  kMaxMessageSize = 57,
  kRenewalTime = 58,
  kRebindingTime = 59,
  kVendorClass = 60,
  kClientId = 61,
  kTftpServerName = 66,
  kBootFile = 67,
  kUserClass = 77,           // RFC 3004; iPXE sends a bare string instead
  kRapidCommit = 80,         // RFC 4039, without a value
  kFqdn = 81,                // RFC 4702
  kRelayAgent = 82,          // RFC 3046
  kClientArchitecture = 93,  // RFC 4578
  kClientInterface = 94,
  kClientUuid = 97,
  kIpv6Only = 108,                // RFC 8925
  kSubnetSelection = 118,         // RFC 3011
  kClasslessRoutes = 121,         // RFC 3442
  kVendorIdentifyingClass = 124,  // RFC 3925, as the next
  kVendorIdentifying = 125,
  kIpxe = 175,               // encapsulated options of iPXE
  kMsClasslessRoutes = 249,  // what 121 was to Windows before it was 121
  kEnd = 255,
};

// Option 53. 10 to 13 are lease queries (RFC 4388), answered by nobody here.
enum class MessageType : uint8_t {
  kDiscover = 1,
  kOffer = 2,
  kRequest = 3,
  kDecline = 4,
  kAck = 5,
  kNak = 6,
  kRelease = 7,
  kInform = 8,
};

// "boot file"; "option" for those not named above.
std::string_view NameOf(OptionCode code);

// "42, 28": for logs.
std::string CodesOf(std::span<const OptionCode> codes);

// "DISCOVER"; "unknown" for values not named above.
std::string_view NameOf(MessageType type);

}  // namespace pxe::dhcp::wire
