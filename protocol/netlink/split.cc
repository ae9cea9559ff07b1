// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/split.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "protocol/crypto/keys.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/uapi.h"

namespace wg::netlink {
namespace {

constexpr size_t kNest = kAttributeHeaderBytes;

SetPeer WithoutList(const SetPeer& peer) {
  SetPeer head;
  head.public_key = peer.public_key;
  head.remove = peer.remove;
  head.replace_allowed_ips = peer.replace_allowed_ips;
  head.update_only = peer.update_only;
  head.preshared_key = peer.preshared_key;
  head.endpoint = peer.endpoint;
  head.persistent_keepalive = peer.persistent_keepalive;
  head.error = peer.error;
  return head;
}

// The same peer named again: only its key, the flags that mean "which" and "remove" stay.
SetPeer Continuation(const SetPeer& peer) {
  SetPeer next;
  next.public_key = peer.public_key;
  next.remove = peer.remove;
  next.update_only = peer.update_only;
  next.error = peer.error;
  return next;
}

SetDevice DeviceOnly(const SetDevice& request) {
  SetDevice device;
  device.replace_peers = request.replace_peers;
  device.private_key = request.private_key;
  device.listen_port = request.listen_port;
  device.fwmark = request.fwmark;
  return device;
}

// Collects messages, and knows how full the current one is.
class Builder {
 public:
  Builder(const SetDevice& first, Splitting splitting, absl::string_view interface_name)
      : target_(Target::Name(interface_name)), style_(StyleOf(splitting)) {
    Begin(DeviceOnly(first));
  }

  bool has_peers() const { return !current_.peers.empty(); }
  size_t entries() const { return current_.peers.back().allowed_ips.size(); }
  // Whether so many bytes more are within a page.
  bool Fits(size_t bytes) const { return size_ + bytes <= kPageBytes; }

  static size_t SizeOf(const AllowedIpChange& change) { return EncodedSize(change); }
  // With or without a list to come.
  size_t SizeOf(const SetPeer& head, bool has_list) const {
    return EncodedPeerSize(head) + (has_list || style_.empty_nests ? kNest : 0);
  }

  void AddPeer(SetPeer head, bool has_list) {
    size_ += SizeOf(head, has_list);
    current_.peers.push_back(std::move(head));
  }
  void AddAllowedIp(const AllowedIpChange& change) {
    size_ += SizeOf(change);
    current_.peers.back().allowed_ips.push_back(change);
  }
  // Closes the current message and starts the next, with these attributes of the device.
  void NextMessage(SetDevice device = {}) {
    Close();
    Begin(std::move(device));
  }
  std::vector<SplitMessage> Finish() {
    Close();
    return std::move(messages_);
  }

 private:
  // Every message but that of a request without peers will have some.
  void Begin(SetDevice device) {
    current_ = std::move(device);
    size_ = EncodedDeviceSize(target_, current_) + kNest;
  }
  void Close() {
    const size_t bytes = EncodedSize(target_, current_, style_);
    messages_.push_back({std::move(current_), bytes});
  }

  const Target target_;
  const EncodeStyle style_;
  SetDevice current_;
  size_t size_ = 0;
  std::vector<SplitMessage> messages_;
};

std::vector<SplitMessage> SplitByPage(const SetDevice& request, Splitting splitting,
                                      absl::string_view name) {
  Builder builder(request, splitting, name);
  for (const SetPeer& whole : request.peers) {
    SetPeer head = WithoutList(whole);
    const bool has_list = !whole.allowed_ips.empty();
    if (builder.has_peers() && !builder.Fits(builder.SizeOf(head, has_list))) {
      builder.NextMessage();
    }
    builder.AddPeer(std::move(head), has_list);
    for (const AllowedIpChange& change : whole.allowed_ips) {
      if (!builder.Fits(Builder::SizeOf(change))) {
        builder.NextMessage();
        builder.AddPeer(Continuation(whole), /*has_list=*/true);
      }
      builder.AddAllowedIp(change);
    }
  }
  return builder.Finish();
}

bool FitsWgctrl(const SetDevice& request) {
  size_t ips = 0;
  for (const SetPeer& peer : request.peers) ips += peer.allowed_ips.size();
  return request.peers.size() <= kWgctrlPeers && ips <= kWgctrlAllowedIps;
}

// A peer that is listed twice is known the second time, and loses what only a first message has.
std::vector<SplitMessage> SplitByCount(const SetDevice& request, absl::string_view name) {
  SetDevice again = DeviceOnly(request);
  again.replace_peers = false;
  absl::flat_hash_set<PublicKey> known;
  Builder builder(request, Splitting::kWgctrl, name);
  for (const SetPeer& whole : request.peers) {
    if (builder.has_peers()) builder.NextMessage(again);
    const bool is_new = known.insert(whole.public_key).second;
    builder.AddPeer(is_new ? WithoutList(whole) : Continuation(whole), true);
    for (const AllowedIpChange& change : whole.allowed_ips) {
      if (builder.entries() == kWgctrlAllowedIps) {
        builder.NextMessage(again);
        builder.AddPeer(Continuation(whole), true);
      }
      builder.AddAllowedIp(change);
    }
  }
  return builder.Finish();
}

}  // namespace

EncodeStyle StyleOf(Splitting splitting) {
  return {.empty_nests = splitting == Splitting::kNetworkd};
}

std::vector<SplitMessage> SplitRequest(const SetDevice& request, Splitting splitting,
                                       absl::string_view interface_name) {
  const bool by_page = splitting == Splitting::kWgPage || splitting == Splitting::kNetworkd;
  if (by_page) return SplitByPage(request, splitting, interface_name);
  if (splitting == Splitting::kWgctrl && !FitsWgctrl(request)) {
    return SplitByCount(request, interface_name);
  }
  const Target target = Target::Name(interface_name);
  return {{request, EncodedSize(target, request, StyleOf(splitting))}};
}

}  // namespace wg::netlink
