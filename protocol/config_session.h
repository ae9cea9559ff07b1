// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ConfigSession: applies one SET_DEVICE request to a Device, one reader-visible change at a time
// (netlink.c: wg_set_device, set_peer, set_allowedip; spec/data sections 1.6 and 2.3 to 2.6).
//
//   ConfigSession session(&device, std::move(request));
//   while (auto step = session.Next()) {
//     ... wait for the grace period or the flush, bind the port, charge the price of *step ...
//     session.Step(now, &fx);
//   }
//   session.error() is the answer; what was applied before an error stays.
//
// Between two steps packets may flow and timers may run: each step is atomic to them, and the list
// of steps is the concurrency contract of the modelled implementation. How much one step changes is
// Profile::grain:
//
//   kPerEntry      every trie entry, and every stage of a peer's removal, is a step of its own
//   (Linux). kPerOperation  "remove all of a peer" and "clear the table" are one step each, every
//   insertion is one. There is no
//                  grace period: readers hold the same lock (wireguard-go).
//   kPerRequest    the port apart, which the driver binds, everything is one step kApply
//   (boringtun).
//
// Waits are steps, too: kGracePeriod and kFlushQueues change nothing, and performing them says that
// the wait is over.
//
// One session per device at a time: between kBegin and kEnd the driver holds what the kernel calls
// rtnl and the device update mutex. Nothing else configures the device, and it stays up or down.
// The session keeps ids and numbers, no pointers into the device.
//
// Requirements: NOISE-074 075; PEER-001 to 009 015 018 019 030 to 039; AIP-022 026 027 029 041;
//   DEV-017; SOCK-007 009 020; NL-012 to 018 020 to 031 034 036 to 040 042 053 054 058 059 061 to
//   068.
#ifndef WGSIM_PROTOCOL_CONFIG_SESSION_H_
#define WGSIM_PROTOCOL_CONFIG_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "protocol/allowedips.h"
#include "protocol/config.h"
#include "protocol/config_step.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/peer_id.h"
#include "protocol/time.h"

namespace wg {

struct Peer;

// What came of binding the sockets to kSetListenPort's port, which the driver does before that step
// if the interface is up. `port` matters where the request asked for any free one.
struct BindOutcome {
  BindOutcome(Errno error = Errno::kOk,
              uint16_t port = 0)  // NOLINT: an errno alone is the usual case
      : error(error), port(port) {}

  Errno error;
  uint16_t port;
};

// Single-threaded. Not copyable.
class ConfigSession {
 public:
  // `device` outlives the session. Nothing happens before the first step.
  ConfigSession(Device* device, SetDevice request);
  ConfigSession(const ConfigSession&) = delete;
  ConfigSession& operator=(const ConfigSession&) = delete;

  // The coming step; nullopt when the session is over. The first is kBegin, the last kEnd, also
  // after an error.
  const std::optional<ConfigStep>& Next() const { return next_; }

  // Whom the coming step is about, as long as he exists; kNone: nobody, or nobody yet.
  PeerId peer() const { return ops_.empty() ? PeerId::kNone : ops_.front().peer; }

  // Makes the change. REQUIRES: Next(), and what it waits for has happened. `bind` is for
  // kSetListenPort: an error ends the session there, with the old port in place (spec/data
  // section 2.5).
  void Step(Now now, Effects* fx, const BindOutcome& bind = {});

  // The `number`-th allocation from now on fails (1: the next), and with it the step that it is for, which changes nothing:
  // ENOMEM, and what was applied before stays (spec/data sections 1.3 and 2.3). Memory is allocated for new trie nodes and
  // for peers. REQUIRES: number > 0.
  void FailAllocation(uint32_t number);
  // The device has lost its memory, or whoever configures it is gone: nothing more is done. What comes is kEnd, unless it
  // is over already.
  void Abandon();

  // The first error, kOk if there was none so far.
  Errno error() const { return error_; }

 private:
  // The parts of a request, in the order in which they are applied whatever their order in the
  // message.
  enum class Stage : uint8_t {
    kBegin,
    kFwmark,
    kListenPort,
    kReplacePeers,
    kPrivateKey,
    kPeers,
    kEnd,
    kOver
  };

  // A step to come, or a run of them: those over a list stay in front until the list is done.
  struct Op {
    StepKind kind;  // kInsertAllowedIp: the entries of the request; kRemoveAllowedIp: all that the
                    // peer has
    PeerId peer = PeerId::kNone;
    size_t done = 0;  // entries of the run
    // kRemoveAllowedIp: only those that this request has not inserted (ReplaceRule).
    bool only_older = false;
  };

  Grain grain() const;
  // The entry of PEERS that is being applied.
  const SetPeer& peer_request() const { return request_.peers[peers_taken_ - 1]; }

  // Fill ops_ with what a part of the request needs, as things stand.
  void Expand();
  void ExpandListenPort();
  void ExpandPrivateKey();
  void ExpandPeer();
  void PushSettings(PeerId peer, bool is_new);
  void PushRemoval(PeerId peer);
  void PushRemovalOfAll();
  void PushAfterDeath(PeerId peer);
  void Push(StepKind kind, PeerId peer = PeerId::kNone) { ops_.push_back({kind, peer}); }

  // Finds the coming step and describes it in next_.
  void Prepare();
  // False if the op in front has nothing left to do, or failed.
  bool Describe(const Op& op);
  bool DescribeEntry(const Op& op);
  bool DescribeRemoveAll(const Op& op);
  void DescribeMerged();

  void PerformFront(Now now, Effects* fx, const BindOutcome& bind);
  void PerformOnDevice(StepKind kind, Now now, Effects* fx, const BindOutcome& bind);
  void PerformOnPeer(StepKind kind, Peer* peer, Now now, Effects* fx);
  void PerformEntry(Op* op, const Peer& peer);
  void PerformRemoveAll(Op* op, const Peer& peer);
  // The first prefix of the list that the coming removal concerns; kEnd if there is none.
  AllowedIps::Entry FirstToRemove(const Op& op, const AllowedIps& table, uint32_t owner) const;
  void Create(Now now);
  void Fail(Errno error);
  // Whether there is memory for so many things; otherwise the session has failed.
  bool Allocate(uint32_t count);

  Device* const device_;
  SetDevice request_;
  const bool refused_;  // asks for what the implementation does not have
  Stage stage_ = Stage::kBegin;
  size_t peers_taken_ = 0;  // of request_.peers
  std::deque<Op> ops_;
  bool tags_ = false;                     // the entries of this peer's request
  absl::flat_hash_set<Prefix> tagged_;  // for look-up only
  std::optional<ConfigStep> next_;
  uint32_t fails_at_ = 0;  // which of the coming allocations; 0: none does
  Errno error_ = Errno::kOk;
};

// The whole request at once: every step, with every wait satisfied. For tests and drivers that do
// not care.
Errno Configure(Device* device, SetDevice request, Now now, Effects* fx);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CONFIG_SESSION_H_
