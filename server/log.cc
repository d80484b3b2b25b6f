#include "server/log.h"

#include <spdlog/pattern_formatter.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/overloaded.h"

namespace pxe::server {
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
  return event.step == Step::kFetched || event.step == Step::kStored ||
         event.step == Step::kBrokenOff;
}

// The optional texts, in the order in which both forms write them.
template <typename Visit>
void VisitTexts(const core::BootEvent& event, Visit visit) {
  if (!event.kind.empty()) visit("kind", event.kind);
  if (!event.file.empty()) visit("file", event.file);
  if (!event.detail.empty()) visit("detail", event.detail);
  if (!event.facts.local.empty()) visit("local", event.facts.local);
}

// The optional numbers of a transfer or a request for one, likewise.
template <typename Visit>
void VisitNumbers(const core::BootEvent& event, Visit visit) {
  const core::TransferFacts& facts = event.facts;
  if (facts.client_port != 0) visit("port", facts.client_port);
  if (facts.block_bytes == 0) return;
  visit("blksize", facts.block_bytes);
  visit("windowsize", facts.window_blocks);
  visit("blocks", facts.blocks);
  visit("resends", facts.resends);
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
    case core::BootEvent::Step::kCompeting:
      return "competing";
    case core::BootEvent::Step::kFetching:
      return "fetching";
    case core::BootEvent::Step::kFetched:
      return "fetched";
    case core::BootEvent::Step::kStored:
      return "stored";
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
  std::string line;
  line.reserve(128);
  line.append(event.client).append(" ").append(ToString(event.step));
  const std::string address = event.address.IsZero() ? "" : event.address.ToString();
  if (!address.empty() && address != event.client) line.append(" ").append(address);
  VisitTexts(event, [&](std::string_view name, const std::string& text) {
    const std::string_view quote = text.find(' ') == std::string::npos ? "" : "\"";
    line.append(" ").append(name).append("=").append(quote).append(text).append(quote);
  });
  if (IsTransfer(event)) {
    line += absl::StrFormat(" bytes=%d ms=%d", event.bytes, event.milliseconds);
  }
  VisitNumbers(event, [&line](const char* name, uint64_t number) {
    line += absl::StrFormat(" %s=%d", name, number);
  });
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
  VisitNumbers(event, [&line](const char* name, uint64_t number) {
    line += absl::StrFormat(",\"%s\":%d", name, number);
  });
  return line;
}

// What stands before and after a line: spdlog's patterns.
struct Log::Formatter {
  explicit Formatter(bool json)
      : pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                     : "%Y-%m-%d %H:%M:%S.%e %-7l %v") {}

  spdlog::pattern_formatter pattern;
  spdlog::memory_buf_t lines;
};

Log::Log(std::string_view format, std::string_view level)
    : json_(format == "json"),
      least_(level == "error"     ? Level::kError
             : level == "warning" ? Level::kWarning
                                  : Level::kInfo),
      formatter_(std::make_unique<Formatter>(json_)),
      thread_([this] { Run(); }) {}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    work_.notify_one();
  }
  thread_.join();
}

void Log::Info(std::string_view message) {
  Add(Level::kInfo, std::string(message));
}
void Log::Warning(std::string_view message) {
  Add(Level::kWarning, std::string(message));
}
void Log::Error(std::string_view message) {
  Add(Level::kError, std::string(message));
}
void Log::Event(core::BootEvent&& event) {
  if (event.step == core::BootEvent::Step::kFetching) return;
  Add(Level::kInfo, std::move(event));
}

void Log::Add(Level level, std::variant<std::string, core::BootEvent>&& what) {
  if (level < least_) return;
  const bool event = std::holds_alternative<core::BootEvent>(what);
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= (event ? kQueuedEvents : kQueuedLines)) {
    ++left_out_;
    return;
  }
  queue_.push_back({std::chrono::system_clock::now(), level, std::move(what)});
  if (queue_.size() == 1) work_.notify_one();
}

void Log::Run() {
  std::vector<Entry> entries;
  std::unique_lock lock(mutex_);
  while (!ending_ || !queue_.empty()) {
    work_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    entries.swap(queue_);
    const size_t left_out = std::exchange(left_out_, 0);
    lock.unlock();
    Write(entries, left_out);
    // The more there was, the longer: a single line is soon read, and a storm costs few writes.
    const auto gather = std::min(kMaxGather, std::chrono::milliseconds(entries.size()));
    entries.clear();
    lock.lock();
    work_.wait_for(lock, gather, [this] { return ending_; });
  }
}

// One write for all of them.
void Log::Write(const std::vector<Entry>& entries, size_t left_out) {
  constexpr std::array kLevels = {spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  auto& lines = formatter_->lines;
  lines.clear();
  const auto add = [&](const Entry& entry) {
    const std::string line = LineOf(entry);
    const spdlog::details::log_msg message(entry.when, {}, "pxed",
                                           kLevels.at(static_cast<size_t>(entry.level)), line);
    formatter_->pattern.format(message, lines);
  };
  for (const Entry& entry : entries) add(entry);
  if (left_out > 0) {
    add({std::chrono::system_clock::now(), Level::kWarning,
         absl::StrFormat("%d events left out: more than can be written", left_out)});
  }
  std::fwrite(lines.data(), 1, lines.size(), stderr);
  std::fflush(stderr);
}

std::string Log::LineOf(const Entry& entry) const {
  return std::visit(Overloaded{[this](const std::string& message) {
                                 return json_ ? "\"message\":" + JsonString(message) : message;
                               },
                               [this](const core::BootEvent& event) {
                                 return json_ ? EventAsJson(event) : EventAsText(event);
                               }},
                    entry.what);
}

}  // namespace pxe::server
