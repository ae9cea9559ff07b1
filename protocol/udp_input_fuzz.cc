// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever arrives at the UDP socket of a device, in whatever order and with whatever pauses,
// nothing is lost from the books: every buffer ends somewhere, every queue is empty when all work
// is done, and errors add up.
//
// The peer is a real one, whose keys the fuzzer knows: it can have messages made valid, so that
// what comes after the header and after the macs is reached as well.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/cookie.h"
#include "protocol/device_state.h"
#include "protocol/fuzz_input.h"
#include "protocol/messages.h"
#include "protocol/profile.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

constexpr int kMaxSteps = 100;

// A is fuzzed; B is its peer.
class Fuzz {
 public:
  explicit Fuzz(FuzzInput* input)
      : input_(*input), net_({.profile = AllProfiles()[input->Byte() % 4]}) {
    net_.tap = [this](Side from, Datagram* datagram) {
      if (from == kB) Spoil(datagram);
      return true;
    };
    if (input_.Byte() & 1) net_.Handshake(input_.Byte() & 1 ? kA : kB);
  }

  void Step() {
    switch (input_.Byte() % 12) {
      case 0:
        return Receive(input_.Bytes(input_.Byte()));
      case 1:
        return ReceiveWithMac(148, MessageType::kHandshakeInitiation);
      case 2:
        return ReceiveWithMac(92, MessageType::kHandshakeResponse);
      case 3:
        return ReceiveSealed();
      case 4:
        return Initiate(kB);
      case 5:
        return Initiate(kA);
      case 6:
        spoil_at_ = input_.U16();
        spoil_with_ = input_.Byte();
        return;
      case 7:
        net_.Advance(Duration(int64_t{1} << (input_.Byte() % 40)));
        return;
      case 8:
        return Restart();
      case 9:
        net_.node(input_.Byte() & 1 ? kA : kB).module.last_under_load = net_.now().boot;
        return;
      case 10:
        return Send();
      default:
        return Receive(std::vector<uint8_t>(last_));
    }
  }

  void Check() {
    net_.Settle();
    net_.ClearLog();
    for (const Side side : {kA, kB}) {
      const DeviceCensus census = net_.device(side).census();
      CHECK_EQ(census.bundles, 0u);
      CHECK_EQ(census.queued_rx, 0u);
      CHECK_EQ(census.handshakes_in, 0u);
      CHECK_EQ(census.tx_packets, census.staged);
      CHECK_EQ(static_cast<uint64_t>(net_.node(side).pool.live()), census.staged);
      CHECK_EQ(census.peers, 1u);
      CHECK_LE(census.keypairs, 3u);
      CHECK_LE(census.indices, census.keypairs + 1);
      CHECK_LE(census.timers, static_cast<uint64_t>(kTimers));
      const DeviceCounters& counters = net_.device(side).counters();
      CHECK_EQ(counters.rx_errors, counters.rx_frame_errors + counters.rx_length_errors);
      CHECK_EQ(counters.rx_bytes, net_.peer(side).rx_bytes);
      CHECK_LE(counters.handshakes_initiated, counters.handshakes_completed);
      CHECK_EQ(counters.stale_work, 0u);
      CHECK_LE(net_.node(side).received.size(), counters.rx_packets);
    }
  }

 private:
  void Spoil(Datagram* datagram) {
    const absl::Span<uint8_t> bytes = datagram->payload.bytes();
    if (bytes.empty()) return;
    last_.assign(bytes.begin(), bytes.end());
    bytes[spoil_at_ % bytes.size()] ^= std::exchange(spoil_with_, 0);
  }

  void Receive(const std::vector<uint8_t>& bytes) {
    const uint8_t where = input_.Byte();
    const uint32_t host = 0xc0000202 + where % 4;
    net_.Inject(kA, {.payload = net_.node(kA).pool.Copy(bytes),
                     .remote = {IpAddress::V4(host), static_cast<uint16_t>(10002 + where / 128), 0},
                     .local = net_.node(kA).address.address,
                     .ifindex = 1u + where / 4 % 2,
                     .ds = static_cast<uint8_t>(where / 8 % 4)});
  }

  void ReceiveWithMac(size_t size, MessageType type) {
    std::vector<uint8_t> bytes = input_.Block(size);
    std::fill_n(bytes.begin(), 4, uint8_t{0});
    bytes[0] = static_cast<uint8_t>(type);
    CookieJar(net_.node(kA).public_key).AddMacToPacket(net_.now(), absl::MakeSpan(bytes));
    Receive(bytes);
  }

  // Any plaintext under B's key, with any counter.
  void ReceiveSealed() {
    const std::vector<uint8_t> text = input_.Bytes(input_.Byte());
    const Keypair* keypair = net_.peer(kB).keypairs.current();
    if (keypair == nullptr) keypair = net_.peer(kB).keypairs.next();
    if (keypair == nullptr) return;
    const uint8_t jump = input_.Byte();
    const uint64_t distance = (uint64_t{1} << jump % 64) - 1;
    const uint64_t counter = jump & 64 ? counter_ - distance : counter_ + distance;
    counter_ = jump & 128 ? counter : counter_ + 1;
    std::vector<uint8_t> message(MessageDataLen(text.size()));
    Encode(MessageDataHeader{keypair->remote_index(), counter},
           absl::MakeSpan(message).first(MessageDataHeader::kLen));
    std::copy(text.begin(), text.end(), message.begin() + MessageDataHeader::kLen);
    ModelledCrypto().Seal(keypair->sending.key, counter, {},
                          absl::MakeSpan(message).subspan(MessageDataHeader::kLen, text.size()),
                          message.data() + MessageDataHeader::kLen + text.size());
    Receive(message);
  }

  void Initiate(Side side) {
    ResetLastSentHandshake(net_.now(), net_.peer(side));
    SendQueuedHandshakeInitiation(net_.state(side), net_.now(), net_.peer(side), false,
                                  net_.fx(side));
  }

  void Restart() {
    const Side side = input_.Byte() & 1 ? kA : kB;
    net_.Settle();
    net_.device(side).Down(net_.now(), net_.fx(side));
    net_.Settle();
    net_.device(side).Up(net_.now(), net_.fx(side));
  }

  void Send() {
    const uint8_t how = input_.Byte();
    net_.SendNumbered(how & 1 ? kA : kB, how, 24 + how, how);
  }

  FuzzInput& input_;
  TwoDevices net_;
  uint16_t spoil_at_ = 0;
  uint8_t spoil_with_ = 0;
  uint64_t counter_ = 0;
  std::vector<uint8_t> last_;
};

}  // namespace
}  // namespace wg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  wg::FuzzInput input(data, size);
  wg::Fuzz fuzz(&input);
  for (int step = 0; step < wg::kMaxSteps && !input.empty(); ++step) {
    fuzz.Step();
    fuzz.Check();
  }
  return 0;
}
