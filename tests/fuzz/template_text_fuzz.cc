// Any bytes as a template: refused in words of one printable line, or rendered within the limit,
// and what is rendered without a tag in it is the text itself.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "boot/template.h"
#include "boot/variables.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  const std::string other = "other {{server.address}}\n  {{> self}}\n";
  const pxe::boot::PartialLookup templates = [&](std::string_view id) {
    return id == "self" ? &text : id == "other" ? &other : nullptr;
  };
  const auto known = pxe::boot::KnowableVariables();
  const auto rendered = pxe::boot::RenderTemplate("self", known, templates);
  if (rendered.ok() && rendered->size() > pxe::boot::kMaxRenderedBytes) std::abort();
  // What renders for every machine has nothing wrong with it whatever the machine.
  if (rendered.ok() && !pxe::boot::CheckTemplate("self", templates).ok()) std::abort();
  if (!rendered.ok()) {
    const std::string message = pxe::MessageOf(rendered.status());
    if (message.empty() || message.find('\n') != std::string::npos) std::abort();
  }
  const auto line = pxe::boot::RenderText(text, known);
  if (text.find("{{") == std::string::npos && (!line.ok() || *line != text)) std::abort();
  const auto partials = pxe::boot::PartialsOf(text);
  if (!std::is_sorted(partials.begin(), partials.end())) std::abort();
  return 0;
}
