// Any bytes as an options area: read without a crash, nothing kept beyond what they hold; what was
// read is written, read and written the same.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "dhcp/wire/options.h"

namespace {

using pxe::dhcp::wire::Options;

Options ReadFrom(std::span<const uint8_t> area) {
  const std::array<std::span<const uint8_t>, 1> areas{area};
  return Options::Read(areas);
}

std::vector<uint8_t> Written(const Options& options) {
  pxe::ByteWriter out;
  pxe::dhcp::wire::WriteOptions(options, out);
  return out.Take();
}

// Each code once, found under it, and all values together no longer than the area they came from.
void CheckEntries(const Options& options, size_t area_bytes) {
  size_t total = 0;
  for (size_t i = 0; i < options.size(); ++i) {
    const Options::Option option = options.at(i);
    const auto found = options.Find(option.code);
    if (!found || found->data() != option.value.data() || !options.Has(option.code)) std::abort();
    total += option.value.size();
  }
  if (total > area_bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> area(data, size);
  const Options options = ReadFrom(area);
  CheckEntries(options, size);
  const auto bytes = Written(options);
  if (Written(ReadFrom(bytes)) != bytes) std::abort();

  // The same bytes as two areas that meet in the middle: `file` and `sname` of an overloaded
  // packet.
  const std::array<std::span<const uint8_t>, 2> halves{area.first(size / 2),
                                                       area.subspan(size / 2)};
  CheckEntries(Options::Read(halves), size);
  return 0;
}
