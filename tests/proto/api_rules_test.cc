// Holds proto/pxe/v1 to the rules of proto/README.md, from a descriptor set with comments.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pxe {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

class ApiRulesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(PXE_DESCRIPTOR_SET, std::ios::binary);
    google::protobuf::FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&in)) << PXE_DESCRIPTOR_SET;
    for (const auto& file : set.file()) {
      const FileDescriptor* built = pool_.BuildFile(file);
      ASSERT_NE(built, nullptr) << file.name();
      if (built->package() == "pxe.v1") files_.push_back(built);
    }
    ASSERT_EQ(files_.size(), 17u)
        << "subnet, host, profile, option, template, rule, quirk, lease, pool, change, event, "
           "status; backup, boot; dataplane, silence, boot_event";
  }

  void ForEachMessage(const std::function<void(const Descriptor&)>& check) const {
    for (const auto* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i) check(*file->message_type(i));
    }
  }
  void ForEachField(const std::function<void(const FieldDescriptor&)>& check) const {
    ForEachMessage([&](const Descriptor& message) {
      for (int i = 0; i < message.field_count(); ++i) check(*message.field(i));
    });
  }
  void ForEachService(const std::function<void(const ServiceDescriptor&)>& check) const {
    for (const auto* file : files_) {
      for (int i = 0; i < file->service_count(); ++i) check(*file->service(i));
    }
  }
  void ForEachMethod(const std::function<void(const MethodDescriptor&)>& check) const {
    ForEachService([&](const ServiceDescriptor& service) {
      for (int i = 0; i < service.method_count(); ++i) check(*service.method(i));
    });
  }
  void ForEachEnum(const std::function<void(const EnumDescriptor&)>& check) const {
    for (const auto* file : files_) {
      for (int i = 0; i < file->enum_type_count(); ++i) check(*file->enum_type(i));
    }
  }

  // The comment before a declaration, without the space that follows the slashes.
  template <typename Declaration>
  static std::string CommentOf(const Declaration& declaration) {
    google::protobuf::SourceLocation location;
    if (!declaration.GetSourceLocation(&location)) return "";
    const std::string& text = location.leading_comments;
    return text.starts_with(' ') ? text.substr(1) : text;
  }

  static bool IsResource(const Descriptor& message) {
    const FieldDescriptor* name = message.FindFieldByName("name");
    return name != nullptr && CommentOf(*name).starts_with("Identifier.");
  }

  // The seam between two pxeds, a copy that is not kept, questions, counts: services, but no
  // resources.
  static bool IsOfAResource(const ServiceDescriptor& service) {
    return service.name() != "DataPlaneService" && service.name() != "StatusService" &&
           service.name() != "BackupService" && service.name() != "BootService" &&
           service.name() != "PoolService";
  }

  std::vector<const FileDescriptor*> files_;

 private:
  DescriptorPool pool_;
};

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "LeaseState" -> "LEASE_STATE"
std::string UpperSnake(const std::string& camel) {
  std::string snake;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !snake.empty()) snake += '_';
    snake += upper ? c : static_cast<char>(c - 'a' + 'A');
  }
  return snake;
}

TEST_F(ApiRulesTest, FilesLieWhereTheirPackageSays) {
  for (const auto* file : files_) {
    EXPECT_TRUE(file->name().starts_with("pxe/v1/")) << file->name();
    const bool shared = std::ranges::any_of(files_, [file](const FileDescriptor* other) {
      for (int i = 0; i < other->dependency_count(); ++i) {
        if (other->dependency(i) == file) return true;
      }
      return false;
    });
    EXPECT_EQ(file->service_count(), shared && file->service_count() == 0 ? 0 : 1)
        << file->name() << ": one resource, one service, one file, or what others share";
  }
}

TEST_F(ApiRulesTest, EverythingIsCommented) {
  ForEachMessage([](const Descriptor& d) { EXPECT_NE(CommentOf(d), "") << d.full_name(); });
  ForEachField([](const FieldDescriptor& d) { EXPECT_NE(CommentOf(d), "") << d.full_name(); });
  ForEachService([](const ServiceDescriptor& d) { EXPECT_NE(CommentOf(d), "") << d.full_name(); });
  ForEachMethod([](const MethodDescriptor& d) { EXPECT_NE(CommentOf(d), "") << d.full_name(); });
  ForEachEnum([](const EnumDescriptor& d) {
    EXPECT_NE(CommentOf(d), "") << d.full_name();
    for (int i = 0; i < d.value_count(); ++i) {
      EXPECT_NE(CommentOf(*d.value(i)), "") << d.value(i)->full_name();
    }
  });
}

TEST_F(ApiRulesTest, MethodsSayWhichErrorMeansWhat) {
  ForEachMethod([](const MethodDescriptor& method) {
    const std::string comment = CommentOf(method);
    const std::string& name = method.name();
    EXPECT_TRUE(Contains(comment, "Returns")) << name;
    if (name.starts_with("Create")) {
      EXPECT_TRUE(Contains(comment, "ALREADY_EXISTS")) << name;
    } else if (!name.starts_with("List") && !name.starts_with("Batch") &&
               method.service()->name() != "BackupService") {
      EXPECT_TRUE(Contains(comment, "NOT_FOUND")) << name;
    }
  });
}

TEST_F(ApiRulesTest, NamesAreAsBufWantsThem) {
  ForEachService([](const ServiceDescriptor& service) {
    EXPECT_TRUE(service.name().ends_with("Service")) << service.name();
  });
  ForEachMethod([](const MethodDescriptor& method) {
    EXPECT_EQ(method.input_type()->name(), method.name() + "Request");
  });
  ForEachField([](const FieldDescriptor& field) {
    for (const char c : field.name()) {
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
          << field.full_name();
    }
  });
}

TEST_F(ApiRulesTest, EnumsHaveAPrefixAndAnUnspecifiedZero) {
  ForEachEnum([](const EnumDescriptor& type) {
    const std::string prefix = UpperSnake(type.name()) + "_";
    EXPECT_EQ(type.value(0)->name(), prefix + "UNSPECIFIED");
    EXPECT_EQ(type.value(0)->number(), 0);
    for (int i = 0; i < type.value_count(); ++i) {
      EXPECT_TRUE(type.value(i)->name().starts_with(prefix)) << type.value(i)->name();
    }
  });
}

TEST_F(ApiRulesTest, ResourcesHaveANameFirstAndTheServersFieldsAreMarked) {
  int resources = 0;
  ForEachMessage([&](const Descriptor& message) {
    if (!IsResource(message)) return;
    ++resources;
    EXPECT_EQ(message.FindFieldByName("name")->number(), 1) << message.name();
    for (const char* field : {"uid", "revision", "create_time", "update_time"}) {
      const FieldDescriptor* found = message.FindFieldByName(field);
      if (found == nullptr) continue;
      EXPECT_TRUE(CommentOf(*found).starts_with("Output only.")) << found->full_name();
    }
  });
  EXPECT_EQ(resources, 9);
}

TEST_F(ApiRulesTest, WhatEveryClientMustSetSaysRequired) {
  ForEachMessage([](const Descriptor& message) {
    const std::string& name = message.name();
    if (!name.ends_with("Request")) return;
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      const std::string comment = CommentOf(field);
      const bool says_what_none_means = Contains(comment, "Empty:") || Contains(comment, "Zero:");
      const bool optional = says_what_none_means || field.containing_oneof() != nullptr ||
                            field.type() == FieldDescriptor::TYPE_BOOL;
      EXPECT_EQ(comment.starts_with("Required."), !optional) << field.full_name();
    }
  });
}

TEST_F(ApiRulesTest, MarksAreTheFirstWordsOrNowhere) {
  ForEachField([](const FieldDescriptor& field) {
    const std::string comment = CommentOf(field);
    for (const char* mark : {"Required.", "Output only.", "Identifier."}) {
      const size_t at = comment.find(mark);
      EXPECT_TRUE(at == 0 || at == std::string::npos) << field.full_name();
    }
  });
}

TEST_F(ApiRulesTest, EveryResourceHasTheStandardMethods) {
  ForEachService([](const ServiceDescriptor& service) {
    if (!IsOfAResource(service)) return;
    const std::string noun = service.name().substr(0, service.name().find("Service"));
    const bool made_by_server = noun == "Lease" || noun == "Change" || noun == "Event";
    std::vector<std::string> wanted{"Get" + noun};
    if (!made_by_server) wanted.insert(wanted.end(), {"Create" + noun, "Update" + noun});
    for (const std::string& name : wanted) {
      const MethodDescriptor* method = service.FindMethodByName(name);
      ASSERT_NE(method, nullptr) << name;
      EXPECT_EQ(method->output_type()->name(), noun) << name;
    }
    EXPECT_NE(service.FindMethodByName("List" + noun + "s"), nullptr) << noun;
    const MethodDescriptor* erase = service.FindMethodByName("Delete" + noun);
    ASSERT_EQ(erase == nullptr, made_by_server) << noun;
    if (made_by_server) return;
    EXPECT_EQ(erase->output_type()->full_name(), "google.protobuf.Empty");
  });
}

TEST_F(ApiRulesTest, ListsArePaged) {
  ForEachMethod([](const MethodDescriptor& method) {
    if (!method.name().starts_with("List")) return;
    EXPECT_NE(method.input_type()->FindFieldByName("page_size"), nullptr) << method.name();
    EXPECT_NE(method.input_type()->FindFieldByName("page_token"), nullptr) << method.name();
    EXPECT_NE(method.output_type()->FindFieldByName("next_page_token"), nullptr) << method.name();
    EXPECT_TRUE(method.output_type()->field(0)->is_repeated()) << method.name();
  });
}

}  // namespace
}  // namespace pxe
