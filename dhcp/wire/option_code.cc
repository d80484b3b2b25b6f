#include "dhcp/wire/option_code.h"

namespace pxe::dhcp::wire {

std::string_view NameOf(OptionCode code) {
  switch (code) {
    case OptionCode::kPad:
      return "pad";
    case OptionCode::kSubnetMask:
      return "subnet mask";
    case OptionCode::kRouters:
      return "routers";
    case OptionCode::kDnsServers:
      return "DNS servers";
    case OptionCode::kHostName:
      return "host name";
    case OptionCode::kDomainName:
      return "domain name";
    case OptionCode::kBroadcastAddress:
      return "broadcast address";
    case OptionCode::kNtpServers:
      return "NTP servers";
    case OptionCode::kVendorOptions:
      return "vendor options";
    case OptionCode::kRequestedAddress:
      return "requested address";
    case OptionCode::kLeaseTime:
      return "lease time";
    case OptionCode::kOverload:
      return "overload";
    case OptionCode::kMessageType:
      return "message type";
    case OptionCode::kServerId:
      return "server id";
    case OptionCode::kParameterRequestList:
      return "requested options";
    case OptionCode::kMessage:
      return "message";
    case OptionCode::kMaxMessageSize:
      return "max message size";
    case OptionCode::kRenewalTime:
      return "renewal time";
    case OptionCode::kRebindingTime:
      return "rebinding time";
    case OptionCode::kVendorClass:
      return "vendor class";
    case OptionCode::kClientId:
      return "client id";
    case OptionCode::kTftpServerName:
      return "TFTP server name";
    case OptionCode::kBootFile:
      return "boot file";
    case OptionCode::kUserClass:
      return "user class";
    case OptionCode::kRelayAgent:
      return "relay agent";
    case OptionCode::kClientArchitecture:
      return "architecture";
    case OptionCode::kClientInterface:
      return "client interface";
    case OptionCode::kClientUuid:
      return "client UUID";
    case OptionCode::kIpxe:
      return "iPXE";
    case OptionCode::kEnd:
      return "end";
  }
  return "option";
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
