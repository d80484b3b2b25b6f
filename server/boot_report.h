// A boot decision in words: the one line that names the reason, and what was looked at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ipv4.h"
#include "core/decide_boot.h"
#include "core/dhcp_exchange.h"
#include "core/next_server.h"
#include "server/catalog.h"
#include "server/dhcp_facts.h"

namespace pxe::server {

struct ReportStep {
  std::string code;      // "rule_kinds_differs": programs rely on it
  std::string resource;  // "rules/rack-a"; empty: none
  uint64_t revision = 0;
  std::string text;  // one line
};

struct DecisionReport {
  std::string reason;  // one line, in words
  std::string code;    // "rule_profile", or the reason why DHCP is silent
  core::BootAction action = core::BootAction::kAddressOnly;
  // Ids; empty: none.
  std::string profile;
  std::string rule;
  std::string host;
  std::string subnet;
  std::string kind;
  std::string loader;
  Ipv4 address;      // 0: none
  Ipv4 next_server;  // 0: none
  core::ServerSource server_source = core::ServerSource::kNone;
  bool discovers = false;
  std::vector<ReportStep> steps;
};

// What was decided for that machine, and what DHCP would answer it.
DecisionReport ReportOf(const AskingMachine& asking, const core::DhcpAnswer& answer,
                        const Catalog& catalog);

}  // namespace pxe::server
