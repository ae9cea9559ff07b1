// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WgTunnel: one WireGuard interface of a simulated host; the driver that turns what a wg::Device
// wants done into tasks on cores, packets on the network and timers of the loop. This is where sim/
// and protocol/ meet.
//
//   work            where it runs                                    context
//   seal, open      cores in turn, over a ring of 1024 each          work item (CPU-intensive)
//   handshake in    cores in turn, over a ring of 4096               work item (CPU-intensive)
//   transmit        the peer's core: number mod cores                work item (CPU-intensive)
//   deliver         the core on which the packet was opened          softirq (NAPI), or the peer's
//                                                                    thread (delivers_in_thread)
//   handshake out,  any core                                         work item (unbound)
//   wipe
//
// Everything happens in the act of some task, on the core whose number is passed along. Timers act
// at their time (Options::wheel), free of charge: what they cause is charged.
// Requirements: TX-001 to 006 010 024 025 045 to 047; RX-021; DEV-003 005 010 to 014 020 022; SOCK-001 to 006 011 to 014 017 to 019.
#ifndef WGSIM_SIM_WG_WG_TUNNEL_H_
#define WGSIM_SIM_WG_WG_TUNNEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/config_session.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/peer_id.h"
#include "protocol/time.h"
#include "protocol/timer_wheel.h"
#include "sim/event_loop.h"
#include "sim/lock.h"
#include "sim/net/fabric.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/net/tunnel_interface.h"
#include "sim/net/tunnel_socket.h"
#include "sim/rw_lock.h"
#include "sim/timer.h"
#include "sim/trace.h"
#include "sim/wg/clock_start.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/parallel_queue.h"
#include "sim/wg/peer_work.h"
#include "sim/wg/tun_queue.h"
#include "sim/wg/work_driver.h"
#include "sim/work_queue.h"

namespace wgnode {

// Told of every packet that ended inside a device.
class TunnelObserver {
 public:
  virtual ~TunnelObserver() = default;
  virtual void OnTunnelDrop(sim::EntityId place, wg::DropReason why, const wg::Buffer& packet) = 0;
  // In user space: between the stack and the device. `why`: "no_peer", "no_endpoint", "not_ip",
  // "interface_down", "tun_queue_full".
  virtual void OnTunDrop(sim::EntityId place, absl::string_view why, const wg::Buffer& packet) = 0;
};

class WgTunnel : public net::TunnelDevice,
                 public net::TunnelReceiver,
                 private sim::Actor,
                 private TunQueue::Reader,
                 private WorkDriver {
 public:
  static constexpr size_t kCryptRing = 1024;      // MAX_QUEUED_PACKETS
  static constexpr size_t kHandshakeRing = 4096;  // MAX_QUEUED_INCOMING_HANDSHAKES
  // wg_socket_init: as often another port is tried because IPv6 has the one that IPv4 was given.
  static constexpr int kPortRetries = 100;

  struct Options {
    net::Fabric* fabric;
    net::Host* host;    // whose cores do the work
    net::Netns* netns;  // where the interface is created and its sockets live; see MoveTo
    std::string name;   // "wg0"
    const CostModel* costs;
    const wg::Profile* profile;
    const wg::CryptoSuite* crypto;
    wg::Entropy* entropy;
    wg::Module* module;  // one per host
    uint32_t mtu = 1420;
    ClockStart clocks;
    wg::TimerWheel wheel{};  // of the host; default: timers go off exactly
    TunnelObserver* observer = nullptr;
    // Fault: threaded polls lose wake-ups (CVE-2026-52945; net::NapiOptions::loses_wakeups).
    bool napi_stall = false;
    // The implementation is a program behind a TUN device, and not in the sender's context: a
    // sender never learns what became of its packet.
    bool in_user_space = false;
  };
  // Everything pointed to outlives the tunnel. The interface is added to the namespace, down.
  explicit WgTunnel(const Options& options);
  // Dismantles the device and ends the program, with the names, if anything of it is left then.
  ~WgTunnel() override;

  const std::string& name() const { return options_.name; }
  wg::Device& device() { return *device_; }
  const wg::Device& device() const { return *device_; }
  net::TunnelInterface* interface() { return interface_; }
  // device_update_lock. Whoever holds rtnl_lock, too, took that first.
  sim::Lock* update_lock() { return &update_lock_; }
  // How long a step that changes the table of allowed ips, and takes `hold` for that, waits for the
  // table's lock, if it begins now; books it. In the kernel readers take no lock: 0.
  sim::Duration LockTable(sim::Duration hold);
  const sim::RwLock& table_lock() const { return table_lock_; }
  // This instant on the host's clocks.
  wg::Now Now() const;

  // The machine sleeps: the kernel forgets sessions before (wg_pm_notification), a program knows
  // nothing. No timer runs; the kernel's ages count it, a program's clock does not. REQUIRES: it
  // does not, or does.
  void Suspend();
  void Resume();
  // The machine has lost its power: the interface is down, and empty (Device::LoseMemory).
  void LoseMemory();
  void StepWallClock(sim::Duration by) { wall_step_ += by; }

  // Carries out and clears *fx, in an act on core number `core`.
  void Apply(wg::Effects* fx, int core);
  // Binds the sockets to this port, 0 for any free one, if the interface is up; otherwise nothing
  // is bound and the device only remembers it. The outcome of the configuration step
  // kSetListenPort.
  wg::BindOutcome Bind(uint16_t port);
  // Calls who->OnEvent(arg) when everything that waits in the crypt rings now has been done, then
  // everything of this peer's has been sent, delivered or dropped, and the price of a flush has
  // passed (peer_remove_after_dead: flush_workqueue, twice, napi_disable). REQUIRES: the peer is
  // dead.
  void Flush(wg::PeerId peer, sim::Actor* who, uint64_t arg);

  // ip link set NAME netns: the interface goes down and into another namespace of the host. The
  // sockets stay in Options::netns, where the interface was created.
  void MoveTo(net::Netns* netns);
  // Options::netns ends (wg_netns_pre_exit): no sockets any more, and none ever again: Open says
  // kNoNet, the configuration of port and mark kPerm.
  void OnCreatingNetnsGone();

  // net::TunnelDevice: from the stack, on core packet->cpu. A train is one burst: looked up once,
  // staged and sealed as one bundle (wg_xmit of a GSO packet).
  wg::Errno Transmit(net::Packet* packet, uint32_t mtu) override;
  bool takes_trains() const override { return tun_ == nullptr; }
  wg::Errno Open() override;
  void Stop() override;
  // net::TunnelReceiver: from the outer UDP sockets, in softirq.
  void OnTunnelDatagram(net::TunnelDatagram&& datagram) override;

  // From now on somebody on the way here remembers the last initiation that came from a device (its
  // buffer has no tag). Empty before the first.
  void OverhearInitiations() { overhears_ = true; }
  absl::Span<const uint8_t> overheard() const { return overheard_; }

  bool in_user_space() const { return tun_ != nullptr; }
  // REQUIRES: in_user_space().
  const TunQueue& tun_queue() const { return *tun_; }
  const ParallelQueue& encrypt_queue() const { return *encrypt_; }
  const ParallelQueue& decrypt_queue() const { return *decrypt_; }
  const ParallelQueue& handshake_queue() const { return *handshake_; }
  // What waits in a ring: of kSeal, kOpen, kHandshakeIn.
  size_t waiting(wg::WorkKind ring) const;
  // Peers that have had something to do, and of one of them; nullptr if it has not.
  size_t peers_with_work() const { return peers_->size(); }
  const PeerWork::Items* work_of(wg::PeerId peer) const { return peers_->Find(peer); }

 private:
  struct Flusher {
    uint64_t encrypt_mark;
    uint64_t decrypt_mark;
    wg::PeerId peer;
    sim::Actor* who;
    uint64_t arg;
  };

  // WorkDriver.
  sim::Duration Price(const wg::Work& work) override;
  sim::Duration RingLockHold() override { return options_.costs->Charge(Cost::kRingLock); }
  void Perform(const wg::Work& work, int core) override;
  // TunQueue::Reader.
  sim::Duration ReadPrice(const TunQueue::Packet& packet) override;
  void OnRead(TunQueue::Packet packet, int core) override;
  // sim::Actor: the device's next timer.
  void OnEvent(uint64_t arg) override;

  void Schedule(const wg::Work& work, int core, wg::Effects* fx);
  // wg_queue_enqueue_per_peer_tx, _rx: whoever finishes a bundle or a packet wakes its peer's
  // transmit work or poll, also when others are before it that are not finished.
  void WakeOwner(const wg::Work& finished, int core);
  // Opens both sockets on one port (wg_socket_init) in place of the old ones; on an error the old
  // ones stay.
  wg::BindOutcome OpenSockets(uint16_t port);
  void Overhear(const wg::Buffer& message);
  void Send(wg::Datagram* datagram, int core);
  // Tells observer and tap that `packet` ends here.
  void Lose(const wg::Buffer& packet, wg::DropReason why);
  void LoseInTun(const wg::Buffer& packet, absl::string_view why);
  void ShowDrop(const wg::Buffer& packet, absl::string_view why);
  // Tells the work observer which packets `work` is about.
  void ShowWork(const wg::Work& work, net::WorkObserver* observer);
  // Gives the tap what decrypts the initiation that is about to be sent.
  void ShowSecrets(const wg::Datagram& initiation);
  void Deliver(wg::InnerPacket* inner, int core);
  void CheckFlushers();
  void ArmTimer();
  // A sealed packet goes on charging its socket until it has left the host.
  uint32_t KeepCharge(net::SendCharge charge);
  net::SendCharge TakeCharge(wg::Buffer* buffer);

  const Options options_;
  const int cores_;
  bool asleep_ = false;
  sim::Time slept_since_{};
  sim::Duration boot_behind_{0}, wall_step_{0};  // sleep that is not counted; steps that were made
  bool creating_netns_gone_ = false;
  std::unique_ptr<wg::Device> device_;
  net::TunnelInterface* interface_ = nullptr;
  std::unique_ptr<net::TunnelSocket> socket4_;
  std::unique_ptr<net::TunnelSocket> socket6_;
  sim::Lock update_lock_;
  sim::RwLock table_lock_;  // of a program in user space
  sim::WorkQueue crypt_workers_;              // packet_crypt_wq
  sim::WorkQueue handshake_receive_workers_;  // handshake_receive_wq
  sim::WorkQueue handshake_send_workers_;     // handshake_send_wq
  std::unique_ptr<PeerWork> peers_;
  std::unique_ptr<TunQueue> tun_;  // in user space only
  bool opening_ = false;  // a packet is being opened: its peer's poll will be scheduled for it
  std::unique_ptr<ParallelQueue> encrypt_;
  std::unique_ptr<ParallelQueue> decrypt_;
  std::unique_ptr<ParallelQueue> handshake_;
  std::vector<wg::Buffer> burst_;  // what is being transmitted; empty in between
  sim::Timer timer_;
  sim::Time armed_at_ = sim::kEndOfTime;  // of timer_; kEndOfTime: not armed
  std::vector<net::SendCharge> charges_;  // by Buffer::context() - 1
  std::vector<uint32_t> free_charges_;
  std::vector<Flusher> flushers_;
  std::vector<uint64_t> tags_;  // for ShowWork
  // One per way in, so that one may run inside another without either seeing the other's.
  bool overhears_ = false;
  std::vector<uint8_t> overheard_;
  wg::Effects transmit_fx_, receive_fx_, run_fx_, timer_fx_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_WG_TUNNEL_H_
