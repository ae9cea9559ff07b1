// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// An adapter as wgsim conform wants it (conformance/adapter.proto), around our own device: an
// example to write others after.
//
//   wgsim conform --target=adapter:bazel-bin/tools/conform/sample_adapter
//
// A line of JSON comes, the device does what it says and all that follows from it, a line of JSON
// goes. There is no clock, no socket and no interface: time, datagrams and packets are what the
// lines say.
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "conformance/adapter.pb.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/inline_driver.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/uapi/session.h"

namespace conformance {
namespace {

using file::AdapterAnswer;
using file::AdapterRequest;

constexpr uint32_t kVersion = 1;
constexpr uint32_t kInterface = 1;
constexpr uint16_t kFirstFreePort = 49152;
constexpr size_t kInitiationSize = 148;

template <typename Bytes>
std::string HexOf(const Bytes& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

wg::Now TimeOf(const AdapterRequest& request) {
  return {wg::BootTime(std::chrono::nanoseconds(request.boot_ns())),
          wg::WallTime(std::chrono::nanoseconds(request.wall_ns()))};
}

class Adapter : public wg::uapi::Handler {
 public:
  explicit Adapter(wg::Now now)
      : now_(now),
        device_({.profile = &wg::kLinux616,
                 .crypto = &wg::RealCrypto(),
                 .entropy = &entropy_,
                 .pool = &pool_,
                 .module = &module_,
                 .now = now}) {}
  ~Adapter() override {
    device_.Dismantle(&fx_);
    fx_.Clear();
    sent_.clear();
  }

  AdapterAnswer Do(const AdapterRequest& request) {
    now_ = TimeOf(request);
    AdapterAnswer answer;
    switch (request.what_case()) {
      case AdapterRequest::kStart:
        answer.set_tells_errors(true);
        break;
      case AdapterRequest::kAsk:
        answer.set_text(wg::uapi::Session(this).Feed(request.ask()));
        break;
      case AdapterRequest::kUp:
        SetUp(request.up());
        break;
      case AdapterRequest::kDatagram:
        Receive(request.datagram());
        break;
      case AdapterRequest::kPacket: {
        wg::Buffer packet = BufferOf(request.packet());
        answer.set_error(static_cast<int>(device_.Transmit(now_, &packet, 0, &fx_)));
        break;
      }
      case AdapterRequest::kTimer:
        device_.OnTimer(now_, &fx_);
        break;
      case AdapterRequest::kLoad:
        Load();
        break;
      case AdapterRequest::kSent:
        TakeOutcomes(request.sent());
        break;
      case AdapterRequest::WHAT_NOT_SET:
        answer.set_unsupported("a request of another version");
        break;
    }
    BindPort();
    Settle(&answer);
    if (const wg::BootTime next = device_.NextTimer(); next != wg::BootTime::max()) {
      answer.set_next_ns(next.time_since_epoch().count());
    }
    return answer;
  }

  // wg::uapi::Handler: the text protocol.
  wg::GetDevice Get() override { return device_.Get(); }
  bool HasPeer(const wg::PublicKey& key) override {
    const std::vector<wg::GetPeer> peers = device_.Get().peers;
    return std::any_of(peers.begin(), peers.end(),
                       [&](const wg::GetPeer& peer) { return peer.public_key == key; });
  }
  wg::Errno Set(const wg::SetDevice& request) override {
    return wg::Configure(&device_, request, now_, &fx_);
  }

 private:
  wg::Buffer BufferOf(const std::string& hex) {
    const std::string bytes = absl::HexStringToBytes(hex);
    return pool_.Copy({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  }

  // What became of the datagrams of the last answer.
  void TakeOutcomes(const file::Sent& outcome) {
    std::vector<wg::SendOutcome> outcomes(sent_.size(), wg::SendOutcome::kSent);
    std::vector<bool> source_gone(sent_.size());
    for (const file::NotSent& one : outcome.except()) {
      if (one.datagram() >= sent_.size()) continue;
      if (one.reason() == file::NotSent::NO_ROUTE)
        outcomes[one.datagram()] = wg::SendOutcome::kNoRoute;
      source_gone[one.datagram()] = one.reason() == file::NotSent::SOURCE_GONE;
    }
    for (size_t i = 0; i < sent_.size(); ++i) {
      device_.OnDatagramSent(now_, sent_[i], outcomes[i]);
      if (source_gone[i]) device_.ForgetSource(sent_[i].peer);
    }
    sent_.clear();
  }

  void SetUp(bool up) {
    if (up == device_.is_up()) return;
    up ? device_.Up(now_, &fx_) : device_.Down(now_, &fx_);
  }

  void BindPort() {
    if (device_.is_up() && device_.Get().listen_port == 0) device_.set_listen_port(next_port_++);
  }

  void Receive(const file::AdapterDatagram& datagram) {
    wg::Endpoint remote = wg::Endpoint::Parse(datagram.remote()).value_or(wg::Endpoint());
    if (remote.address.IsLinkLocal()) remote.scope_id = kInterface;
    device_.Receive(now_,
                    {.payload = BufferOf(datagram.bytes()),
                     .remote = remote,
                     .local = wg::IpAddress::Parse(datagram.local()).value_or(wg::IpAddress()),
                     .ifindex = kInterface,
                     .ds = static_cast<uint8_t>(datagram.ds())},
                    &fx_);
  }

  // As many handshake messages at once as are too many; none is authentic.
  void Load() {
    std::vector<uint8_t> message(kInitiationSize);
    message[0] = 1;
    const wg::Endpoint nobody{wg::IpAddress::V4(0xc63364fa), 1, 0};  // 198.51.100.250
    for (uint32_t i = 0; i <= wg::kLinux616.load.threshold; ++i) {
      device_.Receive(now_, {.payload = pool_.Copy(message), .remote = nobody}, &fx_);
    }
  }

  // Does all there is to do.
  void Settle(AdapterAnswer* answer) {
    driver_.Settle(now_, &fx_);
    for (wg::Datagram& datagram : fx_.datagrams) {
      file::AdapterDatagram* out = answer->add_datagrams();
      out->set_bytes(HexOf(std::as_const(datagram.payload).bytes()));
      out->set_remote(datagram.remote.ToString());
      if (datagram.local) out->set_local(datagram.local.ToString());
      out->set_ds(datagram.ds);
      sent_.push_back(std::move(datagram));
    }
    for (const wg::InnerPacket& inner : fx_.inner) answer->add_packets(HexOf(inner.packet.bytes()));
    fx_.Clear();
  }

  wg::Now now_;
  uint16_t next_port_ = kFirstFreePort;
  wg::SeededEntropy entropy_{1};
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Effects fx_;
  wg::Device device_;
  wg::InlineDriver driver_{&device_};
  std::vector<wg::Datagram> sent_;  // in the last answer
};

int Serve() {
  std::string line, said;
  std::unique_ptr<Adapter> adapter;
  while (std::getline(std::cin, line)) {
    AdapterRequest request;
    const auto status = google::protobuf::util::JsonStringToMessage(line, &request);
    if (!status.ok()) {
      std::cerr << "sample_adapter: " << line << ": " << status.message() << "\n";
      return 1;
    }
    if (request.has_start()) {
      if (request.start() != kVersion) return 89;
      adapter = std::make_unique<Adapter>(TimeOf(request));
    }
    if (adapter == nullptr) {
      std::cerr << "sample_adapter: the first request has to be start\n";
      return 1;
    }
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    said.clear();
    if (!google::protobuf::util::MessageToJsonString(adapter->Do(request), &said, options).ok())
      return 1;
    std::cout << said << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace conformance

int main() { return conformance::Serve(); }
