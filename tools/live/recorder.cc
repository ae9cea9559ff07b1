// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/recorder.h"

#include <utility>

#include "absl/memory/memory.h"
#include "protocol/uapi/text_get.h"
#include "protocol/uapi/text_set.h"
#include "tools/live/os_clock.h"

namespace live {
namespace {

void TellDatagram(const wg::Datagram& datagram, file::RecordedDatagram* out) {
  const auto bytes = datagram.payload.bytes();
  out->set_payload(bytes.data(), bytes.size());
  out->set_remote(datagram.remote.ToString());
  if (datagram.remote.scope_id != 0) out->set_scope_id(datagram.remote.scope_id);
  if (datagram.local) out->set_local(datagram.local.ToString());
  if (datagram.ifindex != 0) out->set_ifindex(datagram.ifindex);
  if (datagram.ds != 0) out->set_ds(datagram.ds);
}

}  // namespace

void Tell(const wg::Effects& fx, file::Outcome* outcome) {
  for (const wg::Datagram& datagram : fx.datagrams) TellDatagram(datagram, outcome->add_datagrams());
  for (const wg::InnerPacket& inner : fx.inner) {
    const auto bytes = inner.packet.bytes();
    outcome->add_packets(bytes.data(), bytes.size());
  }
  for (const wg::Dropped& dropped : fx.dropped) outcome->add_dropped(static_cast<int>(dropped.reason));
}

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::Create(const std::string& path) {
  absl::StatusOr<std::unique_ptr<RecordingWriter>> writer = RecordingWriter::Create(path);
  if (!writer.ok()) return writer.status();
  return absl::WrapUnique(new Recorder(*std::move(writer)));
}

void Recorder::DrawnEntropy::Fill(absl::Span<uint8_t> out) {
  OsEntropy().Fill(out);
  drawn.append(reinterpret_cast<const char*>(out.data()), out.size());
}

file::Entry* Recorder::Begin(wg::Now now) {
  entry_.Clear();
  entry_.set_boot_ns(now.boot.time_since_epoch().count());
  entry_.set_wall_ns(now.wall.time_since_epoch().count());
  return &entry_;
}

void Recorder::Start(wg::Now now, const std::string& profile, const std::string& interface) {
  file::Start* start = Begin(now)->mutable_start();
  start->set_profile(profile);
  start->set_interface(interface);
  Write();
}

void Recorder::Packets(wg::Now now, absl::Span<const wg::Buffer> packets, uint32_t mtu) {
  file::Packets* out = Begin(now)->mutable_packets();
  for (const wg::Buffer& packet : packets) {
    const auto bytes = packet.bytes();
    out->add_packet(bytes.data(), bytes.size());
  }
  out->set_mtu(mtu);
  Write();
}

void Recorder::Datagram(wg::Now now, const wg::Datagram& datagram) {
  TellDatagram(datagram, Begin(now)->mutable_datagram());
  Write();
}

void Recorder::Timer(wg::Now now) {
  Begin(now)->set_timer(true);
  Write();
}

void Recorder::Up(wg::Now now) {
  Begin(now)->set_up(true);
  Write();
}

void Recorder::Down(wg::Now now) {
  Begin(now)->set_down(true);
  Write();
}

void Recorder::ListenPort(wg::Now now, uint16_t port) {
  Begin(now)->set_listen_port(port);
  Write();
}

void Recorder::Request(wg::Now now, const wg::SetDevice& request) {
  Begin(now)->set_request(wg::uapi::FormatSet(request));
  Write();
}

void Recorder::Step(wg::Now now, const wg::BindOutcome& bound) {
  file::Step* step = Begin(now)->mutable_step();
  if (bound.error != wg::Errno::kOk) step->set_error(static_cast<int>(bound.error));
  if (bound.port != 0) step->set_port(bound.port);
  Write();
}

void Recorder::CarryOut(wg::Now now) {
  Begin(now)->set_carry_out(true);
  Write();
}

void Recorder::Sent(wg::Now now, absl::Span<const UdpPort::Sent> sent) {
  file::Sent* out = Begin(now)->mutable_sent();
  for (size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].outcome == wg::SendOutcome::kSent && !sent[i].source_forgotten) continue;
    file::Sent::Otherwise* otherwise = out->add_otherwise();
    otherwise->set_datagram(static_cast<uint32_t>(i));
    otherwise->set_outcome(static_cast<int>(sent[i].outcome));
    if (sent[i].source_forgotten) otherwise->set_source_forgotten(true);
  }
  Write();
}

void Recorder::End(wg::Now now, const wg::GetDevice& device) {
  Begin(now)->set_end(wg::uapi::FormatGet(device));
  Write();
}

void Recorder::CameOfIt(wg::Errno error, const wg::Effects* fx) {
  entry_.Clear();
  file::Outcome* outcome = entry_.mutable_outcome();
  if (!entropy_.drawn.empty()) outcome->set_random(std::exchange(entropy_.drawn, ""));
  if (error != wg::Errno::kOk) outcome->set_error(static_cast<int>(error));
  if (fx != nullptr) Tell(*fx, outcome);
  if (outcome->ByteSizeLong() != 0) Write();
}

}  // namespace live
