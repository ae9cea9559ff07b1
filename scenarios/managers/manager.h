// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Manager: a program that owns the peers of one WireGuard interface. It is told what happens to the mesh and says which
// requests it sends, literally and in order. One class for each real program (programs.h); this one keeps what they have
// in common: what the mesh is meant to be, what is due when, and what is to be sent.
//
// Pure logic: no loop and no I/O. Time is handed in; the device is read through a function, which costs nothing (a dump
// takes no lock that the data path takes). A program is one thread: Run and Answered are called while nothing of it is
// under way. Hear may be called at any time; programs that act on each event at once say what they send there and then,
// those that gather say it in the next Run.
#ifndef WGSIM_SCENARIOS_MANAGERS_MANAGER_H_
#define WGSIM_SCENARIOS_MANAGERS_MANAGER_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/plan_managers.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace scenario {

class Manager {
 public:
  struct Options {
    plan::Manager values;  // periods and switches; what the program does not have is not looked at
    std::function<wg::GetDevice()> read_device;
    sim::Rng rng{0};     // the program's own
    sim::Rng shared{0};  // the same for all programs of a mesh: what they agree upon by other means
  };
  // One thing that it means to do, however many requests it takes; each waits for the answer to the one before, and an
  // error ends it.
  struct Change {
    std::string what;  // "remove 10.1.0.7/32", "resync"
    int node = -1;     // the first it is about
    std::vector<wg::SetDevice> requests;
    // The device itself calls the program, in the middle of a packet's way: done before the packet goes on.
    bool at_once = false;
  };

  explicit Manager(Options options) : options_(std::move(options)) {}
  virtual ~Manager() = default;
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // A node that is configured on the device already. REQUIRES: not told before; before Start.
  void Adopt(int node, MeshNode state);
  // The device is configured and the program runs.
  void Start(sim::Time now);

  void Hear(const MeshEvent& event, sim::Time now);
  // When it wants to run next; nothing: not unless something happens.
  std::optional<sim::Time> due() const;
  // REQUIRES: due() <= now.
  void Run(sim::Time now);
  // The oldest change that was taken and is not at_once has ended; without an error or with one.
  void Answered(bool ok, sim::Time now);

  // What it wants to be done, in order; each change is taken once.
  std::vector<Change> Take() { return std::exchange(changes_, {}); }

  // By number; those that nobody ever told of are not present.
  const std::vector<MeshNode>& nodes() const { return nodes_; }

  // Whether the node is not configured, or not as it should be, until there is a packet for it: kActive wakes it up.
  virtual bool Sleeps(int) const { return false; }
  // Whether that can happen at all.
  virtual bool WakesNodes() const { return false; }
  // Whether packets from such a node wake it up, too; otherwise the other side's program has to say so.
  virtual bool SeesPackets() const { return false; }
  // The node whose list has the address, by its longest prefix; -1 if none has.
  int OwnerOf(const wg::IpAddress& address) const;

 protected:
  // What happened to a node that is present, after nodes() has been changed. Lists are what has really changed. Default:
  // Changed().
  virtual void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                          absl::Span<const wg::Prefix> removed);
  // Of nodes that are both present: `from` had it, `to` had not.
  virtual void OnMove(int from, int to, const wg::Prefix& prefix);
  virtual void OnNodeAdded(int node);
  virtual void OnNodeRemoved(int node);
  virtual void OnKeyChanged(int node, const wg::PublicKey& old_key);
  // The same, told in two pieces of news: programs that act on each do as they do when a node joins, and then when one
  // leaves. Default, for those that compare: OnKeyChanged() at the first one, nothing at the second.
  virtual void OnKeyAdded(int node, const wg::PublicKey& old_key);
  virtual void OnKeyRemoved(int /*node*/, const wg::PublicKey& /*old_key*/) {}
  virtual void OnEndpointChanged(int node);
  virtual void OnActive(int) {}
  // The device and what is wanted may differ: at times, or because somebody says so. Default: Changed().
  virtual void OnResync();
  // It has just started again: nodes() is empty.
  virtual void OnRestart() {}
  virtual void OnSynced();
  virtual void OnAdopted(int) {}
  virtual void OnStart() {}
  virtual void OnAnswered(bool) {}
  // Something has changed. Default: asks to be run, unless it is still being told everything.
  virtual void Changed();
  // The time of WakeAt has come.
  virtual void OnWake() {}

  sim::Time now() const { return now_; }
  sim::Rng& rng() { return options_.rng; }
  const sim::Rng& shared_rng() const { return options_.shared; }
  const plan::Manager& values() const { return options_.values; }
  wg::GetDevice ReadDevice() const { return options_.read_device(); }
  // Between restart and synced.
  bool syncing() const { return syncing_; }

  // The earlier of this and what was asked for already.
  void WakeAt(sim::Time time);
  // Forgets about WakeAt.
  void Sleep() { wake_at_.reset(); }

  // Nothing if there are no requests.
  void Send(std::vector<wg::SetDevice> requests, bool at_once = false);
  // How the next change will be called, if nothing happens before it: "gc".
  void Call(std::string what) { words_ = std::move(what); }

  // The node's entry with key, endpoint, keepalive, preshared key and its full list.
  wg::SetPeer Whole(int node) const;
  // The same with REPLACE_ALLOWEDIPS.
  wg::SetPeer Replaced(int node) const;
  // Key and full list alone, with REPLACE_ALLOWEDIPS.
  wg::SetPeer ReplacedList(int node) const;
  // Key and single entries alone.
  static wg::SetPeer Entries(const wg::PublicKey& key, absl::Span<const wg::Prefix> add,
                             absl::Span<const wg::Prefix> remove = {});
  static wg::SetPeer Removal(const wg::PublicKey& key) { return {.public_key = key, .remove = true}; }
  static wg::SetDevice OnePeer(wg::SetPeer peer);
  // Private key and port that the interface has.
  wg::SetDevice OwnIdentity() const;
  // ... and all present nodes, each Replaced().
  wg::SetDevice WholeDevice() const;
  // One request for each peer of the device that is no present node's.
  std::vector<wg::SetDevice> RemoveUnknown() const;
  // Whatever the order.
  static bool SameList(absl::Span<const wg::Prefix> a, absl::Span<const wg::Prefix> b);
  // nullptr: there is none.
  static const wg::GetPeer* FindPeer(const wg::GetDevice& device, const wg::PublicKey& key);
  // All nodes that are present, in order of their numbers.
  std::vector<int> Present() const;
  // The present node that has this key; -1 if there is none.
  int NodeWithKey(const wg::PublicKey& key) const;

 private:
  void Dispatch(const MeshEvent& event);
  // It runs as soon as it can.
  bool IsDue() const { return wake_at_ && *wake_at_ <= now_; }
  // What happened is dealt with: the next change has a name of its own.
  void Said();
  MeshNode& At(int node);
  // Takes it out of the node's list; false if it is not there.
  bool Forget(int node, const wg::Prefix& prefix);
  void ChangePrefixes(const MeshEvent& event);
  void Move(const MeshEvent& event);
  void Restart();

  Options options_;
  std::vector<MeshNode> nodes_;
  absl::flat_hash_map<wg::Prefix, int> owners_;  // whose list a prefix is in; for look-up only
  sim::Time now_{};
  std::optional<sim::Time> resync_at_;
  std::optional<sim::Time> wake_at_;
  bool syncing_ = false;
  std::vector<Change> changes_;
  // Of what happened since something was sent.
  std::string words_;
  int events_ = 0;
  int about_ = -1;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_MANAGER_H_
