// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The enumerated reading of the smallest example and of a long list, by every method, as golden
// texts.
#include "scenarios/windows.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/profile.h"
#include "scenarios/golden_file.h"
#include "scenarios/managers/manager.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/managers/programs.h"
#include "scenarios/windows_text.h"

namespace scenario {
namespace {

wg::Prefix P(const std::string& text) { return wg::Prefix::Parse(text).value(); }
wg::IpAddress A(const std::string& text) { return wg::IpAddress::Parse(text).value(); }

wg::PublicKey Key(char name) {
  wg::PublicKey key;
  key.bytes.fill(static_cast<uint8_t>(name));
  return key;
}

const PeerNames kNames = {{Key('1'), "node1"}, {Key('2'), "node2"}, {kDummyPeerKey, "dummy"}};

wg::SetPeer Peer(char name, const std::vector<std::string>& allowed_ips) {
  wg::SetPeer peer;
  peer.public_key = Key(name);
  for (const std::string& text : allowed_ips) peer.allowed_ips.push_back({.prefix = P(text)});
  return peer;
}

class WindowsTest : public testing::Test {
 protected:
  // A new device with these peers.
  wg::Device* NewDevice(const wg::SetDevice& configuration, const wg::Profile* profile) {
    device_ = std::make_unique<wg::Device>(wg::DeviceOptions{.profile = profile,
                                                             .crypto = &wg::ModelledCrypto(),
                                                             .entropy = &entropy_,
                                                             .pool = &pool_,
                                                             .module = &module_});
    wg::Effects fx;
    EXPECT_EQ(wg::Configure(device_.get(), configuration, wg::Now{}, &fx), wg::Errno::kOk);
    return device_.get();
  }

  // One address of node1 goes, as this method does it.
  Windows Remove(plan::Method method, const wg::SetDevice& start, const std::string& address,
                 const std::vector<wg::IpAddress>& addresses,
                 const wg::Profile* profile = &wg::kLinux616) {
    wg::Device* device = NewDevice(start, profile);
    const std::unique_ptr<Manager> manager =
        MakeManager(method, {.read_device = [device] { return device->Get(); }});
    int nodes = 0, node1 = 0;
    for (const wg::GetPeer& peer : device->Get().peers) {
      if (peer.public_key == Key('1')) node1 = nodes;
      manager->Adopt(nodes++, {.key = peer.public_key, .prefixes = peer.allowed_ips});
    }
    manager->Hear({.kind = MeshEvent::Kind::kPrefixes, .node = node1, .remove = {P(address)}}, {});
    std::vector<wg::SetDevice> messages;
    for (Manager::Change& change : manager->Take()) messages = std::move(change.requests);
    const WindowsRequest request = {
        .title = std::string(plan::Name(method)),
        .messages = std::move(messages),
        .addresses = addresses,
    };
    return EnumerateWindows(device, request, kNames);
  }

  wg::SeededEntropy entropy_{1};
  wg::BufferPool pool_;
  wg::Module module_;
  std::unique_ptr<wg::Device> device_;
};

constexpr plan::Method kMethods[] = {plan::Method::kReplace, plan::Method::kDummyPeer,
                                     plan::Method::kRemoveMe};

// All methods one after the other, and beside each other.
std::string Report(const std::vector<Windows>& methods) {
  std::string text;
  for (const Windows& w : methods) text += WindowsTable(w) + "\n";
  return text + WindowsSummary(methods);
}

const std::vector<wg::IpAddress> kTwo = {A("192.168.0.2"), A("192.168.0.3")};

wg::SetDevice TwoAddresses() {
  return {.peers = {Peer('1', {"192.168.0.2/32", "192.168.0.3/32"})}};
}
wg::SetDevice TwoAddressesCovered() {
  return {
      .peers = {Peer('1', {"192.168.0.2/32", "192.168.0.3/32"}), Peer('2', {"192.168.0.0/16"})}};
}
wg::SetDevice ManyAddresses(std::vector<wg::IpAddress>* addresses) {
  wg::SetPeer node1 = Peer('1', {});
  for (uint32_t i = 0; i < 256; ++i) {
    addresses->push_back(wg::IpAddress::V4(0x0a000100 + i));
    node1.allowed_ips.push_back({.prefix = wg::Prefix::Host(addresses->back())});
  }
  return {.peers = {node1, Peer('2', {"10.0.1.0/25"})}};
}

TEST_F(WindowsTest, OnlyReplaceExposesTheOtherOfTwoAddresses) {
  std::vector<Windows> methods;
  for (plan::Method method : kMethods) {
    methods.push_back(Remove(method, TwoAddresses(), "192.168.0.2/32", kTwo));
  }
  const std::string text = Report(methods);
  EXPECT_EQ(text, ReadGolden("windows_two_addresses.txt", text));
  EXPECT_EQ(methods[0].histories[1].nobody_cuts(), 1u);
  EXPECT_EQ(methods[1].histories[1].exposed_cuts(), 0u);
  EXPECT_EQ(methods[2].histories[1].exposed_cuts(), 0u);
}

TEST_F(WindowsTest, UnderACoverReplaceSendsTheOtherAddressToTheWrongPeer) {
  std::vector<Windows> methods;
  for (plan::Method method : kMethods) {
    methods.push_back(Remove(method, TwoAddressesCovered(), "192.168.0.2/32", kTwo));
  }
  const std::string text = Report(methods);
  EXPECT_EQ(text, ReadGolden("windows_two_addresses_covered.txt", text));
  EXPECT_EQ(methods[0].histories[1].wrong_cuts(), 1u);
  EXPECT_EQ(methods[0].histories[1].nobody_cuts(), 0u);
  EXPECT_EQ(methods[1].histories[1].exposed_cuts(), 0u);
  EXPECT_EQ(methods[2].histories[1].exposed_cuts(), 0u);
}

TEST_F(WindowsTest, ALongListIsCountedAndNotNamed) {
  std::vector<Windows> methods;
  for (plan::Method method : kMethods) {
    std::vector<wg::IpAddress> addresses;
    const wg::SetDevice start = ManyAddresses(&addresses);
    methods.push_back(Remove(method, start, "10.0.1.7/32", addresses));
  }
  const std::string text = Report(methods);
  EXPECT_EQ(text, ReadGolden("windows_256_addresses.txt", text));
}

TEST_F(WindowsTest, AListInTwoMessagesIsShortBetweenThem) {
  wg::Device* device = NewDevice(TwoAddresses(), &wg::kLinux616);
  wg::SetDevice first = {.peers = {Peer('1', {"192.168.0.2/32"})}};
  first.peers[0].replace_allowed_ips = true;
  const wg::SetDevice second = {.peers = {Peer('1', {"192.168.0.3/32"})}};
  const std::string text = WindowsTable(EnumerateWindows(
      device, {.title = "REPLACE", .messages = {first, second}, .addresses = kTwo}, kNames));
  EXPECT_EQ(text, ReadGolden("windows_two_messages.txt", text));
}

TEST_F(WindowsTest, TheGrainOfAnImplementationDecidesWhatCanBeSeen) {
  std::string text;
  for (const wg::Profile* profile : {&wg::kLinux612, &wg::kWireguardGo, &wg::kBoringtun}) {
    Windows w = Remove(plan::Method::kReplace, TwoAddresses(), "192.168.0.2/32", kTwo, profile);
    w.title += " on " + std::string(profile->name);
    text += WindowsTable(w) + "\n";
  }
  EXPECT_EQ(text, ReadGolden("windows_grains.txt", text));
}

TEST_F(WindowsTest, AnErrorEndsTheReconfigurationWhereItHappens) {
  wg::Device* device = NewDevice(TwoAddresses(), &wg::kLinux616);
  wg::SetDevice first = {.peers = {Peer('1', {"192.168.0.3/32", "192.168.0.2/32"})}};
  first.peers[0].replace_allowed_ips = true;
  first.peers[0].allowed_ips[1].error = wg::Errno::kInval;
  const Windows w = EnumerateWindows(
      device, {.title = "REPLACE", .messages = {first, TwoAddresses()}, .addresses = kTwo}, kNames);
  EXPECT_EQ(w.messages, 1u);
  EXPECT_EQ(w.error, wg::Errno::kInval);
  EXPECT_EQ(w.histories[0].after(), Windows::kNobody);
}

// The replayed lists and answers are those of the device.
TEST_F(WindowsTest, TheLastListsAreWhatTheDeviceHas) {
  for (plan::Method method : kMethods) {
    const Windows w = Remove(method, TwoAddressesCovered(), "192.168.0.2/32", kTwo);
    for (const Windows::List& list : w.lists) {
      std::vector<wg::Prefix> has;
      for (const wg::GetPeer& peer : device_->Get().peers) {
        if (kNames.at(peer.public_key) == w.peers[list.peer]) has = peer.allowed_ips;
      }
      EXPECT_EQ(list.states.back().prefixes, has);
    }
  }
}

}  // namespace
}  // namespace scenario
