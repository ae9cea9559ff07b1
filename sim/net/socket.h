// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Socket: an application's UDP socket of one family, with Linux's errnos and buffers. Its calls are
// made inside acts of the application's process tasks; the application prices these. Nothing
// blocks: a call that would wait says kAgain, and SocketUser is told when to try again.
//
// What a send reports (net/ipv4/udp.c, ip_output.c), in the order of the checks:
//   kInval, kAfNoSupport, kDestAddrReq (not connected, no destination), kMsgSize
//   kInval                              of a train: more than kMaxSegments, or one does not fit the
//                                       route's MTU
//   kNetUnreach, kHostUnreach, kInval   no route; a route of type unreachable; blackhole
//   a pending error                     from an ICMP message that came before (below); this call
//   does nothing else kAgain                              the send buffer is full kNoBufs an
//   interface's queue is full: only with recverr; without it the call succeeds
//                                       although the packet is gone (it is then reported as
//                                       dropped)
//   anything else                       the verdict of the device without a queue: kNoKey,
//   kDestAddrReq, ...
// An error returned is the packet's end: it is not reported as dropped.
//
// ICMP errors become pending errors: with recverr all of them; without it only hard ones (port
// unreachable) and only on a connected socket. The next call, send or receive, returns the error
// once.
#ifndef WGSIM_SIM_NET_SOCKET_H_
#define WGSIM_SIM_NET_SOCKET_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/net/move_ring.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/net/segments.h"
#include "sim/net/send_account.h"
#include "sim/net/udp_table.h"
#include "sim/spin_lock.h"
#include "sim/time.h"

namespace net {

class Socket;

// The application. Called from softirq acts (OnWritable: from an event of its own): it submits a
// task to its core.
class SocketUser {
 public:
  virtual ~SocketUser() = default;
  // A datagram was queued.
  virtual void OnReadable(Socket* /*socket*/) {}
  // After WaitForRoom: at most half of the send buffer is taken.
  virtual void OnWritable(Socket* /*socket*/) {}
  // An error is pending.
  virtual void OnError(Socket* /*socket*/) {}
};

// IP_MTU_DISCOVER.
enum class PathMtuDiscovery : uint8_t {
  kWant,  // Linux's default: DF on what fits the path's MTU, larger datagrams are cut up here
  kDont,  // never DF
  kDo,    // always DF: what does not fit is kMsgSize
};

struct SocketOptions {
  bool recverr = false;   // IP_RECVERR, IPV6_RECVERR
  bool freebind = false;  // IP_FREEBIND: may be bound to an address that is not here (yet)
  PathMtuDiscovery path_mtu_discovery = PathMtuDiscovery::kWant;
  uint32_t send_buffer = SendAccount::kDefaultLimit;
  uint32_t receive_buffer = 212992;  // net.core.rmem_default
  uint32_t mark = 0;                 // SO_MARK
  uint8_t ds = 0;                    // IP_TOS, IPV6_TCLASS
  uint8_t ttl = kDefaultTtl;
  bool udp_gro = false;  // UDP_GRO: Receive may give several datagrams of a sender at once
  sim::Duration queue_lock{0};  // how long the receive queue's lock is held for one datagram
  const Interface* device = nullptr;  // SO_BINDTODEVICE
};

struct Received {
  wg::Buffer payload;
  Segments more;  // with udp_gro: what came right behind
  wg::Endpoint from;
  wg::IpAddress to;
  uint8_t ds = 0;
};

// Datagrams, those of trains each: queued = received - receive_drops - taken.
struct SocketCounters {
  uint64_t sent = 0;           // calls that returned kOk
  uint64_t refused = 0;        // calls that returned an error
  uint64_t received = 0;       // datagrams with a good checksum
  uint64_t receive_drops = 0;  // RcvbufErrors
  uint64_t taken = 0;          // by Receive
  uint64_t icmp_errors = 0;    // ICMP errors about this socket's datagrams
};

class Socket : private UdpReceiver, private SendAccount::Waiter {
 public:
  // Not bound. `netns` and `user` outlive the socket; `user` may be nullptr. `place` names it in
  // the trace.
  Socket(Netns* netns, wg::Family family, absl::string_view place, const SocketOptions& options,
         SocketUser* user);
  // Closes: datagrams in the queue are dropped.
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // `address` "no address" or unspecified: all. Port 0: an ephemeral one. kAddrInUse; kInval: bound
  // already, or not an address of this namespace (without freebind).
  wg::Errno Bind(const wg::IpAddress& address, uint16_t port);
  // Sets the default destination and accepts datagrams from there only; binds if that was not done,
  // and fixes the source address. Errors of routing.
  wg::Errno Connect(const wg::Endpoint& remote);

  // Sends the payload, which is used up whatever is returned. Its tag stays with it. Runs on core
  // `cpu`.
  wg::Errno SendTo(const wg::Endpoint& to, wg::Buffer payload, Cpu cpu);
  // To the connected destination.
  wg::Errno Send(wg::Buffer payload, Cpu cpu) {
    return SendTo(wg::Endpoint(), std::move(payload), cpu);
  }
  // sendmsg with UDP_SEGMENT: datagrams of the same size, but the last may be shorter, sent as one
  // as far as the devices on the way can. They are used up whatever is returned; each keeps its
  // tag. No destination: the connected one. REQUIRES: at least one; sizes as said.
  wg::Errno SendTrain(const wg::Endpoint& to, absl::Span<wg::Buffer> payloads, Cpu cpu);
  // False: a send would be refused with kAgain.
  bool HasRoom() { return account_->HasRoom(); }
  // user->OnWritable is called once when there is room again.
  void WaitForRoom() { account_->Wait(this); }

  // The oldest datagram, with udp_gro the oldest train: kOk. kAgain: none. Otherwise the pending
  // error, and nothing taken.
  wg::Errno Receive(Received* out);
  bool readable() const { return !queue_.empty(); }
  // Payload bytes of what Receive would give now; 0 if nothing.
  uint64_t next_bytes() const;
  // How long a receive call that begins now waits for the queue's lock, which softirqs that queue
  // datagrams take as well; books it. A softirq's own wait, at most as long as queue_lock, is not
  // charged: holding the lock is part of the prices of both.
  sim::Duration LockQueue();
  // Datagrams.
  size_t queued() const { return queued_; }
  // kOk if none. Reading does not clear it.
  wg::Errno pending_error() const { return pending_error_; }

  uint16_t port() const { return binding_.port; }
  wg::IpAddress local() const { return binding_.local; }
  sim::EntityId entity() const { return entity_; }
  const SocketCounters& counters() const { return counters_; }

 private:
  struct Queued {
    Received datagram;
    uint32_t true_size;
  };

  wg::Errno DoSend(const wg::Endpoint& to, absl::Span<wg::Buffer> payloads, Cpu cpu);
  // The further packets of a train.
  void Append(IpHeader ip, uint16_t port, absl::Span<wg::Buffer> payloads, Packet* train);
  wg::Errno CheckDestination(const wg::Endpoint& to, size_t size) const;
  wg::Errno Emit(Packet* packet, Interface* out, uint32_t mtu);
  wg::Errno BindIfNeeded();
  void OnDatagram(Packet&& packet, const IpHeader& ip, const UdpHeader& udp) override;
  void OnIcmpError(const IcmpReport& report) override;
  void OnRoom() override;

  Netns* const netns_;
  const sim::EntityId entity_;
  const SocketOptions options_;
  SocketUser* const user_;
  SendAccount* const account_;
  UdpBinding binding_;
  bool bound_ = false;
  wg::Errno pending_error_ = wg::Errno::kOk;
  sim::SpinLock queue_lock_;
  MoveRing<Queued> queue_;
  uint64_t queued_true_size_ = 0;
  size_t queued_ = 0;
  SocketCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_SOCKET_H_
