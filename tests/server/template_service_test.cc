// Templates, and profiles that inherit and name them.
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

class TemplateServiceTest : public ServicesTest {
 protected:
  void SetUp() override { CreateLab(); }

  auto Get(const std::string& request) {
    return Call(*templates, &v1::TemplateService::Stub::GetTemplate, request);
  }
  auto Effective(const std::string& id) {
    return Call(*profiles, &v1::ProfileService::Stub::GetEffectiveProfile,
                "name: \"profiles/" + id + "\"");
  }
};

TEST_F(TemplateServiceTest, ATemplateComesBackAsItWasWritten) {
  const auto made = CreateTemplate("ks", R"(text: "a\n{{host.mac}}\n" content_type: "text/x-ks")");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), "templates/ks");
  const auto got = Get(R"(name: "templates/ks")");
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->SerializeAsString(), made->SerializeAsString());
  const auto updated = UpdateTemplate(R"(template { name: "templates/ks" text: "b\n" etag: ")" +
                                      made->etag() + R"(" } update_mask { paths: "text" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->content_type(), "text/x-ks");
  EXPECT_THAT(UpdateTemplate(R"(template { name: "templates/ks" text: "c" etag: ")" + made->etag() +
                             R"(" } update_mask { paths: "text" })"),
              StatusIs(kAborted, "template.etag"));
  const auto before =
      Get(absl::StrFormat(R"(name: "templates/ks" at_revision: %d)", made->revision()));
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ(before->text(), made->text());
}

TEST_F(TemplateServiceTest, ErrorsNameTemplateAndLine) {
  EXPECT_THAT(CreateTemplate("ks", R"(text: "a\n{{host.nothing}}\n")"),
              StatusIs(kInvalid, "templates/ks line 2"));
  EXPECT_THAT(CreateTemplate("ks", R"(text: "{{> other}}\n")"),
              StatusIs(kRefused, "templates/other does not exist"));
  EXPECT_THAT(Get(R"(name: "templates/ks")"), StatusIs(kMissing, "templates/ks"));
}

TEST_F(TemplateServiceTest, APartialThatIsUsedStaysAndMakesNoCycle) {
  ASSERT_THAT(CreateTemplate("part", R"(text: "p\n")"), IsOk());
  ASSERT_THAT(CreateTemplate("whole", R"(text: "{{> part}}\n")"), IsOk());
  EXPECT_THAT(DeleteTemplate("part"), StatusIs(kRefused, "templates/whole"));
  EXPECT_THAT(UpdateTemplate(R"(template { name: "templates/part" text: "{{> whole}}\n" })"),
              StatusIs(kRefused, "{{> whole}}: includes this template in the end"));
}

TEST_F(TemplateServiceTest, AProfileNamesTemplatesThatExist) {
  EXPECT_THAT(UpdateProfile(R"(profile { name: "profiles/deb"
                files { key: "debian/ks.cfg" value: "templates/ks" } })"),
              StatusIs(kRefused, "templates/ks does not exist"));
  ASSERT_THAT(CreateTemplate("ks", R"(text: "a\n")"), IsOk());
  const auto updated = UpdateProfile(R"(profile { name: "profiles/deb"
      files { key: "debian/ks.cfg" value: "templates/ks" } }
      update_mask { paths: "files.debian/ks.cfg" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->files().at("debian/ks.cfg"), "templates/ks");
  EXPECT_THAT(DeleteTemplate("ks"), StatusIs(kRefused, "profiles/deb"));
}

TEST_F(TemplateServiceTest, AChangeThatBreaksAProfileIsRefusedWithItsName) {
  ASSERT_THAT(CreateTemplate("part", R"(text: "a\n")"), IsOk());
  ASSERT_THAT(CreateTemplate("menu", R"(text: "{{> part}}\n")"), IsOk());
  ASSERT_THAT(UpdateProfile(R"(profile { name: "profiles/deb"
                configs { key: "grub" value: "templates/menu" } })"),
              IsOk());
  const std::string broken = R"(template { name: "templates/part" text: ")";
  EXPECT_THAT(UpdateTemplate(broken + std::string(5000, 'x') + "\" }"),
              StatusIs(kRefused,
                       "profiles/deb, which uses this template, would not be legal any more: "
                       "profile.configs[\"grub\"]: makes a line 1 of 5000 bytes"));
  EXPECT_THAT(UpdateTemplate(R"(template { name: "templates/part" text: "ok\n{{host.nothing}}" })"),
              StatusIs(kInvalid, "templates/part line 2: unknown variable \"host.nothing\""));
  EXPECT_EQ(Get(R"(name: "templates/part")")->text(), "a\n") << "and nothing has changed";
  EXPECT_THAT(UpdateTemplate(R"(template { name: "templates/part" text: "b\n" })"), IsOk());
}

TEST_F(TemplateServiceTest, AChangeThatBreaksATemplateIsRefusedWithItsName) {
  ASSERT_THAT(CreateTemplate("part", R"(text: "a\n")"), IsOk());
  std::string many;
  for (int i = 0; i < 100; ++i) many += "{{> part}}\\n";
  ASSERT_THAT(CreateTemplate("many", "text: \"" + many + "\""), IsOk());
  EXPECT_THAT(UpdateTemplate(R"(template { name: "templates/part" text: ")" +
                             std::string(20'000, 'x') + "\" }"),
              StatusIs(kRefused,
                       "templates/many, which includes this one, would not be legal any more: "
                       "templates/many line "));
}

TEST_F(TemplateServiceTest, AnEffectiveProfileSaysWhereEachValueComesFrom) {
  ASSERT_THAT(CreateProfile("child", R"(parent: "profiles/deb"
                loaders { key: "bios" value: "lpxelinux.0" }
                options { code: 211 u32: 300 })"),
              IsOk());
  const auto effective = Effective("child");
  ASSERT_THAT(effective, IsOk());
  EXPECT_EQ(effective->profile().name(), "profiles/child");
  ASSERT_EQ(effective->profile().entries_size(), 1);
  EXPECT_EQ(effective->sources().at("entries"), "profiles/deb");
  EXPECT_EQ(effective->sources().at("loaders.bios"), "profiles/child");
  EXPECT_EQ(effective->sources().at("options.211"), "profiles/child");
  EXPECT_THAT(Effective("nobody"), StatusIs(kMissing, "profiles/nobody"));
}

TEST_F(TemplateServiceTest, AChangeOfTheParentShowsInTheChild) {
  ASSERT_THAT(CreateProfile("child", R"(parent: "profiles/deb")"), IsOk());
  ASSERT_THAT(UpdateProfile(R"(profile { name: "profiles/deb"
                entries { name: "linux" kernel: "new" } })"),
              IsOk());
  EXPECT_EQ(Effective("child")->profile().entries(0).kernel(), "new");
}

TEST_F(TemplateServiceTest, WhatAListFindsIsWhatTheProfileSaysItself) {
  ASSERT_THAT(CreateProfile("child", R"(parent: "profiles/deb")"), IsOk());
  const auto found = Call(*profiles, &v1::ProfileService::Stub::ListProfiles,
                          R"(filter: "name = profiles/child")");
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->profiles_size(), 1);
  EXPECT_EQ(found->profiles(0).entries_size(), 0);
}

TEST_F(TemplateServiceTest, AProfileNeedsEntriesFromSomewhereAndLegalChildren) {
  EXPECT_THAT(CreateProfile("empty", ""), StatusIs(kInvalid, "profile.entries"));
  ASSERT_THAT(CreateProfile("base", R"(parent: "profiles/deb"
                variables { key: "disk" value: "sda" })"),
              IsOk());
  EXPECT_THAT(UpdateProfile(R"(profile { name: "profiles/deb" parent: "profiles/base" })"),
              StatusIs(kRefused, "profiles/"));
  EXPECT_THAT(DeleteProfile("deb"), StatusIs(kRefused, "profiles/base"));
  EXPECT_THAT(UpdateProfile(R"(profile { name: "profiles/base" }
                update_mask { paths: "parent" })"),
              StatusIs(kInvalid, "profile.entries"));
}

TEST_F(TemplateServiceTest, ALongListEndsItsPagesByTheirBytes) {
  const std::string text(200'000, 'a');
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) {
    ASSERT_THAT(CreateTemplate(id, "text: \"" + text + "\""), IsOk());
  }
  std::vector<std::string> names;
  std::string token;
  int pages = 0;
  do {
    const auto page = Call(*templates, &v1::TemplateService::Stub::ListTemplates,
                           "page_token: \"" + token + "\"");
    ASSERT_THAT(page, IsOk());
    EXPECT_LT(page->ByteSizeLong(), 2u << 20);
    for (const v1::Template& one : page->templates()) names.push_back(one.name());
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 2);
  EXPECT_THAT(names,
              testing::ElementsAre("templates/a", "templates/b", "templates/c", "templates/d",
                                   "templates/e", "templates/f", "templates/g"));
}

}  // namespace
}  // namespace pxe::server
