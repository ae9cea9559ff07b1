// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The property that a request leaves exactly what it asked for, against a naive model.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/config_session.h"
#include "protocol/config_session_fixture.h"
#include "protocol/naive_allowedips.h"

namespace wg {
namespace {

class RandomRequests {
 public:
  explicit RandomRequests(uint64_t seed) : entropy_(seed) {}
  uint64_t Below(uint64_t n) { return entropy_.Below(n); }
  Prefix Draw() {
    const auto value = static_cast<uint32_t>(Below(16));
    return Below(2) ? Prefix(IpAddress::V4(0x0a000000 | value), 28 + static_cast<int>(Below(5)))
                    : Prefix(IpAddress::V6(0, value), 124 + static_cast<int>(Below(5)));
  }
  SetDevice Request() {
    SetDevice request;
    request.replace_peers = Below(20) == 0;
    for (uint64_t n = Below(4); n > 0; --n) {
      SetPeer peer = Add(static_cast<char>('A' + Below(5)));
      peer.remove = Below(6) == 0;
      peer.replace_allowed_ips = Below(3) == 0;
      peer.update_only = Below(6) == 0;
      for (uint64_t m = Below(6); m > 0; --m) {
        peer.allowed_ips.push_back({.prefix = Draw(), .remove = Below(3) == 0});
        if (Below(40) == 0) peer.allowed_ips.back().error = Errno::kInval;
      }
      request.peers.push_back(std::move(peer));
    }
    return request;
  }

 private:
  SeededEntropy entropy_;
};

// set_peer as a function of the whole request, without steps.
Errno ApplyNaively(const SetDevice& request, std::vector<char>* peers, NaiveAllowedIps* naive) {
  if (request.replace_peers) {
    peers->clear();
    *naive = {};
  }
  for (const SetPeer& peer : request.peers) {
    const char name = static_cast<char>(peer.public_key.bytes[0]);
    const bool known = std::find(peers->begin(), peers->end(), name) != peers->end();
    if (!known && (peer.remove || peer.update_only)) continue;
    if (!known) peers->push_back(name);
    if (peer.remove || peer.replace_allowed_ips) naive->RemoveByOwner(static_cast<uint32_t>(name));
    if (peer.remove) {
      std::erase(*peers, name);
      continue;
    }
    for (const AllowedIpChange& change : peer.allowed_ips) {
      if (change.error != Errno::kOk) return change.error;
      if (change.remove) {
        naive->RemoveOne(change.prefix, static_cast<uint32_t>(name));
      } else {
        naive->Insert(change.prefix, static_cast<uint32_t>(name));
      }
    }
  }
  return Errno::kOk;
}

TEST_F(ConfigSessionTest, AfterAnySessionTheDeviceIsWhatTheNaiveModelSaysInEveryGrain) {
  for (const Profile* profile : {&kLinux616, &kWireguardGo, &kBoringtun}) {
    Profile with_removal = *profile;
    with_removal.has_remove_me = true;
    Use(&with_removal);
    RandomRequests random(11);
    std::vector<char> peers;
    NaiveAllowedIps naive;
    for (int i = 0; i < 2000; ++i) {
      const SetDevice request = random.Request();
      ASSERT_EQ(Set(request), ApplyNaively(request, &peers, &naive));
      const GetDevice get = device_->Get();
      ASSERT_EQ(get.peers.size(), peers.size());
      for (size_t p = 0; p < peers.size(); ++p) {
        ASSERT_EQ(get.peers[p].public_key, Key(peers[p]));
        ASSERT_EQ(get.peers[p].allowed_ips, naive.ListOf(static_cast<uint32_t>(peers[p])));
      }
      ASSERT_EQ(device_->state().allowed_ips.Validate(), "");
    }
    Use(&kLinux616);
  }
}

TEST_F(ConfigSessionTest, AfterReplaceTheSetIsExactlyTheListAndNothingElseMoved) {
  RandomRequests random(12);
  for (int i = 0; i < 500; ++i) {
    Set(random.Request());
    Set(Peers({Add('A')}));
    NaiveAllowedIps before;
    for (const GetPeer& peer : device_->Get().peers) {
      for (const Prefix& prefix : peer.allowed_ips) before.Insert(prefix, peer.public_key.bytes[0]);
    }
    SetPeer replace = Replace('A', {});
    before.RemoveByOwner('A');
    for (uint64_t n = random.Below(8); n > 0; --n) {
      replace.allowed_ips.push_back({.prefix = random.Draw()});
      before.Insert(replace.allowed_ips.back().prefix, 'A');
    }
    ASSERT_EQ(Set(Peers({replace})), Errno::kOk);
    for (const GetPeer& peer : device_->Get().peers) {
      ASSERT_EQ(peer.allowed_ips, before.ListOf(peer.public_key.bytes[0]));
    }
  }
}

}  // namespace
}  // namespace wg
