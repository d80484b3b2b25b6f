// The TFTP data plane: the packet's path from the service port to a running transfer.
//
// It holds no policy: every name is asked of the control plane through core::Resolver, also the
// names of static files. It writes no log: what happened is a counter and a core::BootEvent. All
// checks are made before the first packet of an answer, because PXELINUX takes an ERROR after an
// OACK for a dead server. What cannot be answered now is answered with silence, and the client
// asks again; an ERROR would end its boot or send it on to another config.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/resolver.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"
#include "tftp/limits.h"
#include "tftp/outcome.h"
#include "tftp/remap.h"
#include "tftp/request_rate.h"
#include "tftp/retry_timer.h"
#include "tftp/static_files.h"
#include "tftp/transfers.h"
#include "tftp/upload_rules.h"
#include "tftp/uploads.h"

namespace pxe::tftp {

struct ServerConfig {
  std::string root{};                    // of static files; must exist
  uint16_t port = 69;                    // 0: a free one
  std::vector<int> interface_indexes{};  // requests that come in elsewhere are ignored
  Limits limits{};
  RetryPolicy retry{};

  // Everything by the service port, for firewalls and NAT that let nothing else through.
  bool single_port = false;
  int mtu = 0;                     // in place of the path's; 0: the path's
  int priority_mark = 0;           // of all that is sent (DSCP)
  bool ignore_case = false;        // of static files
  std::vector<RemapRule> remap{};  // before a name is asked about
  UploadRules uploads{};
};

// Counts questions without an answer, so that nobody answers into a server that is gone.
class OpenQuestions {
 public:
  void Add();
  void Remove();
  void WaitForNone();

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

class Server {
 public:
  // Takes the port and checks the root before anything is served. `resolver` is borrowed. Raises
  // the process's soft limit of open files as far as max_transfers needs and the hard one allows.
  //   INVALID_ARGUMENT     no interface is named, or the root is no directory
  //   FAILED_PRECONDITION  the port is in use; the message names it
  static absl::StatusOr<std::unique_ptr<Server>> Open(ServerConfig config,
                                                      core::Resolver& resolver);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Waits for the answers that the resolver still owes. Run() must have returned.
  ~Server();

  // Serves on the caller's thread until Stop(); then tells running clients (ERROR 0) and returns.
  void Run();
  void Stop();  // any thread

  const Counters<Outcome>& counters() const { return counters_; }    // any thread
  const TransferTimes& times() const { return transfers_.times(); }  // any thread
  uint16_t port() const { return sockets_.front().local().port; }

 private:
  Server(ServerConfig config, core::Resolver& resolver, std::unique_ptr<net::EventLoop> loop,
         std::vector<net::UdpSocket> sockets);

  absl::Status Watch();
  void OnDatagramsReady(net::UdpSocket& socket);
  Outcome OnDatagram(const net::Datagram& in);
  Outcome OnRead(const net::Datagram& in, const SessionKey& key);
  Outcome OnWrite(const net::Datagram& in, const SessionKey& key, const wire::Wrq& request);
  Outcome OnOther(const SessionKey& key, const wire::Packet& packet);
  void Ask(const Session& session);
  void OnAnswer(const SessionKey& key, uint64_t ticket, core::BootAnswer answer);
  Outcome Answer(Session& session, core::BootAnswer answer);
  absl::StatusOr<Content> OpenContent(core::BootAnswer answer);
  Outcome Refuse(Session& session, const absl::Status& why, std::string_view reason = {});
  void ReportRefusedWrite(const SessionKey& key, const wire::Wrq& request, std::string_view why);
  void SendError(const SessionKey& key, const std::optional<wire::Error>& error);
  net::UdpSocket& SocketOf(const SessionKey& key);
  net::UdpSocket* ServiceOf(const SessionKey& key);
  Path PathTo(const SessionKey& key, uint64_t bytes) const;  // to carry so many
  void TellEverySecond();

  const ServerConfig config_;
  core::Resolver& resolver_;
  std::unique_ptr<net::EventLoop> loop_;
  std::vector<net::UdpSocket> sockets_;  // of IPv4; of IPv6, where this machine has it
  net::ReceiveBatch received_;
  Counters<Outcome> counters_;
  RequestRate rate_;
  StaticFiles files_;
  Transfers transfers_;
  Uploads uploads_;
  OpenQuestions open_questions_;
};

}  // namespace pxe::tftp
