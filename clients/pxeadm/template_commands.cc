#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "pxe/v1/template.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;

class TemplateFlags {
 public:
  void Declare(CLI::App& verb) {
    verb.add_option("--file", file_, "File that holds the text, with {{host.mac}} and others");
    verb.add_option("--content-type", content_type_, "What HTTP says of it; else text/plain");
  }

  bool NeedsStored() const { return false; }

  absl::Status Apply(v1::Template& text, FieldMask& mask) const {
    if (Named(content_type_, "content_type", mask)) text.set_content_type(*content_type_);
    if (!Named(file_, "text", mask)) return absl::OkStatus();
    PXE_ASSIGN_OR_RETURN(*text.mutable_text(), ReadFile(*file_));
    return absl::OkStatus();
  }

 private:
  std::optional<std::string> file_, content_type_;
};

struct TemplateApi {
  using Service = v1::TemplateService;
  using Resource = v1::Template;
  using GetRequest = v1::GetTemplateRequest;
  using DeleteRequest = v1::DeleteTemplateRequest;
  using ListRequest = v1::ListTemplatesRequest;
  using ListResponse = v1::ListTemplatesResponse;
  using Flags = TemplateFlags;
  static constexpr std::string_view kNoun = "template";
  static constexpr std::string_view kHelp = "Texts that become boot configs and files";
  static constexpr std::string_view kFilterHelp = "Conditions: content_type = text/x-shellscript";
  static constexpr std::string_view kCollection = api::kTemplates;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Template* out) {
    return stub.GetTemplate(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListTemplates(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_templates(); }
  static v1::CreateTemplateRequest CreateRequestOf(const std::string& id,
                                                   const v1::Template& text) {
    v1::CreateTemplateRequest request;
    request.set_template_id(id);
    *request.mutable_template_() = text;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateTemplateRequest& request, v1::Template* out) {
    return stub.CreateTemplate(context, request, out);
  }
  static v1::UpdateTemplateRequest UpdateRequestOf(const v1::Template& text,
                                                   const FieldMask& mask) {
    v1::UpdateTemplateRequest request;
    *request.mutable_template_() = text;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateTemplateRequest& request, v1::Template* out) {
    return stub.UpdateTemplate(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteTemplate(context, request, out);
  }
  static Row Headline() { return {"ID", "TYPE", "BYTES", "REVISION"}; }
  static Row Cells(const v1::Template& text) {
    return {ShortName(text.name()), text.content_type(), std::to_string(text.text().size()),
            std::to_string(text.revision())};
  }
};

}  // namespace

void AddTemplateCommands(CommandLine& line) {
  AddEditableNoun<TemplateApi>(line);
}

}  // namespace pxe::adm
