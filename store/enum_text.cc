#include "store/enum_text.h"

namespace pxe::store {

std::string_view TextOf(core::UnknownMachines policy) {
  switch (policy) {
    case core::UnknownMachines::kIgnore:
      return "IGNORE";
    case core::UnknownMachines::kAddressOnly:
      return "ADDRESS_ONLY";
    case core::UnknownMachines::kProfile:
      return "PROFILE";
    case core::UnknownMachines::kLocal:
      return "LOCAL";
    case core::UnknownMachines::kDiscover:
      return "DISCOVER";
  }
  return "";
}

std::string_view TextOf(core::Answers answers) {
  switch (answers) {
    case core::Answers::kAll:
      return "ALL";
    case core::Answers::kAddressOnly:
      return "ADDRESS_ONLY";
    case core::Answers::kNothing:
      return "NOTHING";
  }
  return "";
}

std::string_view TextOf(core::HostState state) {
  switch (state) {
    case core::HostState::kApproved:
      return "APPROVED";
    case core::HostState::kDiscovered:
      return "DISCOVERED";
    case core::HostState::kRejected:
      return "REJECTED";
  }
  return "";
}

std::string_view TextOf(core::RuleAction action) {
  switch (action) {
    case core::RuleAction::kProfile:
      return "PROFILE";
    case core::RuleAction::kLocal:
      return "LOCAL";
    case core::RuleAction::kIgnore:
      return "IGNORE";
    case core::RuleAction::kDiscover:
      return "DISCOVER";
  }
  return "";
}

std::string_view TextOf(core::SubnetMode mode) {
  switch (mode) {
    case core::SubnetMode::kFull:
      return "FULL";
    case core::SubnetMode::kProxy:
      return "PROXY";
    case core::SubnetMode::kReservationsOnly:
      return "RESERVATIONS_ONLY";
    case core::SubnetMode::kOff:
      return "OFF";
  }
  return "";
}

std::string_view TextOf(core::Identity identity) {
  switch (identity) {
    case core::Identity::kMac:
      return "MAC";
    case core::Identity::kClientId:
      return "CLIENT_ID";
    case core::Identity::kAuto:
      return "AUTO";
  }
  return "";
}

std::string_view TextOf(core::Bootp bootp) {
  switch (bootp) {
    case core::Bootp::kStatic:
      return "STATIC";
    case core::Bootp::kDynamic:
      return "DYNAMIC";
    case core::Bootp::kOff:
      return "OFF";
  }
  return "";
}

std::string_view TextOf(core::PoolClients clients) {
  switch (clients) {
    case core::PoolClients::kAnybody:
      return "ANYBODY";
    case core::PoolClients::kKnown:
      return "KNOWN";
    case core::PoolClients::kUnknown:
      return "UNKNOWN";
  }
  return "";
}

std::string_view TextOf(core::HostKey key) {
  switch (key) {
    case core::HostKey::kMac:
      return "MAC";
    case core::HostKey::kUuid:
      return "UUID";
    case core::HostKey::kClientId:
      return "CLIENT_ID";
    case core::HostKey::kCircuitId:
      return "CIRCUIT_ID";
    case core::HostKey::kRemoteId:
      return "REMOTE_ID";
  }
  return "";
}

std::string_view TextOf(core::VendorOptions options) {
  switch (options) {
    case core::VendorOptions::kUsual:
      return "USUAL";
    case core::VendorOptions::kOmitted:
      return "OMITTED";
    case core::VendorOptions::kGiven:
      return "GIVEN";
  }
  return "USUAL";
}

}  // namespace pxe::store
