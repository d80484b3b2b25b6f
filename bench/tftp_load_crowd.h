// Many clients that each fetch a file, and what became of them: the load of `tftp_load`.
//
// One thread. Each client has a UDP port of its own, and keeps it for its next fetch, as loaders
// with one socket do. A client that has heard nothing for a while says its last word again.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "bench/load_histogram.h"
#include "bench/tftp_load_content.h"
#include "bench/tftp_load_fetch.h"
#include "net/unique_fd.h"

namespace pxe::bench {

struct CrowdPlan {
  Ipv4 server;
  Ipv4 own;
  uint32_t first = 0;  // number of the first fetch
  uint32_t fetches = 1;
  uint32_t at_once = 1;
  AskedOptions asked;
  std::chrono::milliseconds patience{1000};
  uint32_t tries = 10;  // in a row, unheard
};

struct CrowdResult {
  uint64_t done = 0;
  uint64_t refused = 0;   // by an ERROR
  uint64_t given_up = 0;  // the server went silent
  uint64_t wrong = 0;     // not the bytes or the options that were due
  uint64_t timeouts = 0;  // times that a client lost patience
  uint64_t strays = 0;    // packets of a transfer that was over
  uint64_t bytes = 0;     // of fetches that were done
  FetchTally tally;
  uint16_t block_bytes = 0;    // as granted last
  uint16_t window_blocks = 0;  // as granted last
  double seconds = 0;          // from the first request to the end of the last fetch
  Durations fetch;             // from the request to the last block
};

class Crowd {
 public:
  static absl::StatusOr<Crowd> Open(const CrowdPlan& plan, const Wanted& wanted);
  Crowd(Crowd&&) noexcept;
  Crowd& operator=(Crowd&&) = delete;
  ~Crowd();

  CrowdResult Run();

 private:
  struct Client {
    net::UniqueFd socket;
    Fetch fetch;
    bool under_way = false;
    uint32_t tries = 0;
    in_port_t server_port = 0;  // as the kernel spells it; 0: nothing was heard yet
    in_port_t last_port = 0;    // of the fetch before
    int64_t began_ns = 0;
    int64_t heard_ns = 0;
  };
  struct Buffers;

  Crowd(const CrowdPlan& plan, const Wanted& wanted, net::UniqueFd epoll,
        std::vector<Client> clients);
  void Begin(Client& client, int64_t now);
  void Read(Client& client);
  void OnPacket(Client& client, std::span<const uint8_t> packet, in_port_t from);
  void Say(const Client& client) const;
  void SayAck(const Client& client) const;
  void Send(const Client& client, std::span<const uint8_t> packet, in_port_t to) const;
  void End(Client& client, int64_t now);
  void Sweep(int64_t now);

  const CrowdPlan plan_;
  const Wanted& wanted_;
  net::UniqueFd epoll_;
  std::vector<Client> clients_;
  std::unique_ptr<Buffers> buffers_;
  uint32_t begun_ = 0;
  uint32_t under_way_ = 0;
  int64_t first_ns_ = 0;
  CrowdResult result_;
};

}  // namespace pxe::bench
