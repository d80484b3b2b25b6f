// All uploads of one server: what is allowed, who writes what, and how each ends.
//
// Lives on the loop's thread. An upload that is refused leaves no trace but the reason; two never
// write one name at the same time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "core/resolver.h"
#include "net/event_loop.h"
#include "tftp/limits.h"
#include "tftp/upload.h"
#include "tftp/upload_rules.h"

namespace pxe::tftp {

class Uploads {
 public:
  struct World {
    net::EventLoop& loop;
    core::Resolver& resolver;
    Counters<Outcome>& counters;
    std::string root;
    UploadRules rules;
    RetryPolicy retry;
    uint64_t seed;      // of tickets and the jitter of timers
    int priority_mark;  // of what their ports send
  };
  struct Request {
    SessionKey key;
    std::span<const uint8_t> datagram;
    const wire::Wrq& wrq;
    Path path;
    Limits limits;
    net::UdpSocket* service = nullptr;  // in single-port mode
  };

  explicit Uploads(World world) : world_(std::move(world)), next_ticket_(world_.seed) {}
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;
  ~Uploads();

  // What becomes of a request: kStarted, kRepeated, kOverLimit; or kWriteRefused or kUnavailable,
  // and `why` says what the client is to be told, if ErrorFor or UploadError has words for it.
  Outcome OnRequest(const Request& request, absl::Status& why);

  // A packet that came to the service port in single-port mode; whether it belongs to an upload.
  bool OnPacket(const SessionKey& key, const wire::Packet& packet);

  // Ends an upload without a word to its client, who asks for something else.
  void Supersede(const SessionKey& key);

  // How far those have got that have run for kTellEvery or longer: an event each.
  void ReportRunning();

  void AbortAll(const std::string& message);
  size_t size() const { return uploads_.size(); }

 private:
  absl::StatusOr<UploadFile> Allow(const Request& request, std::string& path) const;
  absl::Status Begin(const Request& request);
  absl::Status Watch(Upload& upload);
  bool IsBeingWritten(std::string_view path) const;
  void OnReady(Upload& upload, net::Readiness readiness);
  void AfterStep(Upload& upload);
  void Finish(Upload& upload);
  void Remove(Upload& upload);

  World world_;
  uint64_t next_ticket_;
  absl::flat_hash_map<SessionKey, std::unique_ptr<Upload>> uploads_;
  std::optional<net::ReceiveBatch> received_;  // with the first upload: blocks are large
};

}  // namespace pxe::tftp
