// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/set_device.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/check.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/sockaddr.h"

namespace wg::netlink {
namespace {

template <typename Key>
Key KeyFrom(const Attribute& attribute) {
  Key key;
  std::copy(attribute.payload.begin(), attribute.payload.end(), key.bytes.begin());
  return key;
}

uint32_t U32Or0(const Attribute* attribute) { return attribute == nullptr ? 0 : attribute->u32(); }

// --- Decoding.

// Tables are large; one per level serves all entries.
struct Tables {
  AttributeTable device, peer, allowed_ip;
};

Errno DecodeAllowedIp(const Attribute& entry, const Policies& policies, AttributeTable* table,
                      AllowedIpChange* change) {
  const Errno error = ParseEntry(entry, policies.allowed_ip, table);
  if (error != Errno::kOk) return error;
  const Attribute* const family = table->Find(kAllowedIpFamily);
  const Attribute* const address = table->Find(kAllowedIpAddress);
  const Attribute* const mask = table->Find(kAllowedIpMask);
  if (family == nullptr || address == nullptr || mask == nullptr) return Errno::kInval;
  const size_t bytes = family->u16() == kAfInet ? 4 : family->u16() == kAfInet6 ? 16 : 0;
  if (bytes == 0 || address->payload.size() != bytes || mask->u8() > bytes * 8) {
    return Errno::kInval;
  }
  change->prefix = Prefix(IpAddress::FromBytes(address->payload), mask->u8());
  change->remove = (U32Or0(table->Find(kAllowedIpFlags)) & kRemoveAllowedIp) != 0;
  return Errno::kOk;
}

void DecodeAllowedIps(const Attribute& list, const Policies& policies, AttributeTable* table,
                      std::vector<AllowedIpChange>* changes) {
  AttributeReader reader(list.payload);
  for (Attribute entry; reader.Next(&entry);) {
    AllowedIpChange& change = changes->emplace_back();
    change.error = DecodeAllowedIp(entry, policies, table, &change);
    if (change.error != Errno::kOk) return;
  }
}

Errno DecodePeer(const Attribute& entry, const Policies& policies, Tables* tables, SetPeer* peer) {
  AttributeTable& table = tables->peer;
  const Errno error = ParseEntry(entry, policies.peer, &table);
  if (error != Errno::kOk) return error;
  const Attribute* const key = table.Find(kPeerPublicKey);
  if (key == nullptr) return Errno::kInval;
  peer->public_key = KeyFrom<PublicKey>(*key);
  const uint32_t flags = U32Or0(table.Find(kPeerFlags));
  if (policies.handler_checks_flags && (flags & ~kAllPeerFlags) != 0) {
    return Errno::kOpNotSupp;
  }
  const Attribute* const version = table.Find(kPeerProtocolVersion);
  if (version != nullptr && version->u32() != kProtocolVersion) return Errno::kPfNoSupport;
  peer->remove = (flags & kRemovePeer) != 0;
  peer->replace_allowed_ips = (flags & kReplaceAllowedIps) != 0;
  peer->update_only = (flags & kUpdateOnly) != 0;
  if (const Attribute* psk = table.Find(kPeerPresharedKey)) {
    peer->preshared_key = KeyFrom<PresharedKey>(*psk);
  }
  if (const Attribute* sockaddr = table.Find(kPeerEndpoint)) {
    Endpoint endpoint;
    if (LoadSockaddr(sockaddr->payload, &endpoint)) peer->endpoint = endpoint;
  }
  if (const Attribute* seconds = table.Find(kPeerPersistentKeepalive)) {
    peer->persistent_keepalive = seconds->u16();
  }
  if (const Attribute* list = table.Find(kPeerAllowedIps)) {
    DecodeAllowedIps(*list, policies, &tables->allowed_ip, &peer->allowed_ips);
  }
  return Errno::kOk;
}

void DecodePeers(const Attribute& list, const Policies& policies, Tables* tables,
                 std::vector<SetPeer>* peers) {
  AttributeReader reader(list.payload);
  for (Attribute entry; reader.Next(&entry);) {
    SetPeer& peer = peers->emplace_back();
    const Errno error = DecodePeer(entry, policies, tables, &peer);
    if (error == Errno::kOk) continue;
    peer.error = error;
    return;
  }
}

// --- Encoding.

bool PutAllowedIp(const AllowedIpChange& change, AttributeWriter* writer) {
  CHECK(change.error == Errno::kOk);
  const IpAddress& address = change.prefix.address();
  // Of no family: bytes that every kernel refuses.
  const uint16_t family = address.is_v6() ? kAfInet6 : address.is_v4() ? kAfInet : 0;
  uint8_t bytes[16] = {};
  if (address) address.CopyBytes(bytes);
  size_t nest;
  if (!writer->Begin(0, &nest) || !writer->PutU16(kAllowedIpFamily, family) ||
      !writer->Put(kAllowedIpAddress, absl::MakeConstSpan(bytes, address.is_v6() ? 16 : 4)) ||
      !writer->PutU8(kAllowedIpMask, static_cast<uint8_t>(change.prefix.length())) ||
      (change.remove && !writer->PutU32(kAllowedIpFlags, kRemoveAllowedIp))) {
    return false;
  }
  writer->End(nest);
  return true;
}

bool PutAllowedIps(const std::vector<AllowedIpChange>& changes, AttributeWriter* writer) {
  size_t nest;
  if (!writer->Begin(kPeerAllowedIps, &nest)) return false;
  for (const AllowedIpChange& change : changes) {
    if (!PutAllowedIp(change, writer)) return false;
  }
  writer->End(nest);
  return true;
}

uint32_t FlagsOf(const SetPeer& peer) {
  return (peer.remove ? kRemovePeer : 0) | (peer.replace_allowed_ips ? kReplaceAllowedIps : 0) |
         (peer.update_only ? kUpdateOnly : 0);
}

bool PutEndpoint(const Endpoint& endpoint, AttributeWriter* writer) {
  uint8_t sockaddr[kSockaddrIn6Bytes];
  StoreSockaddr(endpoint, sockaddr);
  return writer->Put(kPeerEndpoint, absl::MakeConstSpan(sockaddr, SockaddrBytes(endpoint)));
}

bool PutPeer(const SetPeer& peer, EncodeStyle style, AttributeWriter* writer) {
  CHECK(peer.error == Errno::kOk);
  size_t nest;
  if (!writer->Begin(0, &nest)) return false;
  if (!writer->Put(kPeerPublicKey, peer.public_key.bytes)) return false;
  if (peer.preshared_key && !writer->Put(kPeerPresharedKey, peer.preshared_key->bytes)) {
    return false;
  }
  if (peer.endpoint && !PutEndpoint(*peer.endpoint, writer)) return false;
  if (peer.persistent_keepalive &&
      !writer->PutU16(kPeerPersistentKeepalive, *peer.persistent_keepalive)) {
    return false;
  }
  if (FlagsOf(peer) != 0 && !writer->PutU32(kPeerFlags, FlagsOf(peer))) return false;
  const bool has_list = style.empty_nests || !peer.allowed_ips.empty();
  if (has_list && !PutAllowedIps(peer.allowed_ips, writer)) return false;
  writer->End(nest);
  return true;
}

bool PutDevice(const Target& target, const SetDevice& request, AttributeWriter* writer) {
  if (!PutTarget(target, writer)) return false;
  if (request.private_key && !writer->Put(kDevicePrivateKey, request.private_key->bytes)) {
    return false;
  }
  if (request.listen_port && !writer->PutU16(kDeviceListenPort, *request.listen_port)) return false;
  if (request.fwmark && !writer->PutU32(kDeviceFwmark, *request.fwmark)) return false;
  return !request.replace_peers || writer->PutU32(kDeviceFlags, kReplacePeers);
}

bool PutPeers(const std::vector<SetPeer>& peers, EncodeStyle style, AttributeWriter* writer) {
  if (peers.empty() && !style.empty_nests) return true;
  size_t nest;
  if (!writer->Begin(kDevicePeers, &nest)) return false;
  for (const SetPeer& peer : peers) {
    if (!PutPeer(peer, style, writer)) return false;
  }
  writer->End(nest);
  return true;
}

// --- Wiping.

// Zeroes the attribute `key` of this level and, with `entries`, the attribute `entry_key` of every
// entry of that array.
void WipeLevel(absl::Span<const uint8_t> level, uint16_t key, uint16_t entries,
               uint16_t entry_key) {
  AttributeReader reader(level);
  for (Attribute attribute; reader.Next(&attribute);) {
    if (attribute.type == key) {
      uint8_t* const bytes = const_cast<uint8_t*>(attribute.payload.data());  // of WipeKeys' caller
      SecureWipe(absl::MakeSpan(bytes, attribute.payload.size()));
    } else if (entries != 0 && attribute.type == entries) {
      AttributeReader list(attribute.payload);
      for (Attribute entry; list.Next(&entry);) WipeLevel(entry.payload, entry_key, 0, 0);
    }
  }
}

}  // namespace

Errno DecodeSetDevice(absl::Span<const uint8_t> attributes, Version version,
                      SetDeviceMessage* message) {
  const Policies policies = PoliciesOf(version);
  Tables tables;
  AttributeTable& table = tables.device;
  const Errno error = ParseLevel(attributes, policies.set_device, &table);
  if (error != Errno::kOk) return error;
  *message = {.target = TargetOf(table)};
  SetDevice& request = message->request;
  const uint32_t flags = U32Or0(table.Find(kDeviceFlags));
  if (policies.handler_checks_flags && (flags & ~kAllDeviceFlags) != 0) {
    message->refused = Errno::kOpNotSupp;
    return Errno::kOk;
  }
  request.replace_peers = (flags & kReplacePeers) != 0;
  if (const Attribute* key = table.Find(kDevicePrivateKey)) {
    request.private_key = KeyFrom<PrivateKey>(*key);
  }
  if (const Attribute* port = table.Find(kDeviceListenPort)) request.listen_port = port->u16();
  if (const Attribute* mark = table.Find(kDeviceFwmark)) request.fwmark = mark->u32();
  if (const Attribute* peers = table.Find(kDevicePeers)) {
    DecodePeers(*peers, policies, &tables, &request.peers);
  }
  return Errno::kOk;
}

Errno Admit(const SetDeviceMessage& message, absl::Span<const Interface> interfaces,
            size_t* found) {
  const Errno error = FindInterface(message.target, interfaces, found);
  if (error != Errno::kOk) return error;
  if (message.refused != Errno::kOk) return message.refused;
  return CheckRights(message.request, interfaces[*found]);
}

Errno EncodeSetDevice(const Header& header, const Target& target, const SetDevice& request,
                      EncodeStyle style, std::vector<uint8_t>* datagram) {
  const size_t size = EncodedSize(target, request, style);
  if (datagram->size() + size > kMaxMessageBytes) return Errno::kMsgSize;
  datagram->reserve(datagram->size() + size);
  const size_t at = BeginGenericMessage(header, Command::kSetDevice, datagram);
  AttributeWriter writer(datagram, at + size);
  CHECK(PutDevice(target, request, &writer));
  CHECK(PutPeers(request.peers, style, &writer));
  CHECK_EQ(writer.room(), 0u);
  EndMessage(at, datagram);
  return Errno::kOk;
}

size_t EncodedDeviceSize(const Target& target, const SetDevice& request) {
  return kMessageHeaderBytes + kGenericHeaderBytes + EncodedSize(target) +
         (request.private_key ? AttributeBytes(kKeyLen) : 0) +
         (request.listen_port ? AttributeBytes(sizeof(uint16_t)) : 0) +
         (request.fwmark ? AttributeBytes(sizeof(uint32_t)) : 0) +
         (request.replace_peers ? AttributeBytes(sizeof(uint32_t)) : 0);
}

size_t EncodedPeerSize(const SetPeer& peer) {
  return kAttributeHeaderBytes + AttributeBytes(kKeyLen) +
         (peer.preshared_key ? AttributeBytes(kKeyLen) : 0) +
         (peer.endpoint ? AttributeBytes(SockaddrBytes(*peer.endpoint)) : 0) +
         (peer.persistent_keepalive ? AttributeBytes(sizeof(uint16_t)) : 0) +
         (FlagsOf(peer) != 0 ? AttributeBytes(sizeof(uint32_t)) : 0);
}

size_t EncodedSize(const AllowedIpChange& change) {
  return kAttributeHeaderBytes + AttributeBytes(sizeof(uint16_t)) +
         AttributeBytes(change.prefix.family() == Family::kIpv6 ? 16 : 4) + AttributeBytes(1) +
         (change.remove ? AttributeBytes(sizeof(uint32_t)) : 0);
}

size_t EncodedSize(const Target& target, const SetDevice& request, EncodeStyle style) {
  size_t size = EncodedDeviceSize(target, request);
  if (style.empty_nests || !request.peers.empty()) size += kAttributeHeaderBytes;
  for (const SetPeer& peer : request.peers) {
    size += EncodedPeerSize(peer);
    if (style.empty_nests || !peer.allowed_ips.empty()) size += kAttributeHeaderBytes;
    for (const AllowedIpChange& change : peer.allowed_ips) size += EncodedSize(change);
  }
  return size;
}

void WipeKeys(absl::Span<uint8_t> datagram) {
  Request request;
  if (ReadRequest(datagram, /*has_net_admin=*/true, &request) != Errno::kOk) return;
  WipeLevel(request.attributes, kDevicePrivateKey, kDevicePeers, kPeerPresharedKey);
}

}  // namespace wg::netlink
