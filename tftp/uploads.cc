#include "tftp/uploads.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/status.h"
#include "tftp/transfer_event.h"

namespace pxe::tftp {
namespace {

using Step = core::BootEvent::Step;

constexpr size_t kDatagramsPerBatch = 4;
constexpr size_t kMaxDataBytes = wire::kDataHeaderBytes + kMaxBlockBytes + 1;  // one is too long

// What the client says that it will send, in bytes; nothing without a number.
std::optional<uint64_t> AnnouncedBytes(const wire::Request& request) {
  for (const wire::Option& option : request.options) {
    if (!wire::EqualsIgnoringCase(option.name, "tsize")) continue;
    uint64_t bytes = 0;
    const char* end = option.value.data() + option.value.size();
    const auto parsed = std::from_chars(option.value.data(), end, bytes);
    if (parsed.ec == std::errc() && parsed.ptr == end && !option.value.empty()) return bytes;
  }
  return std::nullopt;
}

// A tsize that is no number is not answered.
wire::Request WithoutOddSize(const wire::Request& request, bool announced) {
  wire::Request sane = request;
  if (announced) return sane;
  std::erase_if(sane.options, [](const wire::Option& option) {
    return wire::EqualsIgnoringCase(option.name, "tsize");
  });
  return sane;
}

struct Verdict {
  Outcome outcome;
  Step step;
  std::string_view detail;
};

Verdict VerdictOn(const Reception& reception) {
  switch (reception.ending()) {
    case Ending::kRunning:  // complete, and stays for a client that did not hear it
    case Ending::kDone:
    case Ending::kDoneUnconfirmed:
      return {Outcome::kUploaded, Step::kStored, ""};
    case Ending::kClientError:
    case Ending::kProbed:
      return {Outcome::kClientError, Step::kBrokenOff, "upload ended by the client"};
    case Ending::kClientGone:
      return {Outcome::kClientGone, Step::kBrokenOff, "upload: the client's port is closed"};
    case Ending::kTimedOut:
      return {Outcome::kTimedOut, Step::kBrokenOff, "upload: the client went silent"};
    case Ending::kAborted:
      break;
  }
  return {Outcome::kAborted, Step::kBrokenOff, "upload ended by the server"};
}

void Tell(const Uploads::World& world, const Upload& upload, Step step, std::string detail) {
  core::BootEvent event = TransferEvent(step, upload.key(), upload.path());
  event.detail = std::move(detail);
  event.bytes = upload.stored_bytes();
  event.milliseconds = MillisecondsSince(upload.began_at());
  event.transfer = upload.ticket();
  event.facts.block_bytes = upload.reception().agreed().block_bytes;
  event.facts.window_blocks = upload.reception().agreed().window_blocks;
  event.facts.blocks = upload.reception().received_blocks();
  world.resolver.Report(std::move(event));
}

// Once for each upload: when its last block has come, or when it ends before.
void ReportEnd(const Uploads::World& world, const Upload& upload) {
  const Verdict verdict = VerdictOn(upload.reception());
  world.counters.Add(verdict.outcome);
  std::string detail(verdict.detail);
  if (!upload.failure().empty()) detail += ": " + upload.failure();
  Tell(world, upload, verdict.step, std::move(detail));
}

// Whether the step was the one that brought the last block; then it is reported.
template <typename Action>
void Take(const Uploads::World& world, Upload& upload, Action step) {
  const bool was_complete = upload.reception().complete();
  step();
  if (upload.reception().complete() && !was_complete) ReportEnd(world, upload);
}

bool IsComplete(const std::unique_ptr<Upload>& upload) {
  return upload->reception().complete();
}

}  // namespace

Uploads::~Uploads() {
  while (!uploads_.empty()) Remove(*uploads_.begin()->second);
}

Outcome Uploads::OnRequest(const Request& request, absl::Status& why) {
  const auto known = uploads_.find(request.key);
  if (known != uploads_.end() && known->second->IsRepeatedBy(request.datagram)) {
    known->second->OnRepeatedRequest(net::EventLoop::Now());
    AfterStep(*known->second);
    return Outcome::kRepeated;
  }
  Supersede(request.key);
  if (uploads_.size() >= world_.rules.max_uploads) {
    const auto done =
        std::ranges::find_if(uploads_, [](const auto& e) { return IsComplete(e.second); });
    if (done == uploads_.end()) return Outcome::kOverLimit;
    Remove(*done->second);  // it stays for a lost ACK only
  }
  why = Begin(request);
  if (why.ok()) return Outcome::kStarted;
  return absl::IsUnavailable(why) ? Outcome::kUnavailable : Outcome::kWriteRefused;
}

// The file behind a request that nothing speaks against; `path` is its name.
absl::StatusOr<UploadFile> Uploads::Allow(const Request& request, std::string& path) const {
  const UploadRules& rules = world_.rules;
  if (rules.folders.empty()) return PermissionDenied("uploads are refused");
  PXE_ASSIGN_OR_RETURN(path, UploadPath(request.wrq.filename));
  const UploadFolder* folder = rules.FolderOf(path);
  if (folder == nullptr) return PermissionDenied("uploads to this folder are refused");
  if (IsBeingWritten(path)) return AlreadyExists("file is being written by another");
  const uint64_t announced = AnnouncedBytes(request.wrq).value_or(0);
  if (announced > rules.max_bytes) return ResourceExhausted("file is too large");
  return UploadFile::Create(world_.root, path,
                            {.overwrite = folder->overwrite, .max_bytes = rules.max_bytes});
}

absl::Status Uploads::Begin(const Request& request) {
  std::string path;
  PXE_ASSIGN_OR_RETURN(UploadFile file, Allow(request, path));
  auto link = request.service != nullptr
                  ? absl::StatusOr<ClientLink>(ClientLink::Over(request.key, *request.service))
                  : ClientLink::Open(request.key, world_.priority_mark);
  if (!link.ok()) return Unavailable(MessageOf(link.status()));
  const TimePoint now = net::EventLoop::Now();
  const uint64_t ticket = next_ticket_++;
  const auto announced = AnnouncedBytes(request.wrq);
  auto agreed = Negotiate(WithoutOddSize(request.wrq, announced.has_value()), announced.value_or(0),
                          request.path, request.limits);
  auto& upload = uploads_[request.key] = std::make_unique<Upload>(
      Upload::Parts{.key = request.key,
                    .request = {request.datagram.begin(), request.datagram.end()},
                    .path = std::move(path),
                    .netascii = request.wrq.mode == wire::Mode::kNetascii,
                    .link = *std::move(link),
                    .file = std::move(file),
                    .reception = Reception(std::move(agreed), world_.retry, ticket, now),
                    .ticket = ticket,
                    .began_at = now},
      world_.counters);
  return Watch(*upload);
}

absl::Status Uploads::Watch(Upload& upload) {
  if (!received_) received_.emplace(kDatagramsPerBatch, kMaxDataBytes);
  if (upload.link().has_own_port()) {
    const auto watched = world_.loop.Watch(
        upload.link().fd(),
        [this, &upload](net::Readiness readiness) { OnReady(upload, readiness); });
    if (!watched.ok()) {
      Remove(upload);
      return Unavailable(MessageOf(watched));
    }
  }
  AfterStep(upload);
  return absl::OkStatus();
}

bool Uploads::IsBeingWritten(std::string_view path) const {
  return std::ranges::any_of(uploads_, [path](const auto& entry) {
    return entry.second->path() == path && !IsComplete(entry.second);
  });
}

void Uploads::OnReady(Upload& upload, net::Readiness readiness) {
  Take(world_, upload, [&] { upload.OnReady(readiness, *received_, net::EventLoop::Now()); });
  AfterStep(upload);
}

bool Uploads::OnPacket(const SessionKey& key, const wire::Packet& packet) {
  const auto found = uploads_.find(key);
  if (found == uploads_.end()) return false;
  Upload& upload = *found->second;
  Take(world_, upload, [&] { upload.OnPacket(packet, net::EventLoop::Now()); });
  AfterStep(upload);
  return true;
}

void Uploads::AfterStep(Upload& upload) {
  const auto deadline = upload.reception().deadline();
  if (!deadline) return Finish(upload);
  if (upload.timer.sequence != 0 && upload.timer.when <= *deadline) return;
  world_.loop.Cancel(upload.timer);
  upload.timer = world_.loop.At(*deadline, [this, &upload] {
    upload.timer = {};
    upload.OnTimer(net::EventLoop::Now());
    AfterStep(upload);
  });
}

void Uploads::Finish(Upload& upload) {
  if (!upload.reception().complete()) ReportEnd(world_, upload);
  Remove(upload);
}

void Uploads::ReportRunning() {
  const TimePoint now = net::EventLoop::Now();
  for (const auto& [key, upload] : uploads_) {
    if (upload->reception().complete() || upload->began_at() + kTellEvery > now) continue;
    Tell(world_, *upload, Step::kFetching, "upload");
  }
}

void Uploads::Supersede(const SessionKey& key) {
  const auto found = uploads_.find(key);
  if (found != uploads_.end()) Remove(*found->second);
}

void Uploads::Remove(Upload& upload) {
  if (upload.link().has_own_port()) world_.loop.Unwatch(upload.link().fd());
  world_.loop.Cancel(upload.timer);
  uploads_.erase(SessionKey(upload.key()));
}

void Uploads::AbortAll(const std::string& message) {
  while (!uploads_.empty()) {
    Upload& upload = *uploads_.begin()->second;
    if (!upload.reception().complete()) upload.Abort(message);
    Finish(upload);
  }
}

}  // namespace pxe::tftp
