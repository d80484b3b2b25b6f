// Every fact of the seam crosses it unchanged, and nothing that is not one gets across.
#include "api/dataplane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

using namespace std::chrono_literals;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Ipv4 Ip(const char* text) {
  return *ParseIpv4(text);
}

core::DhcpQuestion FullQuestion() {
  return {.tag = 0xfedcba9876543210,
          .message = core::DhcpMessage::kRequest,
          .client = {.type = 32, .length = 3, .bytes = {1, 2, 3}},
          .facts = {.vendor_class = std::string("PXEClient\xff\0x", 12),
                    .user_class = {"iPXE", std::string("\x80\0", 2)},
                    .architectures = {7, 0, 65535},
                    .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
                    .has_ipxe_options = true,
                    .ipxe_lacks_bzimage = true},
          .unicast = true,
          .ciaddr = Ip("10.0.0.20"),
          .giaddr = Ip("10.0.1.1"),
          .link_selection = Ip("10.0.2.0"),
          .requested = Ip("10.0.0.21"),
          .server_id = Ip("10.0.0.1"),
          .lease_seconds = 0xffffffff,
          .client_id = {0xff, 0, 1},
          .relay_agent = {1, 2, 0, 0xfe},
          .circuit_id = "Gi1/0/7",
          .remote_id = "switch-3",
          .subnet_selection = Ip("10.0.3.0"),
          .secs = 7s,
          .in_use = Ip("10.0.0.22"),
          .host_name = "node-1",
          .rapid_commit = true,
          .local_addresses = {Ip("10.0.0.1"), Ip("192.168.1.1")},
          .route_source = Ip("10.0.0.1")};
}

core::DhcpGrant FullGrant() {
  return {.kind = core::GrantKind::kAck,
          .address = Ip("10.0.0.20"),
          .server_id = Ip("10.0.0.1"),
          .lease = 4294967294s,
          .subnet = *ParseIpv4Prefix("10.0.0.0/24"),
          .routers = {Ip("10.0.0.1"), Ip("10.0.0.2")},
          .dns_servers = {Ip("8.8.8.8")},
          .ntp_servers = {Ip("10.0.0.3")},
          .domain_name = "lab.example.com",
          .host_name = "n1",
          .boot = {Ip("10.0.0.4"), "bios/pxelinux.0"},
          .options = {{.code = 210, .value = {'/', 'x'}},
                      {.code = 26, .value = {5, 220}, .always = true}},
          .broadcast = true,
          .echo_client_id = false,
          .echo_subnet_selection = true,
          .ping_first = true,
          .habits = {.omit_boot_option = true,
                     .omit_vendor_options = true,
                     .nul_in_length = true,
                     .pad_to = 576,
                     .delay = 2500ms}};
}

core::QuestionBatch RoundTrip(const core::QuestionBatch& questions) {
  v1::ResolveRequest message;
  ToProto(questions, &message);
  v1::ResolveRequest received;
  EXPECT_TRUE(received.ParseFromString(message.SerializeAsString()));
  const auto back = FromProto(received);
  EXPECT_THAT(back, IsOk());
  return back.value_or(core::QuestionBatch{});
}

core::AnswerBatch RoundTrip(const core::AnswerBatch& answers) {
  v1::ResolveResponse message;
  ToProto(answers, &message);
  v1::ResolveResponse received;
  EXPECT_TRUE(received.ParseFromString(message.SerializeAsString()));
  const auto back = FromProto(received);
  EXPECT_THAT(back, IsOk());
  return back.value_or(core::AnswerBatch{});
}

TEST(DataplaneTest, DhcpQuestionsCrossUnchanged) {
  core::DhcpQuestion bare{.tag = 1, .local_addresses = {Ip("10.0.0.1")}};
  core::DhcpQuestion zeros = bare;  // present and zero is not the same as absent
  zeros.link_selection = zeros.requested = zeros.server_id = Ipv4{};
  zeros.lease_seconds = 0;
  zeros.facts.uuid.emplace();
  std::vector<core::DhcpQuestion> all{FullQuestion(), bare, zeros};
  for (const auto message : {core::DhcpMessage::kDiscover, core::DhcpMessage::kRequest,
                             core::DhcpMessage::kRelease, core::DhcpMessage::kDecline}) {
    all.push_back(bare);
    all.back().message = message;
  }
  EXPECT_EQ(RoundTrip(core::QuestionBatch{.dhcp = all}).dhcp, all);
}

TEST(DataplaneTest, BootQuestionsCrossUnchanged) {
  const std::vector<core::TaggedBootQuestion> all{
      {0xffffffffffffffff, {std::string("\\a\0\xff", 4), Ip("10.0.0.20"), Ip("10.0.0.1")}}, {}};
  EXPECT_EQ(RoundTrip(core::QuestionBatch{.boot = all}).boot, all);
}

TEST(DataplaneTest, EventsCrossUnchanged) {
  using Step = core::BootEvent::Step;
  std::vector<core::BootEvent> all;
  for (const Step step :
       {Step::kOffered, Step::kAcked, Step::kNaked, Step::kSilent, Step::kFetching, Step::kFetched,
        Step::kStored, Step::kProbed, Step::kRefused, Step::kBrokenOff}) {
    all.push_back({.step = step,
                   .client = "52:54:00:00:00:01",
                   .address = Ip("10.0.0.20"),
                   .file = "vmlinuz",
                   .kind = "bios",
                   .detail = "no_address",
                   .bytes = uint64_t{1} << 40,
                   .of_bytes = uint64_t{1} << 41,
                   .milliseconds = 12,
                   .transfer = ~uint64_t{0},
                   .link = {0x0a000001},
                   .facts = {.client_port = 65535,
                             .local = "2001:db8::1",
                             .block_bytes = 65464,
                             .window_blocks = 64,
                             .blocks = uint64_t{1} << 33,
                             .resends = 7}});
  }
  EXPECT_EQ(RoundTrip(core::QuestionBatch{.events = all}).events, all);
}

TEST(DataplaneTest, AnEventIsPrintableWhenItLeaves) {
  const auto sent =
      RoundTrip(core::QuestionBatch{.events = {{.client = "c", .file = "a\nb", .detail = "\xff"}}});
  ASSERT_EQ(sent.events.size(), 1u);
  EXPECT_EQ(sent.events[0].file, "a\\x0ab");
  EXPECT_EQ(sent.events[0].detail, "\\xff");
}

TEST(DataplaneTest, DhcpAnswersCrossUnchanged) {
  std::vector<core::TaggedDhcpAnswer> all{
      {1, FullGrant()},
      {2, core::DhcpGrant{.address = Ip("10.0.0.2"), .server_id = Ip("10.0.0.1")}},
      {3, core::DhcpNak{Ip("10.0.0.1"), "not yours"}}};
  for (size_t i = 0; i < static_cast<size_t>(core::SilenceReason::kCount); ++i) {
    all.push_back({10 + i, core::DhcpSilence{static_cast<core::SilenceReason>(i)}});
  }
  EXPECT_EQ(RoundTrip(core::AnswerBatch{.dhcp = all}).dhcp, all);
}

TEST(DataplaneTest, BootAnswersCrossUnchanged) {
  const std::vector<core::TaggedBootAnswer> all{
      {1, core::RenderedFile{std::string("DEFAULT x\n\0\xff", 12)}},
      {2, core::StaticFile{"debian/vmlinuz"}},
      {3, core::NoFile{"no such host"}},
      {4, core::RefusedFile{"leaves the root"}},
      {5, core::NoAnswer{"busy"}}};
  EXPECT_EQ(RoundTrip(core::AnswerBatch{.boot = all}).boot, all);
}

TEST(DataplaneTest, AMessageIsOverwrittenWhole) {
  v1::ResolveRequest message;
  ToProto(core::QuestionBatch{.dhcp = {FullQuestion()}, .boot = {{}}, .events = {{.client = "c"}}},
          &message);
  ToProto(core::QuestionBatch{.dhcp = {{.tag = 1, .local_addresses = {Ip("10.0.0.1")}}}}, &message);
  const auto back = FromProto(message);
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->size(), 1u);
  EXPECT_EQ(back->dhcp[0].requested, std::nullopt);
}

// --- what is refused, by the name of the field ---

struct BadQuestion {
  const char* says;
  std::function<void(v1::ResolveRequest&)> spoil;
};

TEST(DataplaneTest, EachMalformedQuestionIsRefusedByName) {
  const std::vector<BadQuestion> rows{
      {"dhcp_questions[1].message:", [](auto& m) { m.mutable_dhcp_questions(1)->clear_message(); }},
      {"dhcp_questions[1].message: 99",
       [](auto& m) { m.mutable_dhcp_questions(1)->set_message(static_cast<v1::DhcpMessage>(99)); }},
      {"dhcp_questions[0].client_type:",
       [](auto& m) { m.mutable_dhcp_questions(0)->set_client_type(256); }},
      {"dhcp_questions[0].client_address:",
       [](auto& m) { m.mutable_dhcp_questions(0)->set_client_address(std::string(17, 'x')); }},
      {"dhcp_questions[0].architectures:",
       [](auto& m) { m.mutable_dhcp_questions(0)->add_architectures(65536); }},
      {"dhcp_questions[0].uuid:",
       [](auto& m) { m.mutable_dhcp_questions(0)->set_uuid(std::string(15, 'x')); }},
      {"dhcp_questions[0].host_name:",
       [](auto& m) { m.mutable_dhcp_questions(0)->set_host_name("a\nb"); }},
      {"dhcp_questions[0].local_addresses:",
       [](auto& m) { m.mutable_dhcp_questions(0)->clear_local_addresses(); }},
      {"events[0].step:", [](auto& m) { m.mutable_events(0)->clear_step(); }},
      {"events[0].client:", [](auto& m) { m.mutable_events(0)->set_client("\n"); }},
      {"events[0].file:", [](auto& m) { m.mutable_events(0)->set_file("\n"); }},
      {"events[0].kind:", [](auto& m) { m.mutable_events(0)->set_kind("\n"); }},
      {"events[0].detail:", [](auto& m) { m.mutable_events(0)->set_detail("\x7f"); }},
      {"dhcp_questions, boot_questions, events: 1025 in one message are more than 1024",
       [](auto& m) {
         while (m.dhcp_questions_size() + m.boot_questions_size() + m.events_size() < 1025) {
           m.add_boot_questions();
         }
       }},
  };
  v1::ResolveRequest good;
  ToProto(
      core::QuestionBatch{
          .dhcp = {FullQuestion(), FullQuestion()}, .boot = {{}}, .events = {{.client = "c"}}},
      &good);
  ASSERT_THAT(FromProto(good), IsOk());
  for (const BadQuestion& row : rows) {
    v1::ResolveRequest bad = good;
    row.spoil(bad);
    EXPECT_THAT(FromProto(bad), StatusIs(kInvalid, row.says));
  }
}

struct BadAnswer {
  const char* says;
  std::function<void(v1::ResolveResponse&)> spoil;
};

TEST(DataplaneTest, EachMalformedAnswerIsRefusedByName) {
  const auto grant = [](auto& m) { return m.mutable_dhcp_answers(0)->mutable_grant(); };
  const auto boot = [](auto& m) { return m.mutable_boot_answers(0); };
  const std::vector<BadAnswer> rows{
      {"dhcp_answers[0].outcome:", [](auto& m) { m.mutable_dhcp_answers(0)->clear_outcome(); }},
      {"dhcp_answers[0].grant.address:", [&](auto& m) { grant(m)->set_address(0); }},
      {"dhcp_answers[0].grant.server_id:", [&](auto& m) { grant(m)->set_server_id(0); }},
      {"dhcp_answers[0].grant.subnet_length:", [&](auto& m) { grant(m)->set_subnet_length(33); }},
      {"dhcp_answers[0].grant.subnet_address:", [&](auto& m) { grant(m)->set_subnet_length(8); }},
      {"dhcp_answers[0].nak.server_id:",
       [](auto& m) { m.mutable_dhcp_answers(0)->mutable_nak()->set_message("x"); }},
      {"dhcp_answers[0].silence:",
       [](auto& m) { m.mutable_dhcp_answers(0)->set_silence(v1::SILENCE_REASON_UNSPECIFIED); }},
      {"dhcp_answers[0].silence: 77",
       [](auto& m) { m.mutable_dhcp_answers(0)->set_silence(static_cast<v1::SilenceReason>(77)); }},
      {"grant.habits.pad_to:", [&](auto& m) { grant(m)->mutable_habits()->set_pad_to(1473); }},
      {"grant.habits.delay_milliseconds:",
       [&](auto& m) { grant(m)->mutable_habits()->set_delay_milliseconds(10'001); }},
      {"boot_answers[0].outcome:", [&](auto& m) { boot(m)->clear_outcome(); }},
      {"boot_answers[0].rendered:", [&](auto& m) { boot(m)->set_rendered(""); }},
      {"boot_answers[0].static_path:", [&](auto& m) { boot(m)->set_static_path("../x"); }},
      {"boot_answers[0].static_path:", [&](auto& m) { boot(m)->set_static_path("/x"); }},
      {"boot_answers[0].static_path:", [&](auto& m) { boot(m)->set_static_path(""); }},
      {"options.code:",
       [&](auto& m) {
         m.mutable_dhcp_answers(0)->mutable_grant()->mutable_options(0)->set_code(0);
       }},
      {"options.value:",
       [&](auto& m) {
         m.mutable_dhcp_answers(0)->mutable_grant()->mutable_options(1)->set_value("");
       }},
      {"dhcp_answers, boot_answers: 1025",
       [](auto& m) {
         while (m.dhcp_answers_size() + m.boot_answers_size() < 1025) m.add_boot_answers();
       }},
  };
  core::DhcpGrant odd = FullGrant();
  odd.subnet = *ParseIpv4Prefix("10.9.0.0/16");
  v1::ResolveResponse good;
  ToProto(core::AnswerBatch{.dhcp = {{1, odd}}, .boot = {{2, core::StaticFile{"x"}}}}, &good);
  ASSERT_THAT(FromProto(good), IsOk());
  for (const BadAnswer& row : rows) {
    v1::ResolveResponse bad = good;
    row.spoil(bad);
    EXPECT_THAT(FromProto(bad), StatusIs(kInvalid, row.says));
  }
}

// Bytes that were once a message and have been hit: whatever still parses is refused or
// well-formed.
TEST(DataplaneTest, DamagedMessagesAreRefusedOrMakeSense) {
  v1::ResolveRequest request;
  ToProto(core::QuestionBatch{.dhcp = {FullQuestion()}, .boot = {{}}, .events = {{.client = "c"}}},
          &request);
  v1::ResolveResponse response;
  ToProto(core::AnswerBatch{.dhcp = {{1, FullGrant()}}, .boot = {{2, core::StaticFile{"x"}}}},
          &response);
  std::mt19937 dice(1);
  int understood = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = i % 2 == 0 ? request.SerializeAsString() : response.SerializeAsString();
    bytes[dice() % bytes.size()] = static_cast<char>(dice());
    bytes[dice() % bytes.size()] = static_cast<char>(dice());
    if (v1::ResolveRequest hit; i % 2 == 0 && hit.ParseFromString(bytes)) {
      const auto questions = FromProto(hit);
      if (!questions.ok()) continue;
      ++understood;
      for (const auto& question : questions->dhcp) {
        EXPECT_FALSE(question.local_addresses.empty());
        EXPECT_LE(question.client.length, HardwareAddress::kMaxLength);
      }
    }
    if (v1::ResolveResponse hit; i % 2 == 1 && hit.ParseFromString(bytes)) {
      understood += FromProto(hit).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(understood, 0);
}

}  // namespace
}  // namespace pxe::api
