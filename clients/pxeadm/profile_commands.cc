#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "clients/pxeadm/option_flag.h"
#include "pxe/v1/profile.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;
using Texts = std::vector<std::string>;

constexpr char kOnlyEntry[] = "linux";  // name of the entry that flags create

// Flags describe a profile with one entry, which is what most are; a menu of several comes from a
// file.
class ProfileFlags {
 public:
  void Declare(CLI::App& verb) {
    verb.add_option("--parent", parent_, "Profile that says what this one does not; \"\": none");
    verb.add_option("--kernel", kernel_, "Path under the TFTP root");
    AddRepeatable(verb, "--initrd", initrds_, "Path under the TFTP root");
    verb.add_option("--args", arguments_, "Kernel command line, with {{host.address}} and others");
    verb.add_option("--local-boot", local_boot_, "true: boot the local disk");
    verb.add_option("--entry", entry_name_, "Name of the entry, \"linux\" if not given");
    AddRepeatable(verb, "--loader", loaders_, "KIND=PATH, where the built-in loader will not do");
    verb.add_option("--next-server", next_server_, "TFTP server, if it is not pxed");
    AddRepeatable(verb, "--var", variables_, "KEY=VALUE for templates, or KEY-");
    AddRepeatable(verb, "--config", configs_, "FLAVOUR=TEMPLATE that is the whole of it, or KEY-");
    AddRepeatable(verb, "--file", files_, "PATH=TEMPLATE that is served there, or PATH-");
    AddRepeatable(verb, "--option", options_, kOptionHelp);
    verb.add_option("--prompt", prompt_, "true: stop at the prompt");
    verb.add_option("--timeout", timeout_, "Time at the prompt: 5s, 0.5s");
    verb.add_option("--display", display_, "Path of the text shown before the prompt");
    verb.add_option("--ui", ui_, "Module that draws a menu: menu.c32");
    verb.add_option("--title", title_, "Headline of that menu");
  }

  void DeclareForGet(CLI::App& verb) {
    verb.add_flag("--effective", effective_, "With all that it has from its parents");
  }
  bool WantsOwnGet() const { return effective_; }
  absl::Status RunGet(Session& session, const std::string& id) const;

  bool NeedsStored() const { return ChangesEntry() || !options_.empty(); }

  absl::Status Apply(v1::Profile& profile, FieldMask& mask) const {
    if (Named(parent_, "parent", mask)) profile.set_parent(FullName(api::kProfiles, *parent_));
    if (Named(next_server_, "next_server", mask)) profile.set_next_server(*next_server_);
    PXE_RETURN_IF_ERROR(ApplyEntry(profile, mask));
    PXE_RETURN_IF_ERROR(ApplyMenu(profile, mask));
    PXE_RETURN_IF_ERROR(
        ApplyPairs("--loader", "loaders", loaders_, profile.mutable_loaders(), mask));
    PXE_RETURN_IF_ERROR(ApplyPairs("--config", "configs", configs_, profile.mutable_configs(), mask,
                                   api::kTemplates));
    PXE_RETURN_IF_ERROR(
        ApplyPairs("--file", "files", files_, profile.mutable_files(), mask, api::kTemplates));
    PXE_RETURN_IF_ERROR(ApplyOptions(options_, profile.mutable_options(), mask));
    return ApplyPairs("--var", "variables", variables_, profile.mutable_variables(), mask);
  }

 private:
  bool ChangesEntry() const {
    return kernel_ || arguments_ || local_boot_ || entry_name_ || !initrds_.empty();
  }

  absl::Status ApplyEntry(v1::Profile& profile, FieldMask& mask) const {
    if (!ChangesEntry()) return absl::OkStatus();
    if (profile.entries_size() > 1) {
      return UsageError("this profile has several entries; change them with -f FILE");
    }
    mask.add_paths("entries");
    if (profile.entries().empty()) profile.add_entries()->set_name(kOnlyEntry);
    v1::Entry& entry = *profile.mutable_entries(0);
    if (entry_name_) entry.set_name(*entry_name_);
    if (kernel_) entry.set_kernel(*kernel_);
    if (arguments_) entry.set_arguments(*arguments_);
    if (local_boot_) entry.set_local_boot(*local_boot_);
    if (!initrds_.empty()) entry.mutable_initrds()->Assign(initrds_.begin(), initrds_.end());
    return absl::OkStatus();
  }

  absl::Status ApplyMenu(v1::Profile& profile, FieldMask& mask) const {
    v1::Menu& menu = *profile.mutable_menu();
    if (Named(prompt_, "menu.prompt", mask)) menu.set_prompt(*prompt_);
    if (Named(display_, "menu.display", mask)) menu.set_display(*display_);
    if (Named(ui_, "menu.ui", mask)) menu.set_ui(*ui_);
    if (Named(title_, "menu.title", mask)) menu.set_title(*title_);
    if (Named(timeout_, "menu.timeout", mask)) {
      PXE_ASSIGN_OR_RETURN(*menu.mutable_timeout(), ParseProtoDuration("--timeout", *timeout_));
    }
    return absl::OkStatus();
  }

  std::optional<std::string> parent_, kernel_, arguments_, entry_name_, timeout_, display_, ui_,
      title_, next_server_;
  std::optional<bool> local_boot_, prompt_;
  bool effective_ = false;
  Texts initrds_, loaders_, variables_, configs_, files_, options_;
};

std::string TimeoutCell(const v1::Menu& menu) {
  if (!menu.has_timeout()) return "";
  return absl::StrFormat("%gs", static_cast<double>(menu.timeout().seconds()) +
                                    static_cast<double>(menu.timeout().nanos()) / 1e9);
}

std::string BootsCell(const v1::Entry& entry) {
  if (entry.local_boot()) return "(local disk)";
  return entry.kernel() + entry.chain() + entry.disk_image();  // one of them is set
}

struct ProfileApi {
  using Service = v1::ProfileService;
  using Resource = v1::Profile;
  using GetRequest = v1::GetProfileRequest;
  using DeleteRequest = v1::DeleteProfileRequest;
  using ListRequest = v1::ListProfilesRequest;
  using ListResponse = v1::ListProfilesResponse;
  using Flags = ProfileFlags;
  static constexpr std::string_view kNoun = "profile";
  static constexpr std::string_view kHelp = "What machines boot";
  static constexpr std::string_view kFilterHelp = "Conditions: entries.kernel = vmlinuz";
  static constexpr std::string_view kCollection = api::kProfiles;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Profile* out) {
    return stub.GetProfile(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListProfiles(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_profiles(); }
  static v1::CreateProfileRequest CreateRequestOf(const std::string& id,
                                                  const v1::Profile& profile) {
    v1::CreateProfileRequest request;
    request.set_profile_id(id);
    *request.mutable_profile() = profile;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateProfileRequest& request, v1::Profile* out) {
    return stub.CreateProfile(context, request, out);
  }
  static v1::UpdateProfileRequest UpdateRequestOf(const v1::Profile& profile,
                                                  const FieldMask& mask) {
    v1::UpdateProfileRequest request;
    *request.mutable_profile() = profile;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateProfileRequest& request, v1::Profile* out) {
    return stub.UpdateProfile(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteProfile(context, request, out);
  }
  static Row Headline() { return {"ID", "PARENT", "ENTRIES", "DEFAULT", "BOOTS", "TIMEOUT"}; }
  static Row Cells(const v1::Profile& profile) {
    Texts names;
    std::string first = profile.menu().default_entry();
    if (first.empty() && profile.entries_size() > 0) first = profile.entries(0).name();
    std::string boots;
    for (const v1::Entry& entry : profile.entries()) {
      names.push_back(entry.name());
      if (entry.name() == first) boots = BootsCell(entry);
    }
    return {ShortName(profile.name()),  ShortName(profile.parent()), Joined(names), first, boots,
            TimeoutCell(profile.menu())};
  }
};

// The object where one was asked for; else its row, and where each of its values comes from.
absl::Status ProfileFlags::RunGet(Session& session, const std::string& id) const {
  v1::GetEffectiveProfileRequest request;
  request.set_name(FullName(api::kProfiles, id));
  const auto stub = v1::ProfileService::NewStub(session.channel());
  v1::EffectiveProfile effective;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->GetEffectiveProfile(context, request, &effective);
  }));
  if (session.format == Format::kJson || session.format == Format::kYaml) {
    return PrintMessage(session, effective);
  }
  PXE_RETURN_IF_ERROR(PrintOne<ProfileApi>(session, effective.profile()));
  if (session.format == Format::kName) return absl::OkStatus();
  const std::map<std::string, std::string> sorted(effective.sources().begin(),
                                                  effective.sources().end());
  std::vector<Row> rows;
  for (const auto& [field, profile] : sorted) rows.push_back({field, ShortName(profile)});
  session.out << "\n" << RenderTable({"FIELD", "FROM"}, rows);
  return absl::OkStatus();
}

}  // namespace

void AddProfileCommands(CommandLine& line) {
  AddEditableNoun<ProfileApi>(line);
}

}  // namespace pxe::adm
