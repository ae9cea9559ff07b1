// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: TCP and UDP packets, the super-packets of which they are segments, and the Internet checksum, all written in
// the plainest way there is.
#ifndef WGSIM_TOOLS_LIVE_PACKET_MAKER_H_
#define WGSIM_TOOLS_LIVE_PACKET_MAKER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/live/virtio_header.h"

namespace live {

using Bytes = std::vector<uint8_t>;

// Byte by byte.
inline uint32_t SlowSum(const Bytes& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

struct PacketMaker {
  bool v4 = true;
  bool tcp = true;
  size_t ip_options = 0;   // bytes in IPv4's header, or of an extension header of IPv6; a multiple of 8
  size_t tcp_options = 0;  // a multiple of 4
  uint8_t tos = 0x10;
  uint8_t ttl = 64;
  bool dont_fragment = true;
  uint16_t id = 0xfffe;
  uint8_t from = 1;        // last bytes of the addresses
  uint8_t to = 2;
  uint16_t from_port = 4000;
  uint16_t to_port = 5000;
  uint32_t sequence = 0xfffffff0;
  uint32_t ack = 77;
  uint8_t flags = 0x10;
  uint16_t window = 999;
  Bytes payload;

  size_t Transport() const { return (v4 ? 20 : 40) + ip_options; }
  size_t Headers() const { return Transport() + (tcp ? 20 + tcp_options : 8); }

  // Complete, or with the sum of the pseudo-header where the checksum is to be.
  Bytes Make(bool partial = false) const {
    Bytes packet = Ip();
    const Bytes transport = tcp ? Tcp() : Udp();
    packet.insert(packet.end(), transport.begin(), transport.end());
    const uint16_t length = static_cast<uint16_t>(transport.size());
    Bytes pseudo = v4 ? Bytes(packet.begin() + 12, packet.begin() + 20)
                      : Bytes(packet.begin() + 8, packet.begin() + 40);
    for (const int byte : {0, tcp ? 6 : 17, length >> 8, length & 255}) {
      pseudo.push_back(static_cast<uint8_t>(byte));
    }
    uint32_t checksum = SlowSum(pseudo);
    if (!partial) {
      pseudo.insert(pseudo.end(), transport.begin(), transport.end());
      checksum = 0xffff - SlowSum(pseudo);
      if (checksum == 0) checksum = 0xffff;
    }
    Put16(&packet, Transport() + (tcp ? 16 : 6), checksum);
    return packet;
  }

  // What the kernel says of Make(true).
  VirtioHeader Header(size_t segment) const {
    const Gso gso = !tcp ? Gso::kUdp : v4 ? Gso::kTcp4 : Gso::kTcp6;
    return {.flags = VirtioHeader::kNeedsChecksum,
            .gso_type = static_cast<uint8_t>(gso),
            .hdr_len = static_cast<uint16_t>(Headers()),
            .gso_size = static_cast<uint16_t>(segment),
            .csum_start = static_cast<uint16_t>(Transport()),
            .csum_offset = static_cast<uint16_t>(tcp ? 16 : 6)};
  }

  // The packets that it stands for, each made on its own.
  std::vector<Bytes> Cut(size_t segment) const {
    std::vector<Bytes> packets;
    size_t at = 0;
    do {
      PacketMaker one = *this;
      const size_t end = std::min(at + segment, payload.size());
      one.payload.assign(payload.begin() + static_cast<ptrdiff_t>(at),
                         payload.begin() + static_cast<ptrdiff_t>(end));
      one.id = static_cast<uint16_t>(id + packets.size());
      one.sequence = static_cast<uint32_t>(sequence + at);
      if (end < payload.size()) one.flags &= 0xf6;
      if (at > 0) one.flags &= 0x7f;
      packets.push_back(one.Make());
      at = end;
    } while (at < payload.size());
    return packets;
  }

 private:
  static void Put16(Bytes* bytes, size_t at, uint32_t value) {
    (*bytes)[at] = static_cast<uint8_t>(value >> 8);
    (*bytes)[at + 1] = static_cast<uint8_t>(value);
  }
  static void Put32(Bytes* bytes, size_t at, uint32_t value) {
    Put16(bytes, at, value >> 16);
    Put16(bytes, at + 2, value & 0xffff);
  }

  Bytes Ip() const {
    Bytes ip(Transport());
    const size_t whole = Headers() + payload.size();
    const uint8_t protocol = tcp ? 6 : 17;
    if (v4) {
      ip[0] = static_cast<uint8_t>(0x40 + Transport() / 4);
      ip[1] = tos;
      Put16(&ip, 2, static_cast<uint32_t>(whole));
      Put16(&ip, 4, id);
      ip[6] = dont_fragment ? 0x40 : 0;
      ip[8] = ttl;
      ip[9] = protocol;
      Put32(&ip, 12, 0x0a000000u + from);
      Put32(&ip, 16, 0x0a000000u + to);
      std::fill(ip.begin() + 20, ip.end(), 1);  // no-operation
      Put16(&ip, 10, 0xffff - SlowSum(ip));
      return ip;
    }
    ip[0] = static_cast<uint8_t>(0x60 + tos / 16);
    ip[1] = static_cast<uint8_t>(tos * 16);
    Put16(&ip, 4, static_cast<uint32_t>(whole - 40));
    ip[6] = ip_options == 0 ? protocol : 60;  // destination options
    ip[7] = ttl;
    ip[8] = ip[24] = 0xfd;
    ip[23] = from;
    ip[39] = to;
    if (ip_options == 0) return ip;
    ip[40] = protocol;
    ip[41] = static_cast<uint8_t>(ip_options / 8 - 1);
    return ip;
  }

  Bytes Tcp() const {
    Bytes tcp(20 + tcp_options);
    Put16(&tcp, 0, from_port);
    Put16(&tcp, 2, to_port);
    Put32(&tcp, 4, sequence);
    Put32(&tcp, 8, ack);
    tcp[12] = static_cast<uint8_t>(tcp.size() * 4);
    tcp[13] = flags;
    Put16(&tcp, 14, window);
    std::fill(tcp.begin() + 20, tcp.end(), 1);
    tcp.insert(tcp.end(), payload.begin(), payload.end());
    return tcp;
  }

  Bytes Udp() const {
    Bytes udp(8);
    Put16(&udp, 0, from_port);
    Put16(&udp, 2, to_port);
    Put16(&udp, 4, static_cast<uint32_t>(8 + payload.size()));
    udp.insert(udp.end(), payload.begin(), payload.end());
    return udp;
  }
};

// Bytes that differ from place to place.
inline Bytes Payload(size_t size, uint8_t seed = 1) {
  Bytes payload(size);
  uint32_t state = seed;
  for (uint8_t& byte : payload) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return payload;
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_PACKET_MAKER_H_
