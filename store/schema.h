// The schema files of store/schema/, compiled in.
#pragma once

#include <span>
#include <string_view>

namespace pxe::store {

struct SchemaFile {
  std::string_view name;  // "0001_initial.sql"
  std::string_view sql;
};

// In the order of their numbers, which begin at 1 and have no gaps: file N makes version N.
std::span<const SchemaFile> SchemaFiles();

}  // namespace pxe::store
