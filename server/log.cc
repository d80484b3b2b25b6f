#include "server/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

#include "absl/strings/str_format.h"

namespace pxe::server {

struct LogThread {
  // Owned here, not by spdlog's registry: no global state of ours.
  std::shared_ptr<spdlog::details::thread_pool> pool =
      std::make_shared<spdlog::details::thread_pool>(Log::kQueuedLines, 1);
  std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
      "pxed", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool,
      spdlog::async_overflow_policy::overrun_oldest);
};

namespace {

std::string JsonString(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += absl::StrFormat("\\u%04x", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

bool IsTransfer(const core::BootEvent& event) {
  using Step = core::BootEvent::Step;
  return event.step == Step::kFetched || event.step == Step::kBrokenOff;
}

// The optional texts, in the order in which both forms write them.
template <typename Visit>
void VisitTexts(const core::BootEvent& event, Visit visit) {
  if (!event.kind.empty()) visit("kind", event.kind);
  if (!event.file.empty()) visit("file", event.file);
  if (!event.detail.empty()) visit("detail", event.detail);
}

}  // namespace

std::string_view ToString(core::BootEvent::Step step) {
  switch (step) {
    case core::BootEvent::Step::kOffered:
      return "offered";
    case core::BootEvent::Step::kAcked:
      return "acked";
    case core::BootEvent::Step::kNaked:
      return "naked";
    case core::BootEvent::Step::kSilent:
      return "silent";
    case core::BootEvent::Step::kNoticed:
      return "noticed";
    case core::BootEvent::Step::kFetched:
      return "fetched";
    case core::BootEvent::Step::kProbed:
      return "probed";
    case core::BootEvent::Step::kRefused:
      return "refused";
    case core::BootEvent::Step::kBrokenOff:
      return "broken_off";
  }
  return "unknown";
}

std::string EventAsText(const core::BootEvent& event) {
  std::string line = absl::StrFormat("%s %s", event.client, ToString(event.step));
  const std::string address = event.address.IsZero() ? "" : event.address.ToString();
  if (!address.empty() && address != event.client) line += " " + address;
  VisitTexts(event, [&](const char* name, const std::string& text) {
    const std::string_view quote = text.find(' ') == std::string::npos ? "" : "\"";
    line += absl::StrFormat(" %s=%s%s%s", name, quote, text, quote);
  });
  if (IsTransfer(event)) {
    line += absl::StrFormat(" bytes=%d ms=%d", event.bytes, event.milliseconds);
  }
  return line;
}

std::string EventAsJson(const core::BootEvent& event) {
  std::string line = absl::StrFormat("\"event\":\"%s\",\"client\":%s", ToString(event.step),
                                     JsonString(event.client));
  if (!event.address.IsZero()) {
    line += absl::StrFormat(",\"address\":\"%s\"", event.address.ToString());
  }
  VisitTexts(event, [&](const char* name, const std::string& text) {
    line += absl::StrFormat(",\"%s\":%s", name, JsonString(text));
  });
  if (IsTransfer(event)) {
    line += absl::StrFormat(",\"bytes\":%d,\"milliseconds\":%d", event.bytes, event.milliseconds);
  }
  return line;
}

Log::Log(std::string_view format, std::string_view level)
    : json_(format == "json"), thread_(std::make_unique<LogThread>()) {
  thread_->logger->set_level(spdlog::level::from_str(std::string(level)));
  thread_->logger->set_pattern(json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                                     : "%Y-%m-%d %H:%M:%S.%e %-7l %v");
}

Log::~Log() = default;

void Log::Info(std::string_view message) {
  thread_->logger->info(Line(message));
}
void Log::Warning(std::string_view message) {
  thread_->logger->warn(Line(message));
}
void Log::Error(std::string_view message) {
  thread_->logger->error(Line(message));
}
void Log::Event(const core::BootEvent& event) {
  thread_->logger->info(json_ ? EventAsJson(event) : EventAsText(event));
}

std::string Log::Line(std::string_view message) const {
  return json_ ? "\"message\":" + JsonString(message) : std::string(message);
}

}  // namespace pxe::server
