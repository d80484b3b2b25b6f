#include <array>
#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "api/dataplane.h"
#include "api/dataplane_fields.h"
#include "core/boot_path.h"

namespace pxe::api {
namespace {

using core::BootAnswer;
using core::DhcpAnswer;
using core::DhcpGrant;
using core::SilenceReason;

constexpr uint32_t kAddressBits = 32;
constexpr uint32_t kMaxOptionCode = 254;
constexpr size_t kMaxOptionBytes = 1024;
constexpr size_t kReasons = static_cast<size_t>(SilenceReason::kCount);

constexpr EnumTable<SilenceReason, v1::SilenceReason, kReasons> kSilences = {{
    {SilenceReason::kNoSubnet, v1::SILENCE_REASON_NO_SUBNET},
    {SilenceReason::kUnknownMachine, v1::SILENCE_REASON_UNKNOWN_MACHINE},
    {SilenceReason::kNoAddress, v1::SILENCE_REASON_NO_ADDRESS},
    {SilenceReason::kOtherServer, v1::SILENCE_REASON_OTHER_SERVER},
    {SilenceReason::kNotOurs, v1::SILENCE_REASON_NOT_OURS},
    {SilenceReason::kBadRequest, v1::SILENCE_REASON_BAD_REQUEST},
    {SilenceReason::kReleased, v1::SILENCE_REASON_RELEASED},
    {SilenceReason::kNothingToRelease, v1::SILENCE_REASON_NOTHING_TO_RELEASE},
    {SilenceReason::kDeclined, v1::SILENCE_REASON_DECLINED},
    {SilenceReason::kNothingToDecline, v1::SILENCE_REASON_NOTHING_TO_DECLINE},
    {SilenceReason::kDeclinedTooOften, v1::SILENCE_REASON_DECLINED_TOO_OFTEN},
    {SilenceReason::kCommitFailed, v1::SILENCE_REASON_COMMIT_FAILED},
    {SilenceReason::kOverload, v1::SILENCE_REASON_OVERLOAD},
    {SilenceReason::kSubnetOff, v1::SILENCE_REASON_SUBNET_OFF},
    {SilenceReason::kNotReserved, v1::SILENCE_REASON_NOT_RESERVED},
    {SilenceReason::kProxyOnly, v1::SILENCE_REASON_PROXY_ONLY},
    {SilenceReason::kNothingToBoot, v1::SILENCE_REASON_NOTHING_TO_BOOT},
    {SilenceReason::kBootpOff, v1::SILENCE_REASON_BOOTP_OFF},
    {SilenceReason::kTooEarly, v1::SILENCE_REASON_TOO_EARLY},
    {SilenceReason::kTooManyOffers, v1::SILENCE_REASON_TOO_MANY_OFFERS},
    {SilenceReason::kUntrustedRelay, v1::SILENCE_REASON_UNTRUSTED_RELAY},
    {SilenceReason::kControlAway, v1::SILENCE_REASON_CONTROL_AWAY},
}};

constexpr EnumTable<core::GrantKind, v1::GrantKind, 7> kGrantKinds = {{
    {core::GrantKind::kOffer, v1::GRANT_KIND_OFFER},
    {core::GrantKind::kAck, v1::GRANT_KIND_ACK},
    {core::GrantKind::kRapidAck, v1::GRANT_KIND_RAPID_ACK},
    {core::GrantKind::kInformed, v1::GRANT_KIND_INFORMED},
    {core::GrantKind::kProxyOffer, v1::GRANT_KIND_PROXY_OFFER},
    {core::GrantKind::kBootServer, v1::GRANT_KIND_BOOT_SERVER},
    {core::GrantKind::kBootp, v1::GRANT_KIND_BOOTP},
}};

// --- to messages: one Put for each kind of answer ---

void PutHabits(const core::ReplyHabits& habits, v1::ReplyHabits* out) {
  out->set_omit_boot_option(habits.omit_boot_option);
  out->set_omit_vendor_options(habits.omit_vendor_options);
  out->set_nul_in_length(habits.nul_in_length);
  out->set_pad_to(habits.pad_to);
  out->set_delay_milliseconds(static_cast<uint32_t>(habits.delay.count()));
}

struct PutDhcp {
  v1::DhcpAnswer* out;

  void operator()(const DhcpGrant& grant) const {
    v1::DhcpGrant* message = out->mutable_grant();
    message->set_kind(Translate(kGrantKinds, grant.kind));
    message->set_address(grant.address.value);
    message->set_server_id(grant.server_id.value);
    message->set_lease_seconds(static_cast<uint32_t>(grant.lease.count()));
    message->set_subnet_address(grant.subnet.address.value);
    message->set_subnet_length(static_cast<uint32_t>(grant.subnet.length));
    PutNumbers(grant.routers, message->mutable_routers());
    PutNumbers(grant.dns_servers, message->mutable_dns_servers());
    PutNumbers(grant.ntp_servers, message->mutable_ntp_servers());
    message->set_domain_name(grant.domain_name);
    message->set_host_name(grant.host_name);
    message->set_next_server(grant.boot.next_server.value);
    message->set_boot_file(grant.boot.file);
    message->set_broadcast(grant.broadcast);
    message->set_omit_client_id(!grant.echo_client_id);
    message->set_echo_subnet_selection(grant.echo_subnet_selection);
    message->set_ping_first(grant.ping_first);
    if (grant.habits != core::ReplyHabits{}) PutHabits(grant.habits, message->mutable_habits());
    for (const core::DhcpOption& option : grant.options) {
      v1::RawOption* raw = message->add_options();
      raw->set_code(option.code);
      raw->set_value(std::string(option.value.begin(), option.value.end()));
      raw->set_always(option.always);
    }
  }
  void operator()(const core::DhcpNak& nak) const {
    out->mutable_nak()->set_server_id(nak.server_id.value);
    out->mutable_nak()->set_message(nak.message);
    out->mutable_nak()->set_omit_client_id(!nak.echo_client_id);
    out->mutable_nak()->set_echo_subnet_selection(nak.echo_subnet_selection);
  }
  void operator()(const core::DhcpSilence& silence) const {
    out->set_silence(Translate(kSilences, silence.reason));
  }
};

struct PutBoot {
  v1::BootAnswer* out;

  void operator()(const core::RenderedFile& file) const { out->set_rendered(file.text); }
  void operator()(const core::StaticFile& file) const { out->set_static_path(file.path); }
  void operator()(const core::NoFile& none) const { out->set_no_file(none.reason); }
  void operator()(const core::RefusedFile& refused) const { out->set_refused(refused.reason); }
  void operator()(const core::NoAnswer& none) const { out->set_no_answer(none.reason); }
};

// --- and back ---

absl::StatusOr<Ipv4Prefix> SubnetOf(const v1::DhcpGrant& message) {
  if (message.subnet_length() > kAddressBits) {
    return InvalidArgument("grant.subnet_length: is above 32");
  }
  const Ipv4Prefix subnet{{message.subnet_address()}, static_cast<int>(message.subnet_length())};
  if (!subnet.Contains(subnet.address)) {
    return InvalidArgument("grant.subnet_address: has bits beyond subnet_length");
  }
  return subnet;
}

absl::StatusOr<std::vector<core::DhcpOption>> OptionsOf(const v1::DhcpGrant& message) {
  std::vector<core::DhcpOption> options;
  for (const v1::RawOption& raw : message.options()) {
    if (raw.code() < 1 || raw.code() > kMaxOptionCode) {
      return InvalidArgument("grant.options.code: is not 1 to 254");
    }
    if (raw.value().empty() || raw.value().size() > kMaxOptionBytes) {
      return InvalidArgument("grant.options.value: is not 1 to 1024 bytes");
    }
    options.push_back({.code = static_cast<uint8_t>(raw.code()),
                       .value = {raw.value().begin(), raw.value().end()},
                       .always = raw.always()});
  }
  return options;
}

absl::StatusOr<core::ReplyHabits> HabitsOf(const v1::ReplyHabits& message) {
  if (message.pad_to() > core::ReplyHabits::kMaxPadTo) {
    return InvalidArgument("grant.habits.pad_to: is above 1472");
  }
  const std::chrono::milliseconds delay{message.delay_milliseconds()};
  if (delay > core::ReplyHabits::kMaxDelay) {
    return InvalidArgument("grant.habits.delay_milliseconds: is above 10000");
  }
  return core::ReplyHabits{.omit_boot_option = message.omit_boot_option(),
                           .omit_vendor_options = message.omit_vendor_options(),
                           .nul_in_length = message.nul_in_length(),
                           .pad_to = static_cast<uint16_t>(message.pad_to()),
                           .delay = delay};
}

absl::StatusOr<DhcpAnswer> Grant(const v1::DhcpGrant& message) {
  DhcpGrant grant{.address = {message.address()},
                  .server_id = {message.server_id()},
                  .lease = std::chrono::seconds{message.lease_seconds()},
                  .routers = FromNumbers(message.routers()),
                  .dns_servers = FromNumbers(message.dns_servers()),
                  .ntp_servers = FromNumbers(message.ntp_servers()),
                  .domain_name = message.domain_name(),
                  .host_name = message.host_name(),
                  .boot = {{message.next_server()}, message.boot_file()},
                  .broadcast = message.broadcast(),
                  .echo_client_id = !message.omit_client_id(),
                  .echo_subnet_selection = message.echo_subnet_selection(),
                  .ping_first = message.ping_first()};
  PXE_ASSIGN_OR_RETURN(grant.kind, Translate(kGrantKinds, "grant.kind", message.kind()));
  const bool needs_address = grant.kind == core::GrantKind::kOffer || BindsAddress(grant.kind);
  if (needs_address && grant.address.IsZero()) return InvalidArgument("grant.address: is missing");
  if (grant.server_id.IsZero()) return InvalidArgument("grant.server_id: is missing");
  PXE_ASSIGN_OR_RETURN(grant.subnet, SubnetOf(message));
  PXE_ASSIGN_OR_RETURN(grant.options, OptionsOf(message));
  PXE_ASSIGN_OR_RETURN(grant.habits, HabitsOf(message.habits()));
  return grant;
}

absl::StatusOr<DhcpAnswer> Outcome(const v1::DhcpAnswer& message) {
  switch (message.outcome_case()) {
    case v1::DhcpAnswer::kGrant:
      return Grant(message.grant());
    case v1::DhcpAnswer::kNak:
      if (message.nak().server_id() == 0) return InvalidArgument("nak.server_id: is missing");
      return core::DhcpNak{.server_id = {message.nak().server_id()},
                           .message = message.nak().message(),
                           .echo_client_id = !message.nak().omit_client_id(),
                           .echo_subnet_selection = message.nak().echo_subnet_selection()};
    case v1::DhcpAnswer::kSilence: {
      PXE_ASSIGN_OR_RETURN(const SilenceReason reason,
                           Translate(kSilences, "silence", message.silence()));
      return core::DhcpSilence{reason};
    }
    case v1::DhcpAnswer::OUTCOME_NOT_SET:
      break;
  }
  return InvalidArgument("outcome: none is set");
}

absl::StatusOr<BootAnswer> Static(const std::string& path) {
  const auto parsed = core::ParseBootPath(path);
  if (!parsed.ok() || core::PathOf(*parsed) != path) {
    return InvalidArgument("static_path: is no file beneath the root, plainly written");
  }
  return core::StaticFile{path};
}

absl::StatusOr<BootAnswer> Outcome(const v1::BootAnswer& message) {
  switch (message.outcome_case()) {
    case v1::BootAnswer::kRendered:
      if (message.rendered().empty()) return InvalidArgument("rendered: is empty");
      return core::RenderedFile{message.rendered()};
    case v1::BootAnswer::kStaticPath:
      return Static(message.static_path());
    case v1::BootAnswer::kNoFile:
      return core::NoFile{message.no_file()};
    case v1::BootAnswer::kRefused:
      return core::RefusedFile{message.refused()};
    case v1::BootAnswer::kNoAnswer:
      return core::NoAnswer{message.no_answer()};
    case v1::BootAnswer::OUTCOME_NOT_SET:
      break;
  }
  return InvalidArgument("outcome: none is set");
}

// The outcome under its tag: Tagged is one of core's tagged answers.
template <typename Tagged, typename Message>
absl::StatusOr<Tagged> Answer(const Message& message) {
  PXE_ASSIGN_OR_RETURN(auto outcome, Outcome(message));
  return Tagged{message.tag(), std::move(outcome)};
}

}  // namespace

void ToProto(const core::AnswerBatch& answers, v1::ResolveResponse* out) {
  out->Clear();
  for (const auto& [tag, answer] : answers.dhcp) {
    v1::DhcpAnswer* message = out->add_dhcp_answers();
    message->set_tag(tag);
    std::visit(PutDhcp{message}, answer);
  }
  for (const auto& [tag, answer] : answers.boot) {
    v1::BootAnswer* message = out->add_boot_answers();
    message->set_tag(tag);
    std::visit(PutBoot{message}, answer);
  }
}

absl::StatusOr<core::AnswerBatch> FromProto(const v1::ResolveResponse& message) {
  const auto count = message.dhcp_answers_size() + message.boot_answers_size();
  if (static_cast<size_t>(count) > kMaxPerMessage) {
    return InvalidArgument(absl::StrFormat(
        "dhcp_answers, boot_answers: %d in one message are more than %d", count, kMaxPerMessage));
  }
  core::AnswerBatch answers;
  PXE_ASSIGN_OR_RETURN(answers.dhcp, FromAll<core::TaggedDhcpAnswer>(
                                         "dhcp_answers", message.dhcp_answers(),
                                         &Answer<core::TaggedDhcpAnswer, v1::DhcpAnswer>));
  PXE_ASSIGN_OR_RETURN(answers.boot, FromAll<core::TaggedBootAnswer>(
                                         "boot_answers", message.boot_answers(),
                                         &Answer<core::TaggedBootAnswer, v1::BootAnswer>));
  return answers;
}

}  // namespace pxe::api
