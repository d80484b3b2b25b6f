// A desk at which DHCP decisions are made and carried out on a real lease book: the verbs of the
// tests beside it. Time moves when told; commits succeed at once unless `hold_commits` is set.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "core/decide_dhcp.h"
#include "core/offer_limits.h"

namespace pxe::core {

inline Ipv4 Ip(const char* text) {
  return *ParseIpv4(text);
}

inline HardwareAddress Client(int n) {
  return HardwareAddress::Of(MacAddress{{0x52, 0x54, 0, 0, 0, static_cast<uint8_t>(n)}});
}

struct DhcpDesk {
  DhcpDesk() {
    subnet.id = "lab";
    subnet.cidr = *ParseIpv4Prefix("10.0.0.0/24");
    subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.12")};
    subnet.routers = {Ip("10.0.0.1")};
    book.PutSubnet(subnet);
    facts.subnet = &subnet;
  }

  // Sets an address aside for the client whose packets follow.
  void ReserveForClient(const char* address) {
    nic = Nic{.address = Ip(address)};
    facts.nic = &nic;
    book.SetReserved(Ip(address), true);
  }

  DhcpVerdict Decide(const DhcpQuestion& question) {
    DhcpVerdict verdict = DecideDhcp(question, facts, book, now);
    if (verdict.offer) {
      const bool here = subnet.cidr.Contains(*verdict.offer);
      book.HoldOffer(*verdict.offer, verdict.client, here ? subnet.cidr : second.cidr, now,
                     OriginOf(question));
    }
    if (verdict.drop_offers) book.DropOffers(verdict.client);
    for (const Lease& lease : verdict.changes) {
      book.Begin(lease);
      if (!hold_commits) book.Commit(lease.address, now);
    }
    return verdict;
  }

  DhcpQuestion Question(DhcpMessage message, int client) const {
    DhcpQuestion question;
    question.message = message;
    question.client = Client(client);
    question.local_addresses = {Ip("10.0.0.2")};
    return question;
  }
  DhcpVerdict Discover(int client, const char* requested = nullptr) {
    DhcpQuestion question = Question(DhcpMessage::kDiscover, client);
    if (requested != nullptr) question.requested = Ip(requested);
    return Decide(question);
  }
  DhcpVerdict Select(int client, const char* address, const char* server = "10.0.0.2") {
    DhcpQuestion question = Question(DhcpMessage::kRequest, client);
    question.server_id = Ip(server);
    question.requested = Ip(address);
    return Decide(question);
  }
  DhcpVerdict InitReboot(int client, const char* address) {
    DhcpQuestion question = Question(DhcpMessage::kRequest, client);
    question.requested = Ip(address);
    return Decide(question);
  }
  DhcpVerdict Renew(int client, const char* address) {
    DhcpQuestion question = Question(DhcpMessage::kRequest, client);
    question.ciaddr = Ip(address);
    question.unicast = true;
    return Decide(question);
  }
  DhcpVerdict Release(int client, const char* address) {
    DhcpQuestion question = Question(DhcpMessage::kRelease, client);
    question.ciaddr = Ip(address);
    return Decide(question);
  }
  DhcpVerdict Decline(int client, const char* address) {
    DhcpQuestion question = Question(DhcpMessage::kDecline, client);
    question.requested = Ip(address);
    return Decide(question);
  }

  // Adds a second subnet to the link, after the first.
  void Share() {
    second = subnet;
    second.id = "second";
    second.cidr = *ParseIpv4Prefix("10.1.0.0/24");
    second.pools = {*ParseIpv4Range("10.1.0.10-10.1.0.12")};
    second.routers = {Ip("10.1.0.1")};
    book.PutSubnet(second);
    facts.link = both;
  }

  static const char* WordFor(GrantKind kind) {
    switch (kind) {
      case GrantKind::kOffer:
        return "offer ";
      case GrantKind::kAck:
        return "ack ";
      case GrantKind::kRapidAck:
        return "rapid ack ";
      case GrantKind::kInformed:
        return "informed ";
      case GrantKind::kProxyOffer:
        return "proxy offer ";
      case GrantKind::kBootServer:
        return "boot server ";
      case GrantKind::kBootp:
        return "bootp ";
    }
    return "";
  }

  // What went over the wire, in one word: "offer 10.0.0.10", "ack 10.0.0.10", "nak", "silence:
  // no_address".
  static std::string Said(const DhcpVerdict& verdict) {
    if (verdict.wait_for) return "waits for " + verdict.wait_for->ToString();
    if (const auto* grant = std::get_if<DhcpGrant>(&verdict.answer)) {
      return std::string(WordFor(grant->kind)) + grant->address.ToString();
    }
    if (std::holds_alternative<DhcpNak>(verdict.answer)) return "nak";
    return "silence: " + std::string(ToString(std::get<DhcpSilence>(verdict.answer).reason));
  }

  Subnet subnet;
  Subnet second;
  std::array<const Subnet*, 2> both{&subnet, &second};
  Nic nic;
  DhcpFacts facts;
  LeaseBook book;
  Seconds now{std::chrono::seconds{1'000'000}};
  bool hold_commits = false;
};

}  // namespace pxe::core
