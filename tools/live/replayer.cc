// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/replayer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "protocol/uapi/text_get.h"
#include "protocol/uapi/text_set.h"
#include "tools/live/recorder.h"

namespace live {
namespace {

absl::Status Damaged(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("the recording is damaged: ", why));
}

absl::Span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// "data, 128 bytes".
std::string MessageInWords(const std::string& payload) {
  const char type = payload.empty() ? '\0' : payload[0];
  return absl::StrCat(type == 1   ? "initiation"
                      : type == 2 ? "response"
                      : type == 3 ? "cookie reply"
                      : type == 4 ? "data"
                                  : "no message",
                      ", ", payload.size(), " bytes");
}

std::string WhatInWords(const file::Entry& entry) {
  switch (entry.what_case()) {
    case file::Entry::kStart:
      return absl::StrCat("start of ", entry.start().interface(), ", ", entry.start().profile());
    case file::Entry::kPackets: {
      size_t bytes = 0;
      for (const std::string& packet : entry.packets().packet()) bytes += packet.size();
      return absl::StrCat("from the interface: ", entry.packets().packet_size(), " packets, ", bytes, " bytes");
    }
    case file::Entry::kDatagram:
      return absl::StrCat("datagram from ", entry.datagram().remote(), ": ",
                          MessageInWords(entry.datagram().payload()));
    case file::Entry::kTimer: return "a timer is due";
    case file::Entry::kUp: return "the interface goes up";
    case file::Entry::kDown: return "the interface goes down";
    case file::Entry::kListenPort: return absl::StrCat("port ", entry.listen_port());
    case file::Entry::kRequest:
      return absl::StrCat("a request of ", entry.request().size(), " bytes");
    case file::Entry::kStep: return "a step of it";
    case file::Entry::kCarryOut: return "what follows is carried out";
    case file::Entry::kSent:
      return absl::StrCat("the datagrams are sent, ", entry.sent().otherwise_size(), " not as wanted");
    case file::Entry::kOutcome: return "outcome";
    case file::Entry::kEnd: return "the end";
    case file::Entry::WHAT_NOT_SET: break;
  }
  return "an entry of another version";
}

// The first thing that differs.
std::string Difference(const file::Outcome& then, const file::Outcome& now) {
  if (then.error() != now.error()) {
    const auto name = [](int error) { return std::string(wg::ErrnoName(static_cast<wg::Errno>(error))); };
    return absl::StrCat("the answer was ", name(then.error()), " and is ", name(now.error()));
  }
  for (int i = 0; i < std::min(then.datagrams_size(), now.datagrams_size()); ++i) {
    if (then.datagrams(i).SerializeAsString() == now.datagrams(i).SerializeAsString()) continue;
    const auto words = [](const file::RecordedDatagram& one) {
      return absl::StrCat(MessageInWords(one.payload()), " to ", one.remote(), " (",
                          absl::BytesToHexString(one.payload().substr(0, 64)), ")");
    };
    return absl::StrCat("datagram ", i, " was ", words(then.datagrams(i)), " and is ", words(now.datagrams(i)));
  }
  if (then.datagrams_size() != now.datagrams_size()) {
    return absl::StrCat(then.datagrams_size(), " datagrams left, and ", now.datagrams_size(), " do now");
  }
  for (int i = 0; i < std::min(then.packets_size(), now.packets_size()); ++i) {
    if (then.packets(i) != now.packets(i)) return absl::StrCat("packet ", i, " of the tunnel is another one");
  }
  if (then.packets_size() != now.packets_size()) {
    return absl::StrCat(then.packets_size(), " packets came out of the tunnel, and ", now.packets_size(), " do now");
  }
  if (then.SerializeAsString() != now.SerializeAsString()) return "packets were dropped for other reasons";
  return "";
}

}  // namespace

std::string InWords(const file::Entry& entry, int64_t start_ns) {
  const int64_t ns = entry.boot_ns() - start_ns;
  constexpr int64_t kSecond = 1'000'000'000;
  return absl::StrFormat("+%d.%09d s  %s", ns / kSecond, std::max<int64_t>(ns % kSecond, 0), WhatInWords(entry));
}

Replayer::~Replayer() {
  session_.reset();
  fx_.Clear();
  if (device_ == nullptr) return;
  device_->Dismantle(&fx_);
  fx_.Clear();
}

void Replayer::RecordedEntropy::Fill(absl::Span<uint8_t> out) {
  const size_t size = std::min(out.size(), left.size());
  std::copy_n(left.begin(), size, out.begin());
  left.erase(0, size);
  // Whoever draws until he likes what he gets has to come to an end.
  if (size < out.size()) instead.Fill(out.subspan(size));
  ran_out |= size < out.size();
}

absl::Status Replayer::Play(const file::Entry& input, const file::Outcome& then) {
  const wg::Now now{wg::BootTime(std::chrono::nanoseconds(input.boot_ns())),
                    wg::WallTime(std::chrono::nanoseconds(input.wall_ns()))};
  if (now.boot < now_.boot) return Damaged("time goes back");
  now_ = now;
  entropy_.left = then.random();
  file::Outcome outcome;
  absl::Status status = input.has_start()       ? Start(input)
                        : device_ == nullptr    ? Damaged("it does not begin with its start")
                                                : Do(input, &outcome);
  if (!status.ok()) return status;
  if (entropy_.ran_out || !entropy_.left.empty()) {
    return absl::AbortedError(absl::StrCat(entropy_.ran_out ? "more" : "fewer",
                                           " random numbers are drawn than when it was recorded"));
  }
  if (then.has_random()) outcome.set_random(then.random());
  const std::string difference = Difference(then, outcome);
  if (!difference.empty()) return absl::AbortedError(difference);
  const wg::Digest digest = wg::Blake2s({BytesOf(chain_), BytesOf(outcome.SerializeAsString())});
  chain_.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  return absl::OkStatus();
}

std::string Replayer::Fingerprint() const { return absl::BytesToHexString(chain_.substr(0, 8)); }

absl::Status Replayer::Start(const file::Entry& input) {
  if (device_ != nullptr) return Damaged("it starts twice");
  const wg::Profile* profile = wg::FindProfile(input.start().profile());
  if (profile == nullptr) return Damaged(absl::StrCat("no profile ", input.start().profile()));
  device_ = std::make_unique<wg::Device>(wg::DeviceOptions{.profile = profile,
                                                           .crypto = &wg::RealCrypto(),
                                                           .entropy = &entropy_,
                                                           .pool = &pool_,
                                                           .module = &module_,
                                                           .now = now_});
  driver_ = std::make_unique<wg::InlineDriver>(device_.get());
  return absl::OkStatus();
}

absl::Status Replayer::Do(const file::Entry& input, file::Outcome* now) {
  if (session_ && session_->Next() && !input.has_step() && !input.has_carry_out() && !input.has_sent()) {
    return absl::AbortedError("the request has more steps than when it was recorded");
  }
  if (sending_ && !input.has_sent()) return Damaged("nobody says what became of the datagrams");
  switch (input.what_case()) {
    case file::Entry::kPackets: return Transmit(input.packets(), now);
    case file::Entry::kDatagram: return Receive(input.datagram());
    case file::Entry::kTimer: device_->OnTimer(now_, &fx_); return absl::OkStatus();
    case file::Entry::kUp: return SetUp(true);
    case file::Entry::kDown: return SetUp(false);
    case file::Entry::kListenPort:
      device_->set_listen_port(static_cast<uint16_t>(input.listen_port()));
      return absl::OkStatus();
    case file::Entry::kRequest: return Request(input.request());
    case file::Entry::kStep: return Step(input.step(), now);
    case file::Entry::kCarryOut:
      driver_->Settle(now_, &fx_);
      Tell(fx_, now);
      sending_ = !fx_.datagrams.empty();
      if (!sending_) fx_.Clear();
      return absl::OkStatus();
    case file::Entry::kSent: return Sent(input.sent());
    case file::Entry::kEnd: return End(input.end());
    case file::Entry::kStart:
    case file::Entry::kOutcome:
    case file::Entry::WHAT_NOT_SET: break;
  }
  return Damaged(WhatInWords(input));
}

absl::Status Replayer::Transmit(const file::Packets& packets, file::Outcome* now) {
  if (packets.packet_size() < 1 || static_cast<size_t>(packets.packet_size()) > wg::Device::kMaxBurst) {
    return Damaged("no burst has so many packets");
  }
  std::vector<wg::Buffer> buffers;
  for (const std::string& packet : packets.packet()) buffers.push_back(pool_.Copy(BytesOf(packet)));
  const wg::Errno error = device_->TransmitBurst(now_, absl::MakeSpan(buffers), packets.mtu(), &fx_);
  if (error != wg::Errno::kOk) now->set_error(static_cast<int>(error));
  return absl::OkStatus();
}

absl::Status Replayer::Receive(const file::RecordedDatagram& datagram) {
  const absl::StatusOr<wg::Endpoint> remote = wg::Endpoint::Parse(datagram.remote());
  if (!remote.ok()) return Damaged(remote.status().message());
  wg::Datagram out;
  out.remote = *remote;
  out.remote.scope_id = datagram.scope_id();
  if (datagram.has_local()) {
    const absl::StatusOr<wg::IpAddress> local = wg::IpAddress::Parse(datagram.local());
    if (!local.ok()) return Damaged(local.status().message());
    out.local = *local;
  }
  out.payload = pool_.Copy(BytesOf(datagram.payload()));
  out.ifindex = datagram.ifindex();
  out.ds = static_cast<uint8_t>(datagram.ds());
  device_->Receive(now_, std::move(out), &fx_);
  return absl::OkStatus();
}

absl::Status Replayer::SetUp(bool up) {
  if (up == device_->is_up()) return Damaged("the interface is in that state already");
  up ? device_->Up(now_, &fx_) : device_->Down(now_, &fx_);
  return absl::OkStatus();
}

absl::Status Replayer::Request(const std::string& text) {
  absl::string_view lines = text;
  if (!absl::ConsumePrefix(&lines, "set=1\n") || !absl::ConsumeSuffix(&lines, "\n")) {
    return Damaged("a request is none");
  }
  const std::vector<wg::GetPeer> peers = device_->Get().peers;
  wg::uapi::SetRequest request = wg::uapi::ParseSet(lines, [&](const wg::PublicKey& key) {
    return std::any_of(peers.begin(), peers.end(),
                       [&](const wg::GetPeer& peer) { return peer.public_key == key; });
  });
  if (request.error != wg::uapi::IpcError::kNone) return Damaged(request.message);
  if (request.devices.size() > 1) return Damaged("a request is several");
  if (request.devices.empty()) request.devices.emplace_back();
  session_.emplace(device_.get(), std::move(request.devices[0]));
  return absl::OkStatus();
}

absl::Status Replayer::Step(const file::Step& step, file::Outcome* now) {
  if (!session_) return Damaged("a step of no request");
  if (!session_->Next()) return absl::AbortedError("the request has fewer steps than when it was recorded");
  session_->Step(now_, &fx_, wg::BindOutcome(static_cast<wg::Errno>(step.error()), static_cast<uint16_t>(step.port())));
  if (session_->error() != wg::Errno::kOk) now->set_error(static_cast<int>(session_->error()));
  return absl::OkStatus();
}

absl::Status Replayer::Sent(const file::Sent& sent) {
  if (!sending_) return Damaged("nothing was sent");
  std::vector<const file::Sent::Otherwise*> otherwise(fx_.datagrams.size());
  for (const file::Sent::Otherwise& one : sent.otherwise()) {
    if (one.datagram() >= otherwise.size()) return Damaged("there is no such datagram");
    if (one.outcome() < 0 || one.outcome() > static_cast<int>(wg::SendOutcome::kNoRoute)) {
      return Damaged("there is no such outcome");
    }
    otherwise[one.datagram()] = &one;
  }
  for (size_t i = 0; i < fx_.datagrams.size(); ++i) {
    const wg::SendOutcome outcome =
        otherwise[i] == nullptr ? wg::SendOutcome::kSent : static_cast<wg::SendOutcome>(otherwise[i]->outcome());
    device_->OnDatagramSent(now_, fx_.datagrams[i], outcome);
    if (otherwise[i] != nullptr && otherwise[i]->source_forgotten()) {
      device_->ForgetSource(fx_.datagrams[i].peer);
    }
  }
  fx_.Clear();
  sending_ = false;
  return absl::OkStatus();
}

absl::Status Replayer::End(const std::string& state) {
  if (wg::uapi::FormatGet(device_->Get()) == state) return absl::OkStatus();
  return absl::AbortedError("the device says something else of itself at the end (wg show)");
}

}  // namespace live
