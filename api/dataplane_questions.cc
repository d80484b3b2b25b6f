#include <array>

#include "api/dataplane.h"
#include "api/dataplane_fields.h"
#include "base/hex.h"

namespace pxe::api {
namespace {

using core::BootEvent;
using core::DhcpMessage;
using core::DhcpQuestion;

constexpr uint32_t kMaxOctet = 0xff;
constexpr uint32_t kMaxU16 = 0xffff;

constexpr EnumTable<DhcpMessage, v1::DhcpMessage, 7> kMessages = {{
    {DhcpMessage::kDiscover, v1::DHCP_MESSAGE_DISCOVER},
    {DhcpMessage::kRequest, v1::DHCP_MESSAGE_REQUEST},
    {DhcpMessage::kRelease, v1::DHCP_MESSAGE_RELEASE},
    {DhcpMessage::kDecline, v1::DHCP_MESSAGE_DECLINE},
    {DhcpMessage::kInform, v1::DHCP_MESSAGE_INFORM},
    {DhcpMessage::kBootp, v1::DHCP_MESSAGE_BOOTP},
    {DhcpMessage::kBootServer, v1::DHCP_MESSAGE_BOOT_SERVER},
}};

constexpr EnumTable<BootEvent::Step, v1::BootStep, 12> kSteps = {{
    {BootEvent::Step::kOffered, v1::BOOT_STEP_OFFERED},
    {BootEvent::Step::kAcked, v1::BOOT_STEP_ACKED},
    {BootEvent::Step::kNaked, v1::BOOT_STEP_NAKED},
    {BootEvent::Step::kSilent, v1::BOOT_STEP_SILENT},
    {BootEvent::Step::kNoticed, v1::BOOT_STEP_NOTICED},
    {BootEvent::Step::kCompeting, v1::BOOT_STEP_COMPETING},
    {BootEvent::Step::kFetching, v1::BOOT_STEP_FETCHING},
    {BootEvent::Step::kFetched, v1::BOOT_STEP_FETCHED},
    {BootEvent::Step::kStored, v1::BOOT_STEP_STORED},
    {BootEvent::Step::kProbed, v1::BOOT_STEP_PROBED},
    {BootEvent::Step::kRefused, v1::BOOT_STEP_REFUSED},
    {BootEvent::Step::kBrokenOff, v1::BOOT_STEP_BROKEN_OFF},
}};

void PutFacts(const core::ClientFacts& facts, v1::DhcpQuestion* out) {
  out->set_vendor_class(facts.vendor_class);
  for (const std::string& name : facts.user_class) out->add_user_classes(name);
  for (const uint16_t number : facts.architectures) out->add_architectures(number);
  if (facts.uuid) out->set_uuid(ToBytes(facts.uuid->bytes));
  out->set_has_ipxe_options(facts.has_ipxe_options);
  out->set_ipxe_lacks_bzimage(facts.ipxe_lacks_bzimage);
}

void Put(const DhcpQuestion& question, v1::DhcpQuestion* out) {
  out->set_tag(question.tag);
  out->set_message(Translate(kMessages, question.message));
  out->set_client_type(question.client.type);
  out->set_client_address(ToBytes(question.client.Used()));
  PutFacts(question.facts, out);
  out->set_unicast(question.unicast);
  out->set_ciaddr(question.ciaddr.value);
  out->set_giaddr(question.giaddr.value);
  if (question.link_selection) out->set_link_selection(question.link_selection->value);
  if (question.requested) out->set_requested(question.requested->value);
  if (question.server_id) out->set_server_id(question.server_id->value);
  if (question.lease_seconds) out->set_lease_seconds(*question.lease_seconds);
  out->set_client_id(ToBytes(question.client_id));
  out->set_relay_agent(ToBytes(question.relay_agent));
  out->set_host_name(question.host_name);
  out->set_circuit_id(question.circuit_id);
  out->set_rapid_commit(question.rapid_commit);
  out->set_remote_id(question.remote_id);
  if (question.subnet_selection) out->set_subnet_selection(question.subnet_selection->value);
  out->set_secs(static_cast<uint32_t>(question.secs.count()));
  if (question.in_use) out->set_in_use(question.in_use->value);
  PutNumbers(question.local_addresses, out->mutable_local_addresses());
  out->set_route_source(question.route_source.value);
}

// A text that is to be printable leaves here printable, whoever made it.
std::string Clean(const std::string& text) {
  return IsPrintable(text) ? text : Printable(text);
}

void Put(const core::TransferFacts& facts, v1::TransferFacts* out) {
  out->set_client_port(facts.client_port);
  out->set_local(Clean(facts.local));
  out->set_block_bytes(facts.block_bytes);
  out->set_window_blocks(facts.window_blocks);
  out->set_blocks(facts.blocks);
  out->set_resends(facts.resends);
}

void Put(const BootEvent& event, v1::BootEvent* out) {
  out->set_step(Translate(kSteps, event.step));
  out->set_client(Clean(event.client));
  out->set_address(event.address.value);
  out->set_file(Clean(event.file));
  out->set_kind(Clean(event.kind));
  out->set_detail(Clean(event.detail));
  out->set_bytes(event.bytes);
  out->set_milliseconds(event.milliseconds);
  out->set_link(event.link.value);
  out->set_of_bytes(event.of_bytes);
  out->set_transfer(event.transfer);
  if (event.facts != core::TransferFacts{}) Put(event.facts, out->mutable_facts());
}

absl::StatusOr<HardwareAddress> ClientOf(const v1::DhcpQuestion& message) {
  const std::string& bytes = message.client_address();
  if (message.client_type() > kMaxOctet) return InvalidArgument("client_type: is above 255");
  if (bytes.size() > HardwareAddress::kMaxLength) {
    return InvalidArgument("client_address: is longer than 16 bytes");
  }
  HardwareAddress client{.type = static_cast<uint8_t>(message.client_type()),
                         .length = static_cast<uint8_t>(bytes.size())};
  std::ranges::copy(bytes, client.bytes.begin());
  return client;
}

absl::StatusOr<core::ClientFacts> FactsOf(const v1::DhcpQuestion& message) {
  core::ClientFacts facts{
      .vendor_class = message.vendor_class(),
      .user_class = {message.user_classes().begin(), message.user_classes().end()},
      .has_ipxe_options = message.has_ipxe_options(),
      .ipxe_lacks_bzimage = message.ipxe_lacks_bzimage()};
  for (const uint32_t number : message.architectures()) {
    if (number > kMaxU16) return InvalidArgument("architectures: one is above 65535");
    facts.architectures.push_back(static_cast<uint16_t>(number));
  }
  if (message.uuid().empty()) return facts;
  facts.uuid.emplace();
  if (message.uuid().size() != facts.uuid->bytes.size()) {
    return InvalidArgument("uuid: has neither 16 bytes nor none");
  }
  std::ranges::copy(message.uuid(), facts.uuid->bytes.begin());
  return facts;
}

absl::StatusOr<DhcpQuestion> Question(const v1::DhcpQuestion& message) {
  DhcpQuestion question{.tag = message.tag()};
  PXE_ASSIGN_OR_RETURN(question.message, Translate(kMessages, "message", message.message()));
  PXE_ASSIGN_OR_RETURN(question.client, ClientOf(message));
  PXE_ASSIGN_OR_RETURN(question.facts, FactsOf(message));
  question.facts.mac = question.client.Mac();
  if (!IsPrintable(message.host_name())) return InvalidArgument("host_name: must be printable");
  if (!IsPrintable(message.circuit_id())) return InvalidArgument("circuit_id: must be printable");
  if (!IsPrintable(message.remote_id())) return InvalidArgument("remote_id: must be printable");
  if (message.local_addresses().empty()) {
    return InvalidArgument("local_addresses: there must be one at least");
  }
  question.unicast = message.unicast();
  question.ciaddr = {message.ciaddr()};
  question.giaddr = {message.giaddr()};
  if (message.has_link_selection()) question.link_selection = Ipv4{message.link_selection()};
  if (message.has_requested()) question.requested = Ipv4{message.requested()};
  if (message.has_server_id()) question.server_id = Ipv4{message.server_id()};
  if (message.has_lease_seconds()) question.lease_seconds = message.lease_seconds();
  question.client_id = FromBytes(message.client_id());
  question.relay_agent = FromBytes(message.relay_agent());
  question.host_name = message.host_name();
  question.circuit_id = message.circuit_id();
  question.rapid_commit = message.rapid_commit();
  question.remote_id = message.remote_id();
  if (message.has_subnet_selection()) question.subnet_selection = Ipv4{message.subnet_selection()};
  question.secs = std::chrono::seconds{message.secs()};
  if (message.has_in_use()) question.in_use = Ipv4{message.in_use()};
  question.local_addresses = FromNumbers(message.local_addresses());
  question.route_source = {message.route_source()};
  return question;
}

absl::StatusOr<core::TaggedBootQuestion> Question(const v1::BootQuestion& message) {
  return core::TaggedBootQuestion{
      .tag = message.tag(), .question = {message.path(), {message.client()}, {message.local()}}};
}

absl::StatusOr<core::TransferFacts> Facts(const v1::TransferFacts& message) {
  const auto fits = [](uint32_t number) { return number <= kMaxU16; };
  if (!fits(message.client_port())) return InvalidArgument("client_port: is above 65535");
  if (!fits(message.block_bytes())) return InvalidArgument("block_bytes: is above 65535");
  if (!fits(message.window_blocks())) return InvalidArgument("window_blocks: is above 65535");
  if (!IsPrintable(message.local())) return InvalidArgument("local: must be printable");
  return core::TransferFacts{.client_port = static_cast<uint16_t>(message.client_port()),
                             .local = message.local(),
                             .block_bytes = static_cast<uint16_t>(message.block_bytes()),
                             .window_blocks = static_cast<uint16_t>(message.window_blocks()),
                             .blocks = message.blocks(),
                             .resends = message.resends()};
}

absl::StatusOr<BootEvent> Event(const v1::BootEvent& message) {
  BootEvent event{.client = message.client(),
                  .address = {message.address()},
                  .file = message.file(),
                  .kind = message.kind(),
                  .detail = message.detail(),
                  .bytes = message.bytes(),
                  .of_bytes = message.of_bytes(),
                  .milliseconds = message.milliseconds(),
                  .transfer = message.transfer(),
                  .link = {message.link()},
                  .facts = {}};
  PXE_ASSIGN_OR_RETURN(event.step, Translate(kSteps, "step", message.step()));
  PXE_ASSIGN_OR_RETURN(event.facts, Facts(message.facts()));
  if (!IsPrintable(event.client)) return InvalidArgument("client: must be printable");
  if (!IsPrintable(event.file)) return InvalidArgument("file: must be printable");
  if (!IsPrintable(event.kind)) return InvalidArgument("kind: must be printable");
  if (!IsPrintable(event.detail)) return InvalidArgument("detail: must be printable");
  return event;
}

}  // namespace

void ToProto(const core::QuestionBatch& questions, v1::ResolveRequest* out) {
  out->Clear();
  for (const auto& question : questions.dhcp) Put(question, out->add_dhcp_questions());
  for (const auto& [tag, question] : questions.boot) {
    v1::BootQuestion* message = out->add_boot_questions();
    message->set_tag(tag);
    message->set_path(question.path);
    message->set_client(question.client.value);
    message->set_local(question.local.value);
  }
  for (const auto& event : questions.events) Put(event, out->add_events());
}

absl::StatusOr<core::QuestionBatch> FromProto(const v1::ResolveRequest& message) {
  const auto count =
      message.dhcp_questions_size() + message.boot_questions_size() + message.events_size();
  if (static_cast<size_t>(count) > kMaxPerMessage) {
    return InvalidArgument(
        absl::StrFormat("dhcp_questions, boot_questions, events: %d in one message are more than "
                        "%d",
                        count, kMaxPerMessage));
  }
  core::QuestionBatch questions;
  PXE_ASSIGN_OR_RETURN(
      questions.dhcp,
      FromAll<DhcpQuestion>("dhcp_questions", message.dhcp_questions(),
                            [](const v1::DhcpQuestion& one) { return Question(one); }));
  PXE_ASSIGN_OR_RETURN(
      questions.boot,
      FromAll<core::TaggedBootQuestion>("boot_questions", message.boot_questions(),
                                        [](const v1::BootQuestion& one) { return Question(one); }));
  PXE_ASSIGN_OR_RETURN(questions.events, FromAll<BootEvent>("events", message.events(), &Event));
  return questions;
}

}  // namespace pxe::api
