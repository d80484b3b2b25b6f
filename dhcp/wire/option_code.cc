#include "dhcp/wire/option_code.h"

#include <algorithm>
#include <array>

namespace pxe::dhcp::wire {

namespace {

struct NamedOption {
  OptionCode code;
  std::string_view name;
};

constexpr std::array kNamedOptions{
    NamedOption{OptionCode::kPad, "pad"},
    NamedOption{OptionCode::kSubnetMask, "subnet mask"},
    NamedOption{OptionCode::kRouters, "routers"},
    NamedOption{OptionCode::kDnsServers, "DNS servers"},
    NamedOption{OptionCode::kHostName, "host name"},
    NamedOption{OptionCode::kDomainName, "domain name"},
    NamedOption{OptionCode::kBroadcastAddress, "broadcast address"},
    NamedOption{OptionCode::kStaticRoutes, "static routes"},
    NamedOption{OptionCode::kNtpServers, "NTP servers"},
    NamedOption{OptionCode::kVendorOptions, "vendor options"},
    NamedOption{OptionCode::kRequestedAddress, "requested address"},
    NamedOption{OptionCode::kLeaseTime, "lease time"},
    NamedOption{OptionCode::kOverload, "overload"},
    NamedOption{OptionCode::kMessageType, "message type"},
    NamedOption{OptionCode::kServerId, "server id"},
    NamedOption{OptionCode::kParameterRequestList, "requested options"},
    NamedOption{OptionCode::kMessage, "message"},
    NamedOption{OptionCode::kMaxMessageSize, "max message size"},
    NamedOption{OptionCode::kRenewalTime, "renewal time"},
    NamedOption{OptionCode::kRebindingTime, "rebinding time"},
    NamedOption{OptionCode::kVendorClass, "vendor class"},
    NamedOption{OptionCode::kClientId, "client id"},
    NamedOption{OptionCode::kTftpServerName, "TFTP server name"},
    NamedOption{OptionCode::kBootFile, "boot file"},
    NamedOption{OptionCode::kUserClass, "user class"},
    NamedOption{OptionCode::kFqdn, "client FQDN"},
    NamedOption{OptionCode::kRelayAgent, "relay agent"},
    NamedOption{OptionCode::kClientArchitecture, "architecture"},
    NamedOption{OptionCode::kClientInterface, "client interface"},
    NamedOption{OptionCode::kClientUuid, "client UUID"},
    NamedOption{OptionCode::kIpv6Only, "IPv6 only"},
    NamedOption{OptionCode::kSubnetSelection, "subnet selection"},
    NamedOption{OptionCode::kClasslessRoutes, "classless routes"},
    NamedOption{OptionCode::kVendorIdentifyingClass, "vendor-identifying class"},
    NamedOption{OptionCode::kVendorIdentifying, "vendor-identifying options"},
    NamedOption{OptionCode::kIpxe, "iPXE"},
    NamedOption{OptionCode::kMsClasslessRoutes, "classless routes (Microsoft)"},
    NamedOption{OptionCode::kEnd, "end"},
};

}  // namespace

std::string_view NameOf(OptionCode code) {
  const auto named = std::ranges::find(kNamedOptions, code, &NamedOption::code);
  return named == kNamedOptions.end() ? "option" : named->name;
}

std::string CodesOf(std::span<const OptionCode> codes) {
  std::string text;
  for (const OptionCode code : codes) {
    text += (text.empty() ? "" : ", ") + std::to_string(static_cast<int>(code));
  }
  return text;
}

std::string_view NameOf(MessageType type) {
  switch (type) {
    case MessageType::kDiscover:
      return "DISCOVER";
    case MessageType::kOffer:
      return "OFFER";
    case MessageType::kRequest:
      return "REQUEST";
    case MessageType::kDecline:
      return "DECLINE";
    case MessageType::kAck:
      return "ACK";
    case MessageType::kNak:
      return "NAK";
    case MessageType::kRelease:
      return "RELEASE";
    case MessageType::kInform:
      return "INFORM";
  }
  return "unknown";
}

}  // namespace pxe::dhcp::wire
