// The desk, and what its verdicts say: for the tests of each message type.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/core/dhcp_desk.h"

namespace pxe::core {

class DecideDhcpTest : public testing::Test {
 protected:
  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }
  static DhcpGrant Granted(const DhcpVerdict& verdict) {
    return std::get<DhcpGrant>(verdict.answer);
  }

  DhcpDesk desk;
};

}  // namespace pxe::core
