// Section 1.17 as files: each row has a seed for the fuzzer, and the seed is what its name says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "dhcp/question.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {
namespace {

struct Row {
  std::string number;
  std::string counter;  // that goes up; empty: processed like any other
};

const std::vector<Row> kRows = {
    {"m1", "short"},
    {"m2", "no_cookie"},
    {"m3", "not_request"},
    {"m4", "bad_hlen"},
    {"m5", "bad_htype"},
    {"m6", "no_identity"},
    {"m7", "bad_chaddr"},
    {"m8", "no_msgtype"},
    {"m9", "unsupported_type"},
    {"m10", "dup_msgtype"},
    {"m11", "opt_truncated"},
    {"m12", "opt_truncated_tail"},
    {"m13", "bad_overload"},
    {"m14", "overload_unterminated"},
    {"m15", "bad_50"},
    {"m16", "bad_54"},
    {"m17", "option_ignored"},
    {"m18", "option_ignored"},
    {"m19", "client_id_ignored"},
    {"m20", "cid_long"},
    {"m21", "relay_agent_unread"},
    {"m22", "architecture_ignored uuid_ignored"},
    {"m23", "vendor_options_ignored"},
    {"m24", "vendor_options_ignored"},
    {"m25", "host_name_ignored"},
    {"m26", "bad_request_state"},
    {"m27", ""},
    {"m28", "bad_addr"},
    {"m29", "hops"},
    {"m30", "rfc_violation"},
    {"m31", "rfc_violation"},
    {"m33", "not_request"},
    {"m35", "host_name_ignored"},  // 1250 pieces of one
    {"m36", ""},
    {"m37", "fqdn_ignored"},
    {"m38", ""},
};

std::string CountersOf(const std::vector<uint8_t>& bytes) {
  const auto parsed = wire::ParsePacket(bytes);
  if (const auto* reason = std::get_if<wire::DropReason>(&parsed)) {
    return std::string(ToString(*reason));
  }
  net::Interface eth;
  eth.addresses = {{{0x0a010001}, {{0x0a010000}, 24}}};
  const auto asked = AskFrom(std::get<wire::Packet>(parsed), {eth, Ipv4{}, Ipv4{}});
  if (const auto* reason = std::get_if<wire::DropReason>(&asked)) {
    return std::string(ToString(*reason));
  }
  std::string counters;
  const Notes& notes = std::get<Asked>(asked).notes;
  for (size_t i = 0; i < notes.size(); ++i) {
    if (!notes[i]) continue;
    counters += (counters.empty() ? "" : " ") + std::string(ToString(static_cast<Note>(i)));
  }
  return counters;
}

class Seed : public testing::TestWithParam<Row> {};

TEST_P(Seed, IsCountedUnderItsName) {
  const auto names = FixtureNames("corpus/dhcp", ".bin");
  const auto found = std::ranges::find_if(
      names, [](const std::string& name) { return name.starts_with(GetParam().number + "_"); });
  ASSERT_NE(found, names.end()) << "no seed of " << GetParam().number;
  const std::string bytes = ReadFixture("corpus/dhcp/" + *found + ".bin");
  EXPECT_EQ(CountersOf({bytes.begin(), bytes.end()}), GetParam().counter) << *found;
}

INSTANTIATE_TEST_SUITE_P(M1_to_M38, Seed, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.number; });

}  // namespace
}  // namespace pxe::dhcp
