// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/netlink_split.h"

#include <utility>

namespace wgnode {
namespace {

constexpr size_t kHeader = 4;  // of an attribute: length and type

constexpr size_t Attribute(size_t payload) { return (kHeader + payload + 3) & ~size_t{3}; }

constexpr size_t kMessageHeaders = 16 + 4;  // nlmsghdr, genlmsghdr
constexpr size_t kKey = Attribute(32);
constexpr size_t kSockaddrIn = 16;
constexpr size_t kSockaddrIn6 = 28;

// PUBLIC_KEY and what precedes the list of allowed ips.
size_t FixedSize(const wg::SetPeer& peer) {
  size_t size = kHeader + kKey;
  if (peer.preshared_key) size += kKey;
  if (peer.endpoint) {
    size += Attribute(peer.endpoint->address.is_v6() ? kSockaddrIn6 : kSockaddrIn);
  }
  if (peer.persistent_keepalive) size += Attribute(2);
  if (peer.remove || peer.replace_allowed_ips || peer.update_only) size += Attribute(4);
  return size;
}

size_t DeviceSize(const wg::SetDevice& request, absl::string_view interface_name) {
  size_t size = kMessageHeaders + Attribute(interface_name.size() + 1);
  if (request.private_key) size += kKey;
  if (request.listen_port) size += Attribute(2);
  if (request.fwmark) size += Attribute(4);
  if (request.replace_peers) size += Attribute(4);
  return size;
}

// The same peer named again: only its key, the flags that mean "which" and "remove" stay.
wg::SetPeer Continuation(const wg::SetPeer& peer) {
  wg::SetPeer next;
  next.public_key = peer.public_key;
  next.remove = peer.remove;
  next.update_only = peer.update_only;
  next.error = peer.error;
  return next;
}

wg::SetDevice DeviceOnly(const wg::SetDevice& request) {
  wg::SetDevice device;
  device.replace_peers = request.replace_peers;
  device.private_key = request.private_key;
  device.listen_port = request.listen_port;
  device.fwmark = request.fwmark;
  return device;
}

// Collects messages; knows how full the current one is.
class Builder {
 public:
  Builder(const wg::SetDevice& request, absl::string_view interface_name)
      : interface_name_(interface_name), current_(DeviceOnly(request)) {
    size_ = DeviceSize(current_, interface_name_) + (request.peers.empty() ? 0 : kHeader);
  }

  size_t size() const { return size_; }
  bool has_peers() const { return !current_.peers.empty(); }
  size_t peers() const { return current_.peers.size(); }
  wg::SetPeer& peer() { return current_.peers.back(); }

  void AddPeer(wg::SetPeer peer, size_t size) {
    current_.peers.push_back(std::move(peer));
    size_ += size;
  }
  void AddAllowedIp(const wg::AllowedIpChange& change, size_t size) {
    peer().allowed_ips.push_back(change);
    size_ += size;
  }
  // Closes the current message and starts one that names only the interface.
  void NextMessage() {
    Close();
    current_ = wg::SetDevice();
    size_ = DeviceSize(current_, interface_name_) + kHeader;
  }
  std::vector<NetlinkMessage> Finish() {
    Close();
    return std::move(messages_);
  }

 private:
  void Close() {
    const size_t bytes = EncodedSize(current_, interface_name_);
    messages_.push_back({std::move(current_), bytes});
  }

  const absl::string_view interface_name_;
  wg::SetDevice current_;
  size_t size_;
  std::vector<NetlinkMessage> messages_;
};

std::vector<NetlinkMessage> SplitByPage(const wg::SetDevice& request, absl::string_view name) {
  Builder builder(request, name);
  for (const wg::SetPeer& whole : request.peers) {
    wg::SetPeer head = whole;
    head.allowed_ips.clear();
    size_t fixed = FixedSize(head) + (whole.allowed_ips.empty() ? 0 : kHeader);
    if (builder.has_peers() && builder.size() + fixed > kNetlinkPage) builder.NextMessage();
    builder.AddPeer(std::move(head), fixed);
    for (const wg::AllowedIpChange& change : whole.allowed_ips) {
      if (builder.size() + EncodedSize(change) > kNetlinkPage) {
        builder.NextMessage();
        wg::SetPeer next = Continuation(whole);
        fixed = FixedSize(next) + kHeader;
        builder.AddPeer(std::move(next), fixed);
      }
      builder.AddAllowedIp(change, EncodedSize(change));
    }
  }
  return builder.Finish();
}

bool FitsWgctrl(const wg::SetDevice& request) {
  size_t ips = 0;
  for (const wg::SetPeer& peer : request.peers) ips += peer.allowed_ips.size();
  return request.peers.size() <= kWgctrlPeers && ips <= kWgctrlAllowedIps;
}

std::vector<NetlinkMessage> SplitByCount(const wg::SetDevice& request, absl::string_view name) {
  Builder builder(request, name);
  for (const wg::SetPeer& whole : request.peers) {
    if (builder.has_peers()) builder.NextMessage();
    wg::SetPeer head = whole;
    head.allowed_ips.clear();
    builder.AddPeer(std::move(head), 0);
    for (const wg::AllowedIpChange& change : whole.allowed_ips) {
      if (builder.peer().allowed_ips.size() == kWgctrlAllowedIps) {
        builder.NextMessage();
        builder.AddPeer(Continuation(whole), 0);
      }
      builder.AddAllowedIp(change, 0);
    }
  }
  return builder.Finish();
}

}  // namespace

size_t EncodedSize(const wg::AllowedIpChange& change) {
  const size_t address = Attribute(change.prefix.family() == wg::Family::kIpv6 ? 16 : 4);
  return kHeader + Attribute(2) + address + Attribute(1) + (change.remove ? Attribute(4) : 0);
}

size_t EncodedSize(const wg::SetDevice& request, absl::string_view interface_name) {
  size_t size = DeviceSize(request, interface_name) + (request.peers.empty() ? 0 : kHeader);
  for (const wg::SetPeer& peer : request.peers) {
    size += FixedSize(peer) + (peer.allowed_ips.empty() ? 0 : kHeader);
    for (const wg::AllowedIpChange& change : peer.allowed_ips) size += EncodedSize(change);
  }
  return size;
}

std::vector<NetlinkMessage> SplitRequest(const wg::SetDevice& request, Splitting splitting,
                                         absl::string_view interface_name) {
  if (splitting == Splitting::kWgPage) return SplitByPage(request, interface_name);
  if (splitting == Splitting::kWgctrl && !FitsWgctrl(request)) {
    return SplitByCount(request, interface_name);
  }
  return {{request, EncodedSize(request, interface_name)}};
}

}  // namespace wgnode
