// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/wg_tunnel.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "protocol/census.h"
#include "protocol/check.h"
#include "protocol/messages.h"
#include "sim/machine.h"
#include "sim/net/headers.h"
#include "sim/wg/key_log.h"

namespace wgnode {
namespace {

uint64_t NetnsKey(const net::Netns* netns) { return static_cast<uint64_t>(netns->entity()); }

}  // namespace

WgTunnel::WgTunnel(const Options& options)
    : Actor(options.fabric->Register(absl::StrCat(options.host->name(), "/", options.name))),
      options_(options),
      cores_(options.host->cores()),
      update_lock_(options.fabric->loop(), options.costs->Charge(Cost::kLockHandover)),
      table_lock_(options.costs->Charge(Cost::kLockHandover)),
      crypt_workers_(options.host->work_queues(), sim::WorkQueue::Kind::kCpuIntensive),
      handshake_receive_workers_(options.host->work_queues(), sim::WorkQueue::Kind::kCpuIntensive),
      handshake_send_workers_(options.host->work_queues(), sim::WorkQueue::Kind::kUnbound),
      timer_(options.fabric->loop(), this, 0) {
  device_ = std::make_unique<wg::Device>(wg::DeviceOptions{.profile = options.profile,
                                                           .crypto = options.crypto,
                                                           .entropy = options.entropy,
                                                           .pool = options.fabric->pool(),
                                                           .module = options.module,
                                                           .mtu = options.mtu,
                                                           .now = Now(),
                                                           .netns = NetnsKey(options.netns),
                                                           .wheel = options.wheel});
  sim::Machine* const machine = options.host->machine();
  ParallelQueue::Options ring{.machine = machine,
                              .workers = &crypt_workers_,
                              .capacity = kCryptRing,
                              .driver = this,
                              .label = "encrypt"};
  encrypt_ = std::make_unique<ParallelQueue>(ring);
  ring.label = "decrypt";
  decrypt_ = std::make_unique<ParallelQueue>(ring);
  handshake_ = std::make_unique<ParallelQueue>(
      ParallelQueue::Options{.machine = machine,
                             .workers = &handshake_receive_workers_,
                             .capacity = kHandshakeRing,
                             .driver = this,
                             .label = "handshake_in",
                             .gives_up_above = kHandshakeRing / 2,
                             .turn_passes_when_full = false});
  peers_ = std::make_unique<PeerWork>(PeerWork::Options{.cores = cores_,
                                                        .crypt = &crypt_workers_,
                                                        .handshake_send = &handshake_send_workers_,
                                                        .driver = this,
                                                        .host = options.host,
                                                        .device = options.name,
                                                        .napi = {.loses_wakeups =
                                                                     options.napi_stall},
                                                        .threaded =
                                                            options.profile->delivers_in_thread});
  if (options.in_user_space) {
    TunQueue::Reader* const reader = this;  // a private base: make_unique could not convert
    tun_ = std::make_unique<TunQueue>(machine, absl::StrCat("tun/", options.name), reader);
  }
  interface_ = options.host->AddTunnel(options.netns, options.name, options.mtu, this);
}

WgTunnel::~WgTunnel() {
  device_->Dismantle(&run_fx_);
  for (wg::Dropped& dropped : run_fx_.dropped) TakeCharge(&dropped.packet);
  run_fx_.Clear();
  std::string left = wg::CensusText(device_->census());
  const size_t charges = charges_.size() - free_charges_.size();
  if (charges != 0) absl::StrAppend(&left, left.empty() ? "" : ", ", "charges ", charges);
  if (left.empty()) return;
  const std::string what =
      absl::StrCat("left behind by ", options_.host->name(), "/", options_.name, ": ", left);
  wg::internal::CheckFailed(__FILE__, __LINE__, what.c_str());
}

wg::Now WgTunnel::Now() const {
  const sim::Duration elapsed = options_.fabric->now() - sim::kStart;
  return {.boot = options_.clocks.boot + elapsed - boot_behind_,
          .wall = options_.clocks.wall + elapsed + wall_step_};
}

void WgTunnel::Suspend() {
  CHECK(!asleep_);
  if (!in_user_space()) device_->PrepareSuspend();
  asleep_ = true;
  slept_since_ = options_.fabric->now();
}

void WgTunnel::Resume() {
  CHECK(asleep_);
  asleep_ = false;
  const sim::Duration slept = options_.fabric->now() - slept_since_;
  if (in_user_space()) {
    boot_behind_ += slept;
  } else {
    device_->OnResume(slept);
  }
  ArmTimer();
}

void WgTunnel::LoseMemory() {
  CHECK(interface_->SetUp(false) == wg::Errno::kOk);
  device_->LoseMemory(&timer_fx_);
  Apply(&timer_fx_, 0);
  // Whom they wait for is gone.
  if (!flushers_.empty()) CheckFlushers();
}

void WgTunnel::Apply(wg::Effects* fx, int core) {
  // Abandoned work may ask for more work: the list can grow while it is read.
  for (size_t i = 0; i < fx->work.size(); ++i) Schedule(fx->work[i], core, fx);
  for (wg::Datagram& datagram : fx->datagrams) Send(&datagram, core);
  for (wg::InnerPacket& inner : fx->inner) Deliver(&inner, core);
  for (wg::Dropped& dropped : fx->dropped) {
    TakeCharge(&dropped.packet);
    Lose(dropped.packet, dropped.reason);
  }
  fx->Clear();
  ArmTimer();
}

void WgTunnel::Schedule(const wg::Work& work, int core, wg::Effects* fx) {
  ParallelQueue* ring = nullptr;
  switch (work.kind) {
    case wg::WorkKind::kSeal:
      ring = encrypt_.get();
      break;
    case wg::WorkKind::kOpen:
      ring = decrypt_.get();
      break;
    case wg::WorkKind::kHandshakeIn:
      ring = handshake_.get();
      break;
    case wg::WorkKind::kTransmit:
      return peers_->Of(work.peer).transmit.Add(work);
    case wg::WorkKind::kDeliver: {
      PeerNapi& napi = peers_->NapiOf(work.peer, core);
      napi.Add(work);
      if (!opening_ && !napi.acting()) napi.Schedule(static_cast<net::Cpu>(core));
      return;
    }
    case wg::WorkKind::kHandshakeOut:
      return peers_->Of(work.peer).handshake.Add(work);
    case wg::WorkKind::kWipe:
      return peers_->Of(work.peer).wipe.Add(work);
  }
  if (ring->Push(work, core)) return;
  const wg::Work refused = work;  // `work` may be in the list that grows now
  device_->Abandon(Now(), refused, fx);
  if (refused.kind == wg::WorkKind::kSeal) WakeOwner(refused, core);
}

void WgTunnel::WakeOwner(const wg::Work& finished, int core) {
  if (finished.kind != wg::WorkKind::kSeal && finished.kind != wg::WorkKind::kOpen) return;
  PeerWork::Items* const items = peers_->Find(finished.peer);
  if (items == nullptr) return;
  if (finished.kind == wg::WorkKind::kSeal) return items->transmit.Wake();
  if (items->napi != nullptr) items->napi->Schedule(static_cast<net::Cpu>(core));
}

size_t WgTunnel::waiting(wg::WorkKind ring) const {
  switch (ring) {
    case wg::WorkKind::kSeal: return encrypt_->size();
    case wg::WorkKind::kOpen: return decrypt_->size();
    case wg::WorkKind::kHandshakeIn: return handshake_->size();
    default: return 0;
  }
}

void WgTunnel::Perform(const wg::Work& work, int core) {
  net::WorkObserver* const observer = options_.fabric->work_observer();
  if (observer != nullptr) ShowWork(work, observer);
  const wg::Work finished = work;
  device_->Run(Now(), finished, &run_fx_);
  opening_ = finished.kind == wg::WorkKind::kOpen;
  Apply(&run_fx_, core);
  opening_ = false;
  WakeOwner(finished, core);
  if (!flushers_.empty()) CheckFlushers();
}

void WgTunnel::Deliver(wg::InnerPacket* inner, int core) {
  net::Packet packet;
  packet.buffer = std::move(inner->packet);
  packet.cpu = static_cast<net::Cpu>(core);
  packet.checksum = net::ChecksumState::kVerified;
  interface_->Receive(std::move(packet));
}

sim::Duration WgTunnel::Price(const wg::Work& work) {
  if (work.kind == wg::WorkKind::kHandshakeIn) {
    return options_.costs->Charge(work, device_->Examine(Now(), work));
  }
  const sim::Duration price = options_.costs->Charge(work);
  if (tun_ == nullptr || work.kind != wg::WorkKind::kDeliver) return price;
  // The owner of the packet's source is looked up.
  const sim::Duration wait =
      table_lock_.Read(options_.fabric->now(), options_.costs->Charge(Cost::kXmit));
  return wait + price + options_.costs->Charge(Cost::kTunWrite, work.bytes);
}

sim::Duration WgTunnel::LockTable(sim::Duration hold) {
  return tun_ == nullptr ? sim::Duration(0) : table_lock_.Write(options_.fabric->now(), hold);
}

sim::Duration WgTunnel::ReadPrice(const TunQueue::Packet& packet) {
  net::IpHeader ip;
  const absl::Span<const uint8_t> bytes = packet.buffer.bytes();
  const uint32_t depth = net::ParseIp(bytes, &ip) ? device_->LookupDepth(ip.destination) : 0;
  const sim::Duration read = options_.costs->Charge(Cost::kTunRead, bytes.size());
  const sim::Duration look_up = options_.costs->Charge(Cost::kXmit, depth);
  return read + table_lock_.Read(options_.fabric->now() + read, look_up) + look_up;
}

void WgTunnel::OnRead(TunQueue::Packet packet, int core) {
  switch (device_->Transmit(Now(), &packet.buffer, packet.mtu, &transmit_fx_)) {
    case wg::Errno::kOk:
      return Apply(&transmit_fx_, core);
    case wg::Errno::kNoKey:
      return LoseInTun(packet.buffer, "no_peer");
    case wg::Errno::kDestAddrReq:
      return LoseInTun(packet.buffer, "no_endpoint");
    case wg::Errno::kNetDown:
      return LoseInTun(packet.buffer, "interface_down");
    default:
      return LoseInTun(packet.buffer, "not_ip");
  }
}

wg::Errno WgTunnel::Transmit(net::Packet* packet, uint32_t mtu) {
  packet->ResolveChecksum();
  if (tun_ != nullptr) {
    packet->charge.Release();  // tun_net_xmit: skb_orphan
    TunQueue::Packet waiting{.buffer = std::move(packet->buffer), .mtu = mtu};
    if (!tun_->Push(&waiting)) LoseInTun(waiting.buffer, "tun_queue_full");
    return wg::Errno::kOk;
  }
  const int core = packet->cpu;
  burst_.push_back(std::move(packet->buffer));
  for (wg::Buffer& segment : packet->more.buffers()) burst_.push_back(std::move(segment));
  // The last one charges the socket for all (skb_gso_segment does so as well).
  if (packet->charge) burst_.back().set_context(KeepCharge(std::move(packet->charge)));
  const uint32_t context = burst_.back().context();
  const wg::Errno error =
      device_->TransmitBurst(Now(), absl::MakeSpan(burst_), mtu, &transmit_fx_);
  if (error != wg::Errno::kOk) {
    packet->charge = TakeCharge(&burst_.back());
    packet->buffer = std::move(burst_.front());
    for (size_t i = 1; i < burst_.size(); ++i) {
      packet->more.buffers()[i - 1] = std::move(burst_[i]);
    }
  } else {
    packet->more.Clear();
    // Staged for want of a key: it does not charge its socket any more (skb_orphan in
    // wg_packet_send_staged_packets).
    if (context != 0 &&
        (transmit_fx_.work.empty() || transmit_fx_.work[0].kind != wg::WorkKind::kSeal)) {
      charges_[context - 1].Release();
    }
  }
  burst_.clear();
  Apply(&transmit_fx_, core);
  return error;
}

wg::Errno WgTunnel::Open() {
  const wg::BindOutcome bound = OpenSockets(device_->Get().listen_port);
  if (bound.error != wg::Errno::kOk) return bound.error;
  device_->set_listen_port(bound.port);
  device_->Up(Now(), &timer_fx_);
  Apply(&timer_fx_, 0);
  return wg::Errno::kOk;
}

void WgTunnel::Stop() {
  device_->Down(Now(), &timer_fx_);
  Apply(&timer_fx_, 0);
  socket4_.reset();
  socket6_.reset();
}

wg::BindOutcome WgTunnel::Bind(uint16_t port) {
  return device_->is_up() ? OpenSockets(port) : wg::BindOutcome(wg::Errno::kOk, port);
}

wg::BindOutcome WgTunnel::OpenSockets(uint16_t port) {
  if (creating_netns_gone_) return wg::Errno::kNoNet;
  const std::string place = absl::StrCat(options_.host->name(), "/", options_.name);
  for (int retry = 0; retry <= kPortRetries; ++retry) {
    auto v4 = std::make_unique<net::TunnelSocket>(options_.netns, wg::Family::kIpv4,
                                                  absl::StrCat(place, "/udp4"), this);
    wg::Errno error = v4->Bind(port);
    if (error != wg::Errno::kOk) return error;
    auto v6 = std::make_unique<net::TunnelSocket>(options_.netns, wg::Family::kIpv6,
                                                  absl::StrCat(place, "/udp6"), this);
    error = v6->Bind(v4->port());
    if (error == wg::Errno::kAddrInUse && port == 0) continue;
    if (error != wg::Errno::kOk) return error;
    socket4_ = std::move(v4);
    socket6_ = std::move(v6);
    return wg::BindOutcome(wg::Errno::kOk, socket4_->port());
  }
  return wg::Errno::kAddrInUse;
}

void WgTunnel::OnTunnelDatagram(net::TunnelDatagram&& datagram) {
  const int core = datagram.cpu;
  if (overhears_) Overhear(datagram.payload);
  device_->Receive(Now(),
                   {.payload = std::move(datagram.payload),
                    .remote = datagram.remote,
                    .local = datagram.local,
                    .ifindex = datagram.ifindex,
                    .ds = datagram.ds},
                   &receive_fx_);
  Apply(&receive_fx_, core);
}

void WgTunnel::Overhear(const wg::Buffer& message) {
  const absl::Span<const uint8_t> bytes = message.bytes();
  if (message.tag() != 0 || bytes.size() != wg::MessageHandshakeInitiation::kLen) return;
  if (bytes[0] != static_cast<uint8_t>(wg::MessageType::kHandshakeInitiation)) return;
  overheard_.assign(bytes.begin(), bytes.end());
}

void WgTunnel::Send(wg::Datagram* datagram, int core) {
  net::SendCharge charge = TakeCharge(&datagram->payload);
  net::TunnelSocket* socket = datagram->remote.address.is_v6() ? socket6_.get() : socket4_.get();
  if (socket == nullptr) {
    Lose(datagram->payload, wg::DropReason::kInterfaceDown);
    device_->OnDatagramSent(Now(), *datagram, wg::SendOutcome::kNoRoute);
    return;
  }
  if (options_.fabric->tap() != nullptr &&
      datagram->message_type == static_cast<uint8_t>(wg::MessageType::kHandshakeInitiation)) {
    ShowSecrets(*datagram);
  }
  const net::TunnelSendResult result = socket->Send({.payload = std::move(datagram->payload),
                                                     .remote = datagram->remote,
                                                     .source = datagram->local,
                                                     .ifindex = datagram->ifindex,
                                                     .ds = datagram->ds,
                                                     .mark = device_->fwmark(),
                                                     .cpu = static_cast<net::Cpu>(core),
                                                     .charge = std::move(charge)});
  if (result.source_forgotten) device_->ForgetSource(datagram->peer);
  // A source was chosen: a route was found, and it is the interface that refused.
  const wg::SendOutcome outcome = result.error == wg::Errno::kOk ? wg::SendOutcome::kSent
                                  : result.source                ? wg::SendOutcome::kOutputFailed
                                                                 : wg::SendOutcome::kNoRoute;
  device_->OnDatagramSent(Now(), *datagram, outcome);
}

void WgTunnel::Lose(const wg::Buffer& packet, wg::DropReason why) {
  if (options_.observer != nullptr) options_.observer->OnTunnelDrop(entity(), why, packet);
  if (why != wg::DropReason::kConsumed) ShowDrop(packet, wg::DropReasonName(why));
}

void WgTunnel::LoseInTun(const wg::Buffer& packet, absl::string_view why) {
  if (options_.observer != nullptr) options_.observer->OnTunDrop(entity(), why, packet);
  ShowDrop(packet, why);
}

void WgTunnel::ShowDrop(const wg::Buffer& packet, absl::string_view why) {
  net::Tap* const tap = options_.fabric->tap();
  if (tap == nullptr || !packet) return;
  tap->OnPacket(options_.fabric->now(), entity(), net::Tap::Way::kNone, packet.bytes(),
                absl::StrCat("dropped: ", why));
}

void WgTunnel::ShowWork(const wg::Work& work, net::WorkObserver* observer) {
  tags_.clear();
  device_->AppendTags(work, &tags_);
  for (const uint64_t tag : tags_) observer->OnWork(tag);
}

void WgTunnel::ShowSecrets(const wg::Datagram& initiation) {
  wg::InitiationSecrets secrets;
  if (!device_->SecretsOfInitiation(initiation.peer, &secrets)) return;
  options_.fabric->tap()->OnSecrets(kKeyLogType, KeyLogText(secrets));
}

void WgTunnel::OnEvent(uint64_t) {
  armed_at_ = sim::kEndOfTime;
  if (asleep_) return;
  device_->OnTimer(Now(), &timer_fx_);
  Apply(&timer_fx_, 0);
}

void WgTunnel::ArmTimer() {
  const wg::BootTime next = device_->NextTimer();
  if (next == wg::kNever || asleep_) return;
  const sim::Time at =
      std::max(options_.fabric->now(), sim::kStart + (next - options_.clocks.boot) + boot_behind_);
  // The device may name an earlier time than the true one, never a later: waking up early is
  // harmless.
  if (at >= armed_at_) return;
  armed_at_ = at;
  timer_.ArmAt(at);
}

void WgTunnel::Flush(wg::PeerId peer, sim::Actor* who, uint64_t arg) {
  flushers_.push_back({encrypt_->pushed(), decrypt_->pushed(), peer, who, arg});
  CheckFlushers();
}

void WgTunnel::MoveTo(net::Netns* netns) {
  static_cast<net::Netns*>(interface_->stack())->RemoveInterface(interface_);
  netns->AddInterface(interface_);
  device_->set_netns(NetnsKey(netns));
}

void WgTunnel::OnCreatingNetnsGone() {
  creating_netns_gone_ = true;
  socket4_.reset();
  socket6_.reset();
  device_->OnCreatingNetnsGone();
}

void WgTunnel::CheckFlushers() {
  for (size_t i = 0; i < flushers_.size();) {
    const Flusher flusher = flushers_[i];
    if (!encrypt_->AllDone(flusher.encrypt_mark) || !decrypt_->AllDone(flusher.decrypt_mark) ||
        (device_->HasQueued(flusher.peer) && !peers_->Stalled(flusher.peer))) {
      ++i;
      continue;
    }
    flushers_.erase(flushers_.begin() + static_cast<std::ptrdiff_t>(i));
    peers_->Retire(flusher.peer);
    options_.fabric->loop()->After(options_.costs->Charge(Cost::kFlushQueues), flusher.who,
                                   flusher.arg);
  }
}

uint32_t WgTunnel::KeepCharge(net::SendCharge charge) {
  if (free_charges_.empty()) {
    charges_.push_back(std::move(charge));
    return static_cast<uint32_t>(charges_.size());
  }
  const uint32_t slot = free_charges_.back();
  free_charges_.pop_back();
  charges_[slot] = std::move(charge);
  return slot + 1;
}

net::SendCharge WgTunnel::TakeCharge(wg::Buffer* buffer) {
  if (!*buffer || buffer->context() == 0) return {};
  const uint32_t slot = buffer->context() - 1;
  buffer->set_context(0);
  free_charges_.push_back(slot);
  return std::move(charges_[slot]);
}

}  // namespace wgnode
