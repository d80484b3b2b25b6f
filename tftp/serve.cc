#include "tftp/serve.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/hex.h"
#include "base/overloaded.h"
#include "base/status.h"
#include "net/path_mtu.h"
#include "net/priority_mark.h"
#include "tftp/netascii.h"
#include "tftp/transfer_event.h"

namespace pxe::tftp {
namespace {

// In single-port mode the ACKs of running transfers lie among the requests. There so many batches
// are taken in a row, for an ACK is acted on as it is found, and the requests before it wait for
// the end of the turn.
constexpr int kBatchesOfSinglePort = 8;

constexpr size_t kMaxDatagramBytes = 2048;  // GRUB and EDK2 pass RFC 2347's 512
constexpr uint16_t kMaxUploadBlockBytes = 2048 - wire::kDataHeaderBytes;
constexpr int kReceiveBufferBytes = 8 << 20;  // the requests of a room that powers on at once

// Answers to addresses where nobody is lie in the kernel for the 3 s of an ARP, as part of this
// buffer. When it is full nobody else is answered either: not with an ERROR, and in single-port
// mode not at all.
constexpr int kSendBufferBytes = 32 << 20;

constexpr rlim_t kDescriptorsPerTransfer = 1;  // its file
constexpr rlim_t kOtherDescriptors = 256;

// When the route has gone meanwhile: what any network carries, less a tunnel's share.
constexpr int kCautiousMtu = 1280;

// A file up to this size goes in one packet that any network carries, whatever block is agreed.
// Nobody looks the route up for it: that would be a fifth of the work for a boot config.
constexpr uint64_t kFitsAnyPacketBytes = 1024;
constexpr int kAnyMtu = 65'535;

// Best effort: where the hard limit is lower, the requests beyond it meet kUnavailable.
void RaiseOpenFileLimit(size_t max_transfers) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = max_transfers * kDescriptorsPerTransfer + kOtherDescriptors;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

uint64_t RandomSeed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

absl::StatusOr<Content> InNetascii(const Content& content, size_t limit) {
  const auto text = content.ReadAll(limit);
  if (absl::IsOutOfRange(text.status())) {
    return InvalidArgument("file is too large for netascii, use octet");
  }
  PXE_RETURN_IF_ERROR(text.status());
  return Content::OfText(ToNetascii(*text));
}

// Of IPv4, and of IPv6 on the same port where this machine has that.
absl::StatusOr<std::vector<net::UdpSocket>> BindService(uint16_t port, int priority_mark) {
  net::UdpSocket::Options options{.allow_fragments = true,
                                  .receive_buffer_bytes = kReceiveBufferBytes,
                                  .send_buffer_bytes = kSendBufferBytes};
  std::vector<net::UdpSocket> sockets;
  PXE_ASSIGN_OR_RETURN(auto four, net::UdpSocket::Bind({.port = port}, options));
  sockets.push_back(std::move(four));
  options.v6 = true;
  auto six = net::UdpSocket::Bind({.port = sockets.front().local().port}, options);
  if (absl::IsFailedPrecondition(six.status())) return Annotate(six.status(), "IPv6");
  if (six.ok()) sockets.push_back(*std::move(six));
  for (net::UdpSocket& socket : sockets) {
    PXE_RETURN_IF_ERROR(net::SetPriorityMark(socket, priority_mark));
  }
  return sockets;
}

// Blocks of an upload must fit the buffer of the service port when they come there.
Limits UploadLimits(const Limits& limits, bool single_port) {
  Limits fitting = limits;
  if (single_port) {
    fitting.max_block_bytes = std::min(limits.max_block_bytes, kMaxUploadBlockBytes);
  }
  return fitting;
}

bool IsUnicast(const net::Datagram& in) {
  return in.peer.IsV6() ? !in.local6.IsZero() : in.destination == in.local;
}

// The control plane's words for the machine's history; clients hear neutral ones.
std::string ReasonOf(const core::BootAnswer& answer) {
  if (const auto* none = std::get_if<core::NoFile>(&answer)) return none->reason;
  if (const auto* refused = std::get_if<core::RefusedFile>(&answer)) return refused->reason;
  return {};
}

FileClass ClassOf(bool rendered, uint64_t bytes, const Limits& limits) {
  if (rendered) return FileClass::kRendered;
  return bytes <= limits.small_file_bytes ? FileClass::kSmall : FileClass::kBulk;
}

}  // namespace

void OpenQuestions::Add() {
  const std::scoped_lock lock(mutex_);
  ++count_;
}

void OpenQuestions::Remove() {
  const std::scoped_lock lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

void OpenQuestions::WaitForNone() {
  std::unique_lock lock(mutex_);
  none_.wait(lock, [this] { return count_ == 0; });
}

absl::StatusOr<std::unique_ptr<Server>> Server::Open(ServerConfig config,
                                                     core::Resolver& resolver) {
  if (config.interface_indexes.empty()) return InvalidArgument("no interface to serve");
  struct stat status {};
  if (::stat(config.root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return InvalidArgument("TFTP root " + Printable(config.root) + " is no directory");
  }
  RaiseOpenFileLimit(config.limits.max_transfers);
  PXE_ASSIGN_OR_RETURN(auto loop, net::EventLoop::Create());
  PXE_ASSIGN_OR_RETURN(auto sockets, BindService(config.port, config.priority_mark));
  auto server = std::unique_ptr<Server>(
      new Server(std::move(config), resolver, std::move(loop), std::move(sockets)));
  PXE_RETURN_IF_ERROR(server->Watch());
  return server;
}

Server::Server(ServerConfig config, core::Resolver& resolver, std::unique_ptr<net::EventLoop> loop,
               std::vector<net::UdpSocket> sockets)
    : config_(std::move(config)),
      resolver_(resolver),
      loop_(std::move(loop)),
      sockets_(std::move(sockets)),
      received_(config_.limits.requests_per_turn, kMaxDatagramBytes),
      rate_(config_.limits.max_requests_per_second),
      files_(config_.root, config_.ignore_case),
      transfers_(*loop_, resolver, counters_, config_.limits, config_.retry, RandomSeed(),
                 config_.priority_mark),
      uploads_({*loop_, resolver, counters_, config_.root, config_.uploads, config_.retry,
                RandomSeed(), config_.priority_mark}) {}

Server::~Server() {
  open_questions_.WaitForNone();
}

void Server::Run() {
  TellEverySecond();
  loop_->Run();
  transfers_.AbortAll("server stops");
  uploads_.AbortAll("server stops");
}

void Server::TellEverySecond() {
  transfers_.ReportRunning();
  uploads_.ReportRunning();
  loop_->At(net::EventLoop::Now() + kTellEvery, [this] { TellEverySecond(); });
}

void Server::Stop() {
  loop_->Stop();
}

absl::Status Server::Watch() {
  for (net::UdpSocket& socket : sockets_) {
    PXE_RETURN_IF_ERROR(loop_->Watch(
        socket.fd(), [this, &socket](net::Readiness) { OnDatagramsReady(socket); },
        net::EventLoop::Urgency::kFirst));
  }
  return absl::OkStatus();
}

void Server::OnDatagramsReady(net::UdpSocket& socket) {
  const int batches = config_.single_port ? kBatchesOfSinglePort : 1;
  for (int i = 0; i < batches; ++i) {
    const auto batch = socket.Receive(received_);
    for (const net::Datagram& in : batch) counters_.Add(OnDatagram(in));
    if (batch.size() < config_.limits.requests_per_turn) break;
  }
  counters_.Add(Outcome::kBufferFull, socket.TakeLost());
}

// The first half of a request's life, top to bottom: until it is asked.
Outcome Server::OnDatagram(const net::Datagram& in) {
  if (std::ranges::find(config_.interface_indexes, in.interface_index) ==
      config_.interface_indexes.end()) {
    return Outcome::kForeignInterface;
  }
  if (!IsUnicast(in)) return Outcome::kNotUnicast;  // RFC 1123 section 4.2.3.5
  const SessionKey key = KeyOf(in);
  const auto packet =
      in.truncated ? InvalidArgument("request is too long") : wire::Parse(in.payload);
  if (!packet.ok()) {
    SendError(key, wire::ErrorFor(packet.status()));
    return Outcome::kMalformed;
  }
  if (const auto* write = std::get_if<wire::Wrq>(&*packet)) return OnWrite(in, key, *write);
  if (std::holds_alternative<wire::Rrq>(*packet)) return OnRead(in, key);
  return OnOther(key, *packet);
}

Outcome Server::OnRead(const net::Datagram& in, const SessionKey& key) {
  if (Session* running = transfers_.Find(key)) {
    if (running->IsRepeatedBy(in.payload)) {
      transfers_.Repeat(*running);
      return Outcome::kRepeated;
    }
    transfers_.Drop(*running);  // lpxelinux asks for one file after the other from one port
  }
  uploads_.Supersede(key);
  if (!rate_.Admits(in.peer, net::EventLoop::Now())) return Outcome::kOverRate;
  if (const auto limit = transfers_.LimitFor(in.peer)) return *limit;
  Ask(transfers_.Add(key, in.payload));
  return Outcome::kAsked;
}

Outcome Server::OnWrite(const net::Datagram& in, const SessionKey& key, const wire::Wrq& request) {
  if (Session* running = transfers_.Find(key)) transfers_.Drop(*running);
  if (!rate_.Admits(in.peer, net::EventLoop::Now())) return Outcome::kOverRate;
  absl::Status why;
  const Outcome outcome =
      uploads_.OnRequest({.key = key,
                          .datagram = in.payload,
                          .wrq = request,
                          .path = PathTo(key, UINT64_MAX),
                          .limits = UploadLimits(config_.limits, config_.single_port),
                          .service = ServiceOf(key)},
                         why);
  if (outcome == Outcome::kWriteRefused) {
    SendError(key, UploadError(why));
    ReportRefusedWrite(key, request, MessageOf(why));
  }
  return outcome;
}

// ERROR is never answered, nor is anything else that belongs to no transfer.
Outcome Server::OnOther(const SessionKey& key, const wire::Packet& packet) {
  if (!config_.single_port) return Outcome::kNotARequest;
  if (transfers_.OnPacket(key, packet) || uploads_.OnPacket(key, packet)) {
    return Outcome::kOfTransfer;
  }
  return Outcome::kNotARequest;
}

void Server::Ask(const Session& session) {
  core::BootQuestion question;
  question.path = Remap(config_.remap, session.request().filename);
  question.client = session.key().client.address;
  question.local = session.key().local.address;
  open_questions_.Add();
  resolver_.ResolveBoot(std::move(question), [this, key = session.key(),
                                              ticket = session.ticket()](core::BootAnswer answer) {
    loop_->Post([this, key, ticket, answer = std::move(answer)]() mutable {
      OnAnswer(key, ticket, std::move(answer));
    });
    open_questions_.Remove();
  });
}

void Server::OnAnswer(const SessionKey& key, uint64_t ticket, core::BootAnswer answer) {
  Session* session = transfers_.FindWaiting(key, ticket);
  if (session == nullptr) return;  // given up, or replaced by another request
  counters_.Add(Answer(*session, std::move(answer)));
}

// The second half: from the answer to the first packet of the transfer.
Outcome Server::Answer(Session& session, core::BootAnswer answer) {
  if (std::holds_alternative<core::NoAnswer>(answer)) {
    transfers_.Drop(session);
    return Outcome::kNoAnswer;
  }
  const std::string reason = ReasonOf(answer);
  const bool rendered = std::holds_alternative<core::RenderedFile>(answer);
  auto content = OpenContent(std::move(answer));
  if (!content.ok()) return Refuse(session, content.status(), reason);
  const wire::Rrq request = session.request();
  if (request.mode == wire::Mode::kNetascii) {
    content = InNetascii(*content, config_.limits.max_netascii_bytes);
    if (!content.ok()) return Refuse(session, content.status());
  }
  Limits limits = config_.limits;
  limits.max_window_bytes = transfers_.WindowShare();
  auto agreed = Negotiate(request, content->size(), PathTo(session.key(), content->size()), limits);
  const FileClass file_class = ClassOf(rendered, content->size(), limits);
  const auto started = transfers_.Start(session, ServiceOf(session.key()), *std::move(content),
                                        std::move(agreed), file_class);
  if (!started.ok()) return Refuse(session, started);
  return Outcome::kStarted;
}

// The bytes behind an answer, or why there are none. NOT_FOUND and PERMISSION_DENIED go to the
// client, anything else is silence.
absl::StatusOr<Content> Server::OpenContent(core::BootAnswer answer) {
  return std::visit(
      Overloaded{
          [](core::RenderedFile& file) -> absl::StatusOr<Content> {
            // curl, iPXE and PXELINUX each take an empty file for a disaster of its own kind.
            if (file.text.empty()) return NotFound("file is empty");
            return Content::OfText(std::move(file.text));
          },
          [this](core::StaticFile& file) { return files_.Open(file.path); },
          [](core::NoFile&) -> absl::StatusOr<Content> { return NotFound("file not found"); },
          [](core::RefusedFile&) -> absl::StatusOr<Content> {
            return PermissionDenied("access denied");
          },
          [](core::NoAnswer&) -> absl::StatusOr<Content> { return Unavailable("no answer"); },
      },
      answer);
}

// Tells the client if the status has words for clients; ends the session in any case.
Outcome Server::Refuse(Session& session, const absl::Status& why, std::string_view reason) {
  const auto error = wire::ErrorFor(why);
  const bool told = error.has_value();
  if (told) {
    SendError(session.key(), error);
    const std::string detail = reason.empty() ? MessageOf(why) : Printable(reason);
    transfers_.Report(session, core::BootEvent::Step::kRefused, detail, 0);
  }
  transfers_.Drop(session);
  if (!told) return Outcome::kUnavailable;
  return absl::IsNotFound(why) ? Outcome::kNoFile : Outcome::kRefused;
}

void Server::ReportRefusedWrite(const SessionKey& key, const wire::Wrq& request,
                                std::string_view why) {
  core::BootEvent event = TransferEvent(core::BootEvent::Step::kRefused, key, request.filename);
  event.detail = why;
  resolver_.Report(std::move(event));
}

// From the service port, and from the address that was asked.
void Server::SendError(const SessionKey& key, const std::optional<wire::Error>& error) {
  if (!error) return;
  const auto sent = SocketOf(key).Send({.peer = key.client,
                                        .source = key.local.address,
                                        .payload = wire::Serialize(*error),
                                        .source6 = key.local.address6});
  if (sent != net::SendResult::kSent) counters_.Add(Outcome::kSendFailed);
}

net::UdpSocket& Server::SocketOf(const SessionKey& key) {
  return key.client.IsV6() ? sockets_.back() : sockets_.front();
}

net::UdpSocket* Server::ServiceOf(const SessionKey& key) {
  return config_.single_port ? &SocketOf(key) : nullptr;
}

Path Server::PathTo(const SessionKey& key, uint64_t bytes) const {
  const bool v6 = key.client.IsV6();
  if (config_.mtu > 0) return {.mtu = config_.mtu, .v6 = v6};
  if (bytes <= kFitsAnyPacketBytes) return {.mtu = kAnyMtu, .v6 = v6};
  return {.mtu = net::PathMtu(key.client, key.local).value_or(kCautiousMtu), .v6 = v6};
}

}  // namespace pxe::tftp
