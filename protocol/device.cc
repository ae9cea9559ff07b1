// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/device.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/census.h"
#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/inner.h"
#include "protocol/messages.h"
#include "protocol/receive.h"
#include "protocol/send.h"
#include "protocol/timers.h"

namespace wg {
namespace {

// wg_noise_expire_current_peer_keypairs
void ExpireSessions(Device::State& device, Now now, Peer& peer) {
  peer.handshake.Clear(device.index_table);
  ResetLastSentHandshake(now, peer);
  peer.keypairs.ExpireSending();
}

void CountSent(DeviceCounters& counters, const Datagram& datagram, SendOutcome outcome) {
  if (outcome == SendOutcome::kSent) {
    ++counters.tx_packets;
    counters.tx_bytes += datagram.bytes;
  } else if (datagram.remote.address.is_v6()) {
    ++counters.tx_errors;
    ++counters.tx_aborted_errors;
  } else {
    ++counters.tx_dropped;
  }
}

bool SameDestination(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b) {
  return InnerFamily(a) == InnerFamily(b) && InnerDestination(a) == InnerDestination(b);
}

void ForgetAttempts(Peer& peer) {
  peer.timer_handshake_attempts = 0;
  peer.timer_need_another_keepalive = false;
  peer.sent_lastminute_handshake = false;
}

GetPeer Describe(const Device::State& device, const Peer& peer) {
  GetPeer get;
  get.public_key = peer.public_key();
  get.preshared_key = peer.handshake.psk();
  get.endpoint = peer.endpoint.remote();
  get.persistent_keepalive = peer.persistent_keepalive_interval;
  get.last_handshake = peer.walltime_last_handshake;
  get.rx_bytes = peer.rx_bytes;
  get.tx_bytes = peer.tx_bytes;
  get.allowed_ips = device.allowed_ips.ListOf(peer.slot);
  return get;
}

}  // namespace

Device::State::State(const DeviceOptions& options)
    : profile(*options.profile),
      crypto(*options.crypto),
      entropy(*options.entropy),
      pool(*options.pool),
      module(*options.module),
      own_module(*options.profile),
      guard(options.profile->load.is_of_machine ? module : own_module),
      wheel(options.profile->timers_on_wheel ? options.wheel : TimerWheel()),
      netns(options.netns),
      mtu(options.mtu),
      cookie_checker(options.now, entropy, profile) {
  CHECK_GE(profile.max_jitter.count(), 0);
  CHECK_LE(profile.max_jitter.count(), std::numeric_limits<uint32_t>::max());
}

void SetPrivateKey(Device::State& device, Now now, const PrivateKey& key, Effects* fx) {
  const bool had_identity = device.identity.has_identity();
  PrivateKey compared = key;
  if (device.profile.clamps_new_private_key) {
    const bool is_zero = ConstantTimeIsZero(key.bytes);
    if (is_zero && !had_identity) return;
    if (!is_zero) Clamp(&compared);
  }
  if (compared == device.identity.private_key()) return;
  device.identity.SetPrivateKey(device.crypto, key);
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    peer->handshake.PrecomputeStaticStatic(device.noise());
    ExpireSessions(device, now, *peer);
  }
  device.cookie_checker.PrecomputeDeviceKeys(device.identity);
  if (had_identity || !device.identity.has_identity() || !device.is_up) return;
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    SendStagedPackets(device, now, *peer, fx);
  }
}

void ClearAllSources(Device::State& device) {
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    peer->endpoint.ClearSource();
  }
}

Device::Device(const DeviceOptions& options) : state_(std::make_unique<State>(options)) {
  Module& guard = state_->guard;
  if (!guard.ratelimiter.is_initialised()) guard.last_ratelimiter_gc = options.now.boot;
  guard.ratelimiter.Init();
}

Device::~Device() {
  Effects fx;
  Dismantle(&fx);
  const std::string left = CensusText(census());
  if (!left.empty()) {
    const std::string what = absl::StrCat("left behind by a device: ", left);
    internal::CheckFailed(__FILE__, __LINE__, what.c_str());
  }
  state_->guard.ratelimiter.Uninit();
}

void Device::Dismantle(Effects* fx) {
  State& device = *state_;
  device.is_up = false;
  DrainHandshakes(device, fx);
  for (std::unique_ptr<Peer>& slot : device.peers) {
    Peer* peer = slot.get();
    if (peer == nullptr) continue;
    UnlinkPeer(device, *peer);
    device.allowed_ips.RemoveByOwner(peer->slot);
    UnhashPeer(device, *peer);
    KillPeer(*peer);
    StopTimers(device, *peer);
    DestroyPeer(device, peer, fx);
  }
}

void Device::Up(Now now, Effects* fx) {
  State& device = *state_;
  CHECK(!device.is_up);
  device.is_up = true;
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    if (device.profile.up_forgets_attempts) ForgetAttempts(*peer);
    SendStagedPackets(device, now, *peer, fx);
    if (peer->persistent_keepalive_interval != 0) SendKeepalive(device, now, *peer, fx);
  }
}

void Device::Down(Now now, Effects* fx) {
  State& device = *state_;
  CHECK(device.is_up);
  device.is_up = false;
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    PurgeStagedPackets(device, *peer, fx);
    TimersStop(device, *peer);
    peer->ForgetSessions(device.index_table);
    ResetLastSentHandshake(now, *peer);
  }
  DrainHandshakes(device, fx);
}

bool Device::is_up() const { return state_->is_up; }

Errno Device::Transmit(Now now, Buffer* packet, uint32_t mtu, Effects* fx) {
  return TransmitBurst(now, absl::MakeSpan(packet, 1), mtu, fx);
}

Errno Device::TransmitBurst(Now now, absl::Span<Buffer> packets, uint32_t mtu, Effects* fx) {
  CHECK_GE(packets.size(), 1u);
  CHECK_LE(packets.size(), kMaxBurst);
  State& device = *state_;
  if (!device.is_up) return Errno::kNetDown;
  const absl::Span<const uint8_t> bytes = std::as_const(packets[0]).bytes();
  if (InnerFamily(bytes) == Family::kNone) {
    ++device.counters.tx_errors;
    return Errno::kProtoNoSupport;
  }
  const AllowedIps::Owner owner = device.allowed_ips.Lookup(InnerDestination(bytes));
  if (owner == AllowedIps::kNobody) {
    ++device.counters.tx_errors;
    return Errno::kNoKey;
  }
  Peer& peer = *device.peer_at(owner);
  if (!peer.endpoint) {
    ++device.counters.tx_errors;
    return Errno::kDestAddrReq;
  }
  for (const Buffer& segment : packets.subspan(1)) CHECK(SameDestination(bytes, segment.bytes()));
  StagePackets(device, now, peer, packets, mtu != 0 ? mtu : device.mtu, fx);
  return Errno::kOk;
}

void Device::Receive(Now now, Datagram datagram, Effects* fx) {
  ReceiveDatagram(*state_, now, std::move(datagram), fx);
}

void Device::AppendTags(const Work& work, std::vector<uint64_t>* tags) const {
  if (work.kind == WorkKind::kSeal) AppendSealTags(*state_, work.job, tags);
  if (work.kind == WorkKind::kOpen) AppendOpenTags(*state_, work.job, tags);
}

HandshakeFate Device::Examine(Now now, const Work& work) {
  CHECK(work.kind == WorkKind::kHandshakeIn);
  return ExamineHandshakeIn(*state_, now, work.job);
}

void Device::Run(Now now, const Work& work, Effects* fx) {
  State& device = *state_;
  const uint64_t job = work.job;  // `work` may move when fx->work grows
  bool found = false;
  switch (work.kind) {
    case WorkKind::kSeal:
      found = RunSeal(device, job, fx);
      break;
    case WorkKind::kTransmit:
      found = RunTransmit(device, now, job, fx);
      break;
    case WorkKind::kOpen:
      found = RunOpen(device, now, job, fx);
      break;
    case WorkKind::kDeliver:
      found = RunDeliver(device, now, job, fx);
      break;
    case WorkKind::kHandshakeIn:
      found = RunHandshakeIn(device, now, job, fx);
      break;
    case WorkKind::kHandshakeOut:
      found = RunHandshakeOut(device, now, job, fx);
      break;
    case WorkKind::kWipe:
      found = RunWipe(device, job, fx);
      break;
  }
  if (!found) ++device.counters.stale_work;
}

void Device::Abandon(Now, const Work& work, Effects* fx) {
  State& device = *state_;
  bool found = false;
  switch (work.kind) {
    case WorkKind::kSeal:
      found = AbandonSeal(device, work.job, fx);
      break;
    case WorkKind::kOpen:
      found = AbandonOpen(device, work.job, fx);
      break;
    case WorkKind::kHandshakeIn:
      found = AbandonHandshakeIn(device, work.job, fx);
      break;
    default:
      CHECK(work.kind == WorkKind::kSeal);  // the other kinds have no ring that could be full
  }
  if (!found) ++device.counters.stale_work;
}

void Device::OnTimer(Now now, Effects* fx) { ExpireTimers(*state_, now, fx); }

BootTime Device::NextTimer() const { return state_->timers.next(); }

void Device::OnDatagramSent(Now now, const Datagram& datagram, SendOutcome outcome) {
  State& device = *state_;
  const bool had_route = outcome != SendOutcome::kNoRoute;
  if (had_route) CountSent(device.counters, datagram, outcome);
  // What local output does with it is nothing that the peer's half of the kernel hears of.
  Peer* peer = FindPeer(device, datagram.peer);
  if (peer == nullptr) return;
  if (had_route) peer->tx_bytes += datagram.bytes;
  if (!had_route && device.profile.new_handshake_needs_route) return;
  if (datagram.message_type == static_cast<uint8_t>(MessageType::kData) &&
      datagram.bytes != kMessageMinimumLength) {
    TimersDataSent(device, now, *peer);
  }
}

void Device::ForgetSource(PeerId id) {
  if (Peer* peer = FindPeer(*state_, id); peer != nullptr) peer->endpoint.ClearSource();
}

void Device::PrepareSuspend() {
  State& device = *state_;
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    TimersCancelZeroKeyMaterial(*peer);
    peer->ForgetSessions(device.index_table);
  }
}

void Device::OnVmFork(Now now) {
  State& device = *state_;
  for (Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    ExpireSessions(device, now, *peer);
  }
}

void Device::OnResume(Duration slept) { TimersPostponeAll(*state_, slept); }

void Device::LoseMemory(Effects* fx) {
  State& device = *state_;
  CHECK(!device.is_up);
  Dismantle(fx);
  device.identity = NoiseStaticIdentity();
  device.cookie_checker.PrecomputeDeviceKeys(device.identity);
  device.listen_port = 0;
  device.fwmark = 0;
}

void Device::set_listen_port(uint16_t port) { state_->listen_port = port; }

uint32_t Device::LookupDepth(const IpAddress& address) const {
  return state_->allowed_ips.CostOf(Prefix::Host(address)).nodes;
}

bool Device::SecretsOfInitiation(PeerId id, InitiationSecrets* secrets) const {
  const Peer* peer = FindPeer(*state_, id);
  if (peer == nullptr ||
      peer->handshake.state() != NoiseHandshakeState::kCreatedInitiation) {
    return false;
  }
  *secrets = {.static_private = state_->identity.private_key(),
              .remote_static = peer->handshake.remote_static(),
              .ephemeral_private = peer->handshake.ephemeral_private(),
              .preshared = peer->handshake.psk()};
  return true;
}

void Device::set_netns(uint64_t netns) { state_->netns = netns; }

void Device::OnCreatingNetnsGone() {
  state_->creating_netns_gone = true;
  ClearAllSources(*state_);
}

uint32_t Device::fwmark() const { return state_->fwmark; }

bool Device::HasQueued(PeerId id) const {
  const Peer* peer = FindPeer(*state_, id);
  return peer != nullptr &&
         (!peer->tx_queue.empty() || !peer->rx_queue.empty() || peer->handshake_out_job != 0);
}

const PublicKey* Device::Owner(const IpAddress& address) const {
  const AllowedIps::Owner owner = state_->allowed_ips.Lookup(address);
  return owner == AllowedIps::kNobody ? nullptr : &state_->peer_at(owner)->public_key();
}

GetDevice Device::Get() const {
  const State& device = *state_;
  GetDevice get;
  if (device.identity.has_identity()) {
    get.private_key = device.identity.private_key();
    get.public_key = device.identity.public_key();
  }
  get.listen_port = device.listen_port;
  get.fwmark = device.fwmark;
  for (const Peer* peer = device.first_peer; peer != nullptr; peer = peer->next_peer) {
    get.peers.push_back(Describe(device, *peer));
  }
  return get;
}

const DeviceCounters& Device::counters() const { return state_->counters; }

DeviceCensus Device::census() const {
  const State& device = *state_;
  uint64_t timers = 0;
  for (const std::unique_ptr<Peer>& peer : device.peers) {
    if (peer == nullptr) continue;
    for (const PeerTimer& timer : peer->timers) timers += timer.pending();
  }
  return {.peers = device.num_peers,
          .peer_slots = device.peers.size() - device.free_peer_slots.size(),
          .peer_ids = device.peers_by_id.size(),
          .public_keys = device.peer_table.size(),
          .keypairs = device.keypair_account.live,
          .indices = device.index_table.size(),
          .trie_nodes =
              device.allowed_ips.nodes(Family::kIpv4) + device.allowed_ips.nodes(Family::kIpv6),
          .prefixes = device.allowed_ips.prefixes(),
          .timers = timers,
          .tx_packets = device.tx_packets.live(),
          .staged = device.staged,
          .bundles = device.bundles.live(),
          .queued_rx = device.rx_packets.live(),
          .handshakes_in = device.handshakes_in.live()};
}

}  // namespace wg
