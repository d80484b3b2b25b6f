#include <algorithm>
#include <charconv>
#include <functional>

#include "api/resource_name.h"
#include "base/hex.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "clients/pxeadm/exit_code.h"
#include "pxe/v1/quirk.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;
using Texts = std::vector<std::string>;

constexpr char kUnsaid[] = "unsaid";

// What takes a thing back that a row speaks of: the field is named and left unset.
bool IsUnsaid(const std::optional<std::string>& flag) {
  return flag == kUnsaid;
}

class QuirkFlags {
 public:
  void Declare(CLI::App& verb) {
    verb.add_option("--priority", priority_, "Of two rows that speak of one thing the higher wins");
    verb.add_option("--mac-prefix", mac_prefix_, "Bytes that the MAC address begins with");
    verb.add_option("--vendor-class-prefix", vendor_class_prefix_, "What option 60 begins with");
    AddRepeatable(verb, "--kind", kinds_, "Kind of client, any of them: uefi-x64");
    verb.add_option("--vendor-options", vendor_options_,
                    "Option 43: hex:060108ff, omit, usual or unsaid");
    verb.add_option("--vendor-class", vendor_class_, "Option 60: a text, usual or unsaid");
    const auto add = [&verb](const char* flag, std::optional<std::string>& value,
                             const char* help) {
      verb.add_option(flag, value, help)->check(CLI::IsMember({"yes", "no", kUnsaid}));
    };
    add("--omit-boot-option", omit_boot_option_, "No option 67: yes, no or unsaid");
    add("--nul-in-length", nul_in_length_, "66 and 67 end in a NUL that counts: yes, no or unsaid");
    add("--broadcast", broadcast_, "Replies always by broadcast: yes, no or unsaid");
    verb.add_option("--pad-to", pad_to_, "Bytes of a reply at least, or usual or unsaid");
    verb.add_option("--delay", delay_, "Time before a reply, 2s, or unsaid");
    verb.add_option("--why", why_, "What the client does with the usual");
  }

  bool NeedsStored() const { return false; }

  absl::Status Apply(v1::Quirk& quirk, FieldMask& mask) const {
    if (Named(priority_, "priority", mask)) quirk.set_priority(*priority_);
    if (Named(why_, "why", mask)) quirk.set_why(*why_);
    v1::QuirkMatch& match = *quirk.mutable_match();
    if (Named(mac_prefix_, "match.mac_prefix", mask)) match.set_mac_prefix(*mac_prefix_);
    if (Named(vendor_class_prefix_, "match.vendor_class_prefix", mask)) {
      match.set_vendor_class_prefix(*vendor_class_prefix_);
    }
    ApplyList(kinds_, "match.kinds", match.mutable_kinds(), mask);
    v1::QuirkActions& actions = *quirk.mutable_actions();
    ApplyYesOrNo(actions, mask);
    if (Named(vendor_class_, "actions.vendor_class", mask)) {
      actions.set_vendor_class(*vendor_class_ == "usual" ? "" : *vendor_class_);
      if (IsUnsaid(vendor_class_)) actions.clear_vendor_class();
    }
    PXE_RETURN_IF_ERROR(ApplyPadding(actions, mask));
    PXE_RETURN_IF_ERROR(ApplyDelay(actions, mask));
    return ApplyVendorOptions(actions, mask);
  }

 private:
  void ApplyYesOrNo(v1::QuirkActions& actions, FieldMask& mask) const {
    if (Named(omit_boot_option_, "actions.omit_boot_option", mask)) {
      actions.set_omit_boot_option(*omit_boot_option_ == "yes");
      if (IsUnsaid(omit_boot_option_)) actions.clear_omit_boot_option();
    }
    if (Named(nul_in_length_, "actions.nul_in_length", mask)) {
      actions.set_nul_in_length(*nul_in_length_ == "yes");
      if (IsUnsaid(nul_in_length_)) actions.clear_nul_in_length();
    }
    if (Named(broadcast_, "actions.broadcast", mask)) {
      actions.set_broadcast(*broadcast_ == "yes");
      if (IsUnsaid(broadcast_)) actions.clear_broadcast();
    }
  }

  absl::Status ApplyPadding(v1::QuirkActions& actions, FieldMask& mask) const {
    if (!Named(pad_to_, "actions.pad_to", mask)) return absl::OkStatus();
    actions.clear_pad_to();
    if (IsUnsaid(pad_to_)) return absl::OkStatus();
    const std::string digits = *pad_to_ == "usual" ? "0" : *pad_to_;
    uint32_t bytes = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, bytes);
    if (error != std::errc() || rest != end) {
      return UsageError(
          absl::StrFormat("--pad-to: \"%s\" is no number of bytes", Printable(*pad_to_)));
    }
    actions.set_pad_to(bytes);
    return absl::OkStatus();
  }

  absl::Status ApplyDelay(v1::QuirkActions& actions, FieldMask& mask) const {
    if (!Named(delay_, "actions.delay", mask)) return absl::OkStatus();
    actions.clear_delay();
    if (IsUnsaid(delay_)) return absl::OkStatus();
    PXE_ASSIGN_OR_RETURN(*actions.mutable_delay(), ParseProtoDuration("--delay", *delay_));
    return absl::OkStatus();
  }

  // Always names both fields: bytes of before must not linger.
  absl::Status ApplyVendorOptions(v1::QuirkActions& actions, FieldMask& mask) const {
    if (!Named(vendor_options_, "actions.vendor_options", mask)) return absl::OkStatus();
    mask.add_paths("actions.vendor_bytes");
    actions.clear_vendor_options();
    actions.clear_vendor_bytes();
    if (IsUnsaid(vendor_options_)) return absl::OkStatus();
    if (*vendor_options_ == "omit") {
      actions.set_vendor_options(v1::QUIRK_VENDOR_OPTIONS_OMITTED);
      return absl::OkStatus();
    }
    if (*vendor_options_ == "usual") {
      actions.set_vendor_options(v1::QUIRK_VENDOR_OPTIONS_USUAL);
      return absl::OkStatus();
    }
    constexpr std::string_view kHex = "hex:";
    const bool given = vendor_options_->starts_with(kHex);
    const auto bytes = ParseHex(given ? vendor_options_->substr(kHex.size()) : "-");
    if (!bytes) {
      return UsageError(absl::StrFormat(
          "--vendor-options: \"%s\" is none of hex:060108ff, omit, usual and unsaid",
          Printable(*vendor_options_)));
    }
    actions.set_vendor_options(v1::QUIRK_VENDOR_OPTIONS_GIVEN);
    actions.set_vendor_bytes(std::string(bytes->begin(), bytes->end()));
    return absl::OkStatus();
  }

  std::optional<uint32_t> priority_;
  std::optional<std::string> mac_prefix_, vendor_class_prefix_, vendor_options_, vendor_class_,
      omit_boot_option_, nul_in_length_, broadcast_, pad_to_, delay_, why_;
  Texts kinds_;
};

std::string MatchCell(const v1::QuirkMatch& match) {
  Texts parts;
  if (!match.mac_prefix().empty()) parts.push_back("mac=" + match.mac_prefix());
  if (!match.vendor_class_prefix().empty()) {
    parts.push_back("vendor-class=" + match.vendor_class_prefix());
  }
  for (const std::string& kind : match.kinds()) parts.push_back("kind=" + kind);
  return Joined(parts);
}

// "no-67" for a yes, "67" for a no.
std::string Word(bool yes, std::string_view for_yes, std::string_view for_no) {
  return std::string(yes ? for_yes : for_no);
}

std::string ActionsCell(const v1::QuirkActions& actions) {
  Texts parts;
  if (actions.vendor_options() == v1::QUIRK_VENDOR_OPTIONS_USUAL) parts.emplace_back("43=usual");
  if (actions.vendor_options() == v1::QUIRK_VENDOR_OPTIONS_OMITTED) parts.emplace_back("no-43");
  if (const std::string& bytes = actions.vendor_bytes(); !bytes.empty()) {
    parts.push_back("43=" + ToHex({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
  }
  if (actions.has_vendor_class()) {
    parts.push_back("60=" + (actions.vendor_class().empty() ? "usual" : actions.vendor_class()));
  }
  if (actions.has_omit_boot_option()) {
    parts.push_back(Word(actions.omit_boot_option(), "no-67", "67"));
  }
  if (actions.has_nul_in_length()) parts.push_back(Word(actions.nul_in_length(), "nul", "no-nul"));
  if (actions.has_broadcast()) {
    parts.push_back(Word(actions.broadcast(), "broadcast", "no-broadcast"));
  }
  if (actions.has_pad_to()) parts.push_back(absl::StrFormat("pad=%d", actions.pad_to()));
  if (actions.has_delay()) {
    parts.push_back(absl::StrFormat("delay=%gs", static_cast<double>(actions.delay().seconds()) +
                                                     actions.delay().nanos() / 1e9));
  }
  return Joined(parts);
}

struct QuirkApi {
  using Service = v1::QuirkService;
  using Resource = v1::Quirk;
  using GetRequest = v1::GetQuirkRequest;
  using DeleteRequest = v1::DeleteQuirkRequest;
  using ListRequest = v1::ListQuirksRequest;
  using ListResponse = v1::ListQuirksResponse;
  using Flags = QuirkFlags;
  static constexpr std::string_view kNoun = "quirk";
  static constexpr std::string_view kHelp = "What clients of some sort are told otherwise";
  static constexpr std::string_view kFilterHelp = "Conditions: priority = 10";
  static constexpr std::string_view kCollection = api::kQuirks;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Quirk* out) {
    return stub.GetQuirk(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListQuirks(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_quirks(); }
  static v1::CreateQuirkRequest CreateRequestOf(const std::string& id, const v1::Quirk& quirk) {
    v1::CreateQuirkRequest request;
    request.set_quirk_id(id);
    *request.mutable_quirk() = quirk;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateQuirkRequest& request, v1::Quirk* out) {
    return stub.CreateQuirk(context, request, out);
  }
  static v1::UpdateQuirkRequest UpdateRequestOf(const v1::Quirk& quirk, const FieldMask& mask) {
    v1::UpdateQuirkRequest request;
    *request.mutable_quirk() = quirk;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateQuirkRequest& request, v1::Quirk* out) {
    return stub.UpdateQuirk(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteQuirk(context, request, out);
  }
  // As they are asked.
  static void Sort(std::vector<v1::Quirk>& quirks) {
    std::ranges::stable_sort(quirks, std::greater<>(), &v1::Quirk::priority);
  }
  static Row Headline() { return {"ID", "PRIORITY", "MATCH", "ACTIONS", "WHY"}; }
  static Row Cells(const v1::Quirk& quirk) {
    return {ShortName(quirk.name()), std::to_string(quirk.priority()), MatchCell(quirk.match()),
            ActionsCell(quirk.actions()), quirk.why()};
  }
};

}  // namespace

void AddQuirkCommands(CommandLine& line) {
  AddEditableNoun<QuirkApi>(line);
}

}  // namespace pxe::adm
