#include "dhcp/wire/describe.h"

#include "absl/strings/str_format.h"
#include "base/byte_reader.h"
#include "base/hex.h"
#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp::wire {
namespace {

std::string Addresses(std::span<const uint8_t> value) {
  std::string text;
  ByteReader in(value);
  while (in.remaining() >= 4) text += (text.empty() ? "" : ", ") + Ipv4{in.U32()}.ToString();
  return in.remaining() == 0 ? text : ToHex(value);
}

std::string Numbers(std::span<const uint8_t> value) {
  std::string text;
  for (const uint8_t number : value) text += (text.empty() ? "" : " ") + std::to_string(number);
  return text;
}

std::string Number(std::span<const uint8_t> value) {
  if (value.size() > 4) return ToHex(value);
  uint32_t number = 0;
  for (const uint8_t byte : value) number = number << 8 | byte;
  return std::to_string(number);
}

std::string Text(std::span<const uint8_t> value) {
  return "\"" + Printable({reinterpret_cast<const char*>(value.data()), value.size()}) + "\"";
}

std::string Value(const Options::Option& option) {
  switch (option.code) {
    case OptionCode::kMessageType:
      return option.value.size() == 1
                 ? std::string(NameOf(static_cast<MessageType>(option.value[0])))
                 : ToHex(option.value);
    case OptionCode::kSubnetMask:
    case OptionCode::kRouters:
    case OptionCode::kDnsServers:
    case OptionCode::kBroadcastAddress:
    case OptionCode::kNtpServers:
    case OptionCode::kRequestedAddress:
    case OptionCode::kServerId:
    case OptionCode::kSubnetSelection:
      return Addresses(option.value);
    case OptionCode::kHostName:
    case OptionCode::kDomainName:
    case OptionCode::kMessage:
    case OptionCode::kVendorClass:
    case OptionCode::kTftpServerName:
    case OptionCode::kBootFile:
    case OptionCode::kUserClass:
      return Text(option.value);
    case OptionCode::kLeaseTime:
    case OptionCode::kOverload:
    case OptionCode::kMaxMessageSize:
    case OptionCode::kRenewalTime:
    case OptionCode::kRebindingTime:
      return Number(option.value);
    case OptionCode::kParameterRequestList:
      return Numbers(option.value);
    case OptionCode::kPad:
    case OptionCode::kVendorOptions:
    case OptionCode::kRapidCommit:
    case OptionCode::kClientId:
    case OptionCode::kRelayAgent:
    case OptionCode::kClientArchitecture:
    case OptionCode::kClientInterface:
    case OptionCode::kClientUuid:
    case OptionCode::kStaticRoutes:
    case OptionCode::kFqdn:
    case OptionCode::kIpv6Only:
    case OptionCode::kClasslessRoutes:
    case OptionCode::kVendorIdentifyingClass:
    case OptionCode::kVendorIdentifying:
    case OptionCode::kMsClasslessRoutes:
    case OptionCode::kIpxe:
    case OptionCode::kEnd:
      break;
  }
  return ToHex(option.value);
}

void AppendAddress(std::string& text, const char* name, Ipv4 address) {
  if (!address.IsZero()) absl::StrAppendFormat(&text, "%s %s\n", name, address.ToString());
}

void AppendField(std::string& text, const char* name, std::span<const uint8_t> field) {
  const std::string content = TextOf(field);
  if (!content.empty()) absl::StrAppendFormat(&text, "%s \"%s\"\n", name, Printable(content));
}

}  // namespace

std::string Describe(const Packet& packet) {
  std::string text = absl::StrFormat("%s htype %d hlen %d hops %d\n",
                                     packet.op == kBootReply ? "BOOTREPLY" : "BOOTREQUEST",
                                     packet.htype, packet.hlen, packet.hops);
  absl::StrAppendFormat(&text, "xid 0x%08x secs %d flags 0x%04x\n", packet.xid, packet.secs,
                        packet.flags);
  AppendAddress(text, "ciaddr", packet.ciaddr);
  AppendAddress(text, "yiaddr", packet.yiaddr);
  AppendAddress(text, "siaddr", packet.siaddr);
  AppendAddress(text, "giaddr", packet.giaddr);
  absl::StrAppendFormat(&text, "chaddr %s\n", ToHex(packet.chaddr));
  AppendField(text, "sname", packet.sname);
  AppendField(text, "file", packet.file);
  for (size_t i = 0; i < packet.options.size(); ++i) {
    const auto option = packet.options.at(i);
    absl::StrAppendFormat(&text, "%d %s: %s\n", static_cast<int>(option.code), NameOf(option.code),
                          Value(option));
  }
  if (packet.truncated_tail) text += "(options end inside an option)\n";
  if (packet.overload_unterminated) text += "(overloaded field without END)\n";
  return text;
}

}  // namespace pxe::dhcp::wire
