#include "tftp/serve.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/hex.h"
#include "base/overloaded.h"
#include "base/status.h"
#include "tftp/netascii.h"

namespace pxe::tftp {
namespace {

constexpr size_t kRequestsPerBatch = 64;
constexpr int kBatchesPerTurn = 8;             // then running transfers get their turn
constexpr size_t kMaxRequestBytes = 2048;      // GRUB and EDK2 pass RFC 2347's 512
constexpr int kReceiveBufferBytes = 8 << 20;   // the requests of a room that powers on at once
constexpr rlim_t kDescriptorsPerTransfer = 2;  // a socket and a file
constexpr rlim_t kOtherDescriptors = 256;

// When the interface has gone meanwhile: what any network carries, less a tunnel's share.
constexpr int kCautiousMtu = 1280;

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

// The bytes behind an answer, or why there are none. NOT_FOUND and PERMISSION_DENIED go to the
// client, anything else is silence.
absl::StatusOr<Content> OpenContent(core::BootAnswer answer, const std::string& root) {
  return std::visit(
      Overloaded{
          [](core::RenderedFile& file) -> absl::StatusOr<Content> {
            // curl, iPXE and PXELINUX each take an empty file for a disaster of its own kind.
            if (file.text.empty()) return NotFound("file is empty");
            return Content::OfText(std::move(file.text));
          },
          [&root](core::StaticFile& file) { return Content::OpenFile(root, file.path); },
          [](core::NoFile&) -> absl::StatusOr<Content> { return NotFound("file not found"); },
          [](core::RefusedFile&) -> absl::StatusOr<Content> {
            return PermissionDenied("access denied");
          },
          [](core::NoAnswer& none) -> absl::StatusOr<Content> { return Unavailable(none.reason); },
      },
      answer);
}

// The control plane's words for the machine's history; clients hear neutral ones.
std::string ReasonOf(const core::BootAnswer& answer) {
  if (const auto* none = std::get_if<core::NoFile>(&answer)) return none->reason;
  if (const auto* refused = std::get_if<core::RefusedFile>(&answer)) return refused->reason;
  return {};
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
  PXE_ASSIGN_OR_RETURN(auto socket,
                       net::UdpSocket::Bind({.address = {}, .port = config.port},
                                            {.receive_buffer_bytes = kReceiveBufferBytes}));
  auto server = std::unique_ptr<Server>(
      new Server(std::move(config), resolver, std::move(loop), std::move(socket)));
  PXE_RETURN_IF_ERROR(server->loop_->Watch(
      server->socket_.fd(), [s = server.get()](net::Readiness) { s->OnRequestsReady(); },
      net::EventLoop::Urgency::kFirst));
  return server;
}

Server::Server(ServerConfig config, core::Resolver& resolver, std::unique_ptr<net::EventLoop> loop,
               net::UdpSocket socket)
    : config_(std::move(config)),
      resolver_(resolver),
      loop_(std::move(loop)),
      socket_(std::move(socket)),
      requests_(kRequestsPerBatch, kMaxRequestBytes),
      transfers_(*loop_, resolver, counters_, config_.limits, config_.retry, RandomSeed()) {}

Server::~Server() {
  open_questions_.WaitForNone();
}

void Server::Run() {
  loop_->Run();
  transfers_.AbortAll("server stops");
}

void Server::Stop() {
  loop_->Stop();
}

void Server::OnRequestsReady() {
  for (int i = 0; i < kBatchesPerTurn; ++i) {
    const auto batch = socket_.Receive(requests_);
    for (const net::Datagram& in : batch) counters_.Add(HandleRequest(in));
    if (batch.size() < kRequestsPerBatch) return;
  }
}

// The first half of a request's life, top to bottom: until it is asked.
Outcome Server::HandleRequest(const net::Datagram& in) {
  if (std::ranges::find(config_.interface_indexes, in.interface_index) ==
      config_.interface_indexes.end()) {
    return Outcome::kForeignInterface;
  }
  if (in.destination != in.local) return Outcome::kNotUnicast;  // RFC 1123 section 4.2.3.5
  const auto packet =
      in.truncated ? InvalidArgument("request is too long") : wire::Parse(in.payload);
  if (!packet.ok()) {
    SendError(in.peer, in.local, packet.status());
    return Outcome::kMalformed;
  }
  if (const auto* write = std::get_if<wire::Wrq>(&*packet)) return RefuseWrite(in, *write);
  if (!std::holds_alternative<wire::Rrq>(*packet)) return Outcome::kNotARequest;

  const SessionKey key{.client = in.peer, .local = in.local};
  if (Session* running = transfers_.Find(key)) {
    if (running->IsRepeatedBy(in.payload)) {
      transfers_.Repeat(*running);
      return Outcome::kRepeated;
    }
    transfers_.Drop(*running);  // lpxelinux asks for one file after the other from one port
  }
  if (const auto limit = transfers_.LimitFor(in.peer.address)) return *limit;
  Ask(transfers_.Add(key, in.interface_index, in.payload));
  return Outcome::kAsked;
}

void Server::Ask(const Session& session) {
  core::BootQuestion question;
  question.path = session.request().filename;
  question.client = session.key().client.address;
  question.local = session.key().local;
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
  auto content = OpenContent(std::move(answer), config_.root);
  if (!content.ok()) return Refuse(session, content.status(), reason);
  const wire::Rrq request = session.request();
  if (request.mode == wire::Mode::kNetascii) {
    content = InNetascii(*content, config_.limits.max_netascii_bytes);
    if (!content.ok()) return Refuse(session, content.status());
  }
  const auto mtu = net::InterfaceMtu(session.interface_index());
  auto agreed = Negotiate(request, content->size(), mtu.ok() ? *mtu : kCautiousMtu, config_.limits);
  const auto started = transfers_.Start(session, *std::move(content), std::move(agreed));
  if (!started.ok()) return Refuse(session, started);
  return Outcome::kStarted;
}

// Tells the client if the status has words for clients; ends the session in any case.
Outcome Server::Refuse(Session& session, const absl::Status& why, std::string_view reason) {
  const bool told = wire::ErrorFor(why).has_value();
  if (told) {
    SendError(session.key().client, session.key().local, why);
    const std::string detail = reason.empty() ? MessageOf(why) : Printable(reason);
    transfers_.Report(session, core::BootEvent::Step::kRefused, detail, 0);
  }
  transfers_.Drop(session);
  if (!told) return Outcome::kUnavailable;
  return absl::IsNotFound(why) ? Outcome::kNoFile : Outcome::kRefused;
}

Outcome Server::RefuseWrite(const net::Datagram& in, const wire::Wrq& request) {
  const auto why = PermissionDenied("uploads are refused");
  SendError(in.peer, in.local, why);
  core::BootEvent event;
  event.step = core::BootEvent::Step::kRefused;
  event.client = in.peer.address.ToString();
  event.address = in.peer.address;
  event.file = Printable(request.filename);
  event.detail = MessageOf(why);
  resolver_.Report(std::move(event));
  return Outcome::kWriteRefused;
}

// From the service port, and from the address that was asked. Never answers an ERROR: what is one
// was parsed, and what is none has no words for clients.
void Server::SendError(const net::Endpoint& client, Ipv4 from, const absl::Status& why) {
  const auto error = wire::ErrorFor(why);
  if (!error) return;
  const auto sent =
      socket_.Send({.peer = client, .source = from, .payload = wire::Serialize(*error)});
  if (sent != net::SendResult::kSent) counters_.Add(Outcome::kSendFailed);
}

}  // namespace pxe::tftp
