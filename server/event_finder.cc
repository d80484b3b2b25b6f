#include "server/event_finder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"

namespace pxe::server {
namespace {

using core::Event;
using core::EventKind;
using core::SilenceReason;

bool MayBeThere(const core::Subnet& subnet, const core::Nic* nic) {
  switch (subnet.mode) {
    case core::SubnetMode::kFull:
      return false;
    case core::SubnetMode::kReservationsOnly:
      return nic == nullptr || !nic->address.has_value();
    case core::SubnetMode::kProxy:
    case core::SubnetMode::kOff:
      return true;
  }
  return false;
}

// The answer that begins a boot, one a boot: not the OFFER before it, nor what the boot service
// adds, nor the renewal of a telephone that hears its file again each time.
bool BeginsBoot(const core::DhcpQuestion& question, const core::DhcpGrant& grant) {
  const bool answer = core::BindsAddress(grant.kind) || grant.kind == core::GrantKind::kProxyOffer;
  return answer && !grant.boot.file.empty() && question.ciaddr.IsZero();
}

// Asked first: a flood of silences is not to pay for words that nobody will read.
bool IsTold(SilenceReason reason) {
  return reason == SilenceReason::kOtherServer || reason == SilenceReason::kDeclined ||
         reason == SilenceReason::kDeclinedTooOften || reason == SilenceReason::kNoAddress ||
         reason == SilenceReason::kTooManyOffers;
}

std::optional<Event> OfSilence(const core::DhcpQuestion& question, const AskingMachine& asking,
                               SilenceReason reason, Event event) {
  if (reason == SilenceReason::kOtherServer) {
    if (MayBeThere(*asking.facts.subnet, asking.facts.nic)) return std::nullopt;
    event.kind = EventKind::kCompetingServer;
    event.address = question.server_id.value_or(Ipv4{});
    event.detail = "the machine has chosen it";
  } else if (reason == SilenceReason::kDeclined || reason == SilenceReason::kDeclinedTooOften) {
    event.kind = EventKind::kDeclinedAddress;
    event.address = question.requested.value_or(Ipv4{});
    event.detail = reason == SilenceReason::kDeclined ? "the machine says that it is in use"
                                                      : "the machine declines too often to count";
  } else if (reason == SilenceReason::kNoAddress || reason == SilenceReason::kTooManyOffers) {
    event.kind = EventKind::kPoolExhausted;
    event.detail = reason == SilenceReason::kNoAddress ? "no address is free"
                                                       : "as many are offered as may be at a time";
  } else {
    return std::nullopt;
  }
  return event;
}

}  // namespace

std::vector<Event> EventFinder::Find(const core::DhcpQuestion& question,
                                     const AskingMachine& asking, const core::DhcpVerdict& verdict,
                                     Seconds now) {
  std::vector<Event> found;
  if (asking.facts.subnet == nullptr) return found;
  const auto here = [&] {
    const core::Host* host = asking.machine.host;
    return Event{.machine = question.client.ToString(),
                 .subnet = asking.facts.subnet->id,
                 .host = host != nullptr ? host->id : ""};
  };
  const auto add = [&found](std::optional<Event> event) {
    if (event) found.push_back(*std::move(event));
  };
  if (const auto* silence = std::get_if<core::DhcpSilence>(&verdict.answer)) {
    if (IsTold(silence->reason)) add(OfSilence(question, asking, silence->reason, here()));
  } else if (const auto* grant = std::get_if<core::DhcpGrant>(&verdict.answer)) {
    if (BeginsBoot(question, *grant) && loops_.Answered(question.client, grant->boot.file, now)) {
      Event event = here();
      event.kind = EventKind::kBootLoop;
      event.address = grant->address;
      event.detail = absl::StrFormat("%s answered %d times within %d minutes", grant->boot.file,
                                     core::BootLoops::kAnswers,
                                     core::BootLoops::kWindow / std::chrono::minutes(1));
      add(std::move(event));
    }
  }
  for (const core::Remark& remark : verdict.remarks) {
    Event event = here();
    event.kind = remark.kind;
    event.address = remark.address;
    event.detail = remark.detail;
    add(std::move(event));
  }
  return found;
}

std::optional<Event> EventFinder::OfOtherServer(const core::BootEvent& seen,
                                                const Catalog& catalog) {
  Event event{.kind = EventKind::kCompetingServer,
              .machine = seen.client,
              .address = seen.address,
              .detail = seen.detail};
  HostNic known;
  if (const auto mac = ParseMacAddress(seen.client); mac.ok()) known = catalog.FindByMac(*mac);
  if (known.host != nullptr) event.host = known.host->id;
  const core::Subnet* subnet = catalog.SubnetContaining(seen.link);
  if (subnet == nullptr) return event;
  if (MayBeThere(*subnet, known.nic)) return std::nullopt;
  event.subnet = subnet->id;
  return event;
}

}  // namespace pxe::server
