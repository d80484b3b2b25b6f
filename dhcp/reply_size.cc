#include "dhcp/reply_size.h"

#include <algorithm>
#include <array>

#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {
namespace {

using wire::OptionCode;
using wire::Options;

constexpr int kIpAndUdpHeaders = 28;
constexpr int kMinMessageSize = 576;   // what every client must take, RFC 2131 section 2
constexpr int kMaxMessageSize = 1500;  // EDK2 discards more than 1,472 bytes of payload

// The first goes first when a reply is too long. What is named neither here nor by the operator is
// never left out.
constexpr std::array kDispensable = {
    OptionCode::kNtpServers, OptionCode::kBroadcastAddress, OptionCode::kDomainName,
    OptionCode::kHostName,   OptionCode::kClientId,         OptionCode::kClientUuid,
    OptionCode::kIpxe,       OptionCode::kRebindingTime,    OptionCode::kRenewalTime,
};

// What a client cannot boot without, whoever put it there.
constexpr std::array kVital = {
    OptionCode::kSubnetMask,  OptionCode::kRouters,         OptionCode::kDnsServers,
    OptionCode::kVendorClass, OptionCode::kVendorOptions,   OptionCode::kTftpServerName,
    OptionCode::kBootFile,    OptionCode::kClasslessRoutes,
};

size_t SizeOf(const Options& options, OptionCode code) {
  const auto value = options.Find(code);
  return value ? wire::EncodedSize({code, *value}) : 0;
}

}  // namespace

size_t BudgetFor(const wire::Packet& request, int mtu) {
  const int asked =
      wire::ReadU16(request.options, OptionCode::kMaxMessageSize).value_or(kMinMessageSize);
  const int limit = std::clamp(std::min(mtu, kMaxMessageSize), kMinMessageSize, kMaxMessageSize);
  const int most = std::clamp(asked, kMinMessageSize, limit);
  const int relays = static_cast<int>(SizeOf(request.options, OptionCode::kRelayAgent));
  return static_cast<size_t>(std::max(std::min(most, limit - relays) - kIpAndUdpHeaders, 0));
}

size_t SizeWithout82(const Options& options) {
  size_t size = wire::kHeaderBytes + sizeof wire::kMagicCookie + 1;
  for (size_t i = 0; i < options.size(); ++i) {
    const auto option = options.at(i);
    if (option.code != OptionCode::kRelayAgent) size += wire::EncodedSize(option);
  }
  return size;
}

uint16_t PaddingFor(const core::DhcpGrant& grant, int mtu) {
  const int most = std::clamp(mtu, kMinMessageSize, kMaxMessageSize) - kIpAndUdpHeaders;
  return static_cast<uint16_t>(std::min<int>(grant.habits.pad_to, most));
}

std::vector<OptionCode> Shrink(const core::DhcpGrant& grant, Options& options, size_t budget) {
  size_t size = SizeWithout82(options);
  std::vector<OptionCode> left_out;
  const auto leave_out = [&](OptionCode code) {
    if (size <= budget || !options.Has(code)) return;
    size -= SizeOf(options, code);
    options.Remove(code);
    left_out.push_back(code);
  };
  for (const OptionCode code : kDispensable) leave_out(code);
  for (auto own = grant.options.rbegin(); own != grant.options.rend(); ++own) {
    const auto code = static_cast<OptionCode>(own->code);
    if (std::ranges::find(kVital, code) == kVital.end()) leave_out(code);
  }
  return left_out;
}

}  // namespace pxe::dhcp
