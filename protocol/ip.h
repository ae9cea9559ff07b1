// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Addresses: IpAddress, Prefix, Endpoint. Values without I/O, used by protocol/ and by sim/net alike.
//
// An address is kept as two 64-bit words, left aligned, most significant bit first: bit 0 of "10.0.0.0" is the top
// bit of hi(). Tries and prefix tests are then shifts, for both families. Order: IPv4 before IPv6, then numeric.
#ifndef WGSIM_PROTOCOL_IP_H_
#define WGSIM_PROTOCOL_IP_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace wg {

enum class Family : uint8_t { kNone = 0, kIpv4 = 4, kIpv6 = 6 };

class IpAddress {
 public:
  // "No address": family kNone, width 0.
  constexpr IpAddress() = default;

  // `address` in host order: 0x0a000001 is 10.0.0.1.
  static constexpr IpAddress V4(uint32_t address) {
    return IpAddress(Family::kIpv4, static_cast<uint64_t>(address) << 32, 0);
  }
  static constexpr IpAddress V6(uint64_t hi, uint64_t lo) {
    return IpAddress(Family::kIpv6, hi, lo);
  }
  // From 4 or 16 bytes in network order. REQUIRES: the size is one of these.
  static IpAddress FromBytes(absl::Span<const uint8_t> bytes);
  // "10.0.0.1", "fd00::1". InvalidArgument names the text and says what would be right.
  static absl::StatusOr<IpAddress> Parse(absl::string_view text);

  constexpr Family family() const { return family_; }
  constexpr bool is_v4() const { return family_ == Family::kIpv4; }
  constexpr bool is_v6() const { return family_ == Family::kIpv6; }
  constexpr explicit operator bool() const { return family_ != Family::kNone; }
  // Bits: 32, 128, or 0 for "no address".
  constexpr int width() const { return is_v4() ? 32 : is_v6() ? 128 : 0; }
  constexpr int size() const { return width() / 8; }
  constexpr uint64_t hi() const { return hi_; }
  constexpr uint64_t lo() const { return lo_; }
  constexpr uint32_t v4() const { return static_cast<uint32_t>(hi_ >> 32); }
  // Bit number `index` counted from the most significant one. REQUIRES: 0 <= index < 128.
  constexpr bool bit(int index) const {
    return (index < 64 ? hi_ >> (63 - index) : lo_ >> (127 - index)) & 1;
  }
  // Writes size() bytes in network order.
  void CopyBytes(uint8_t* out) const;
  // The first `length` bits kept, the others zero. REQUIRES: 0 <= length <= width().
  constexpr IpAddress Masked(int length) const {
    return IpAddress(family_, hi_ & MaskHi(length), lo_ & MaskLo(length));
  }
  constexpr bool IsLinkLocal() const { return is_v6() && (hi_ >> 54) == (0xfe80u >> 6); }
  constexpr bool IsUnspecified() const { return hi_ == 0 && lo_ == 0; }
  std::string ToString() const;

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;
  friend constexpr std::strong_ordering operator<=>(const IpAddress&, const IpAddress&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const IpAddress& a) {
    return H::combine(std::move(h), a.family_, a.hi_, a.lo_);
  }

  static constexpr uint64_t MaskHi(int length) {
    return length <= 0 ? 0 : length >= 64 ? ~uint64_t{0} : ~uint64_t{0} << (64 - length);
  }
  static constexpr uint64_t MaskLo(int length) { return MaskHi(length - 64); }

 private:
  constexpr IpAddress(Family family, uint64_t hi, uint64_t lo)
      : family_(family), hi_(hi), lo_(lo) {}

  Family family_ = Family::kNone;
  uint64_t hi_ = 0;
  uint64_t lo_ = 0;
};

// An address and a length. Host bits are kept as given; equality and Contains() ignore them, as the kernel's trie does.
class Prefix {
 public:
  constexpr Prefix() = default;
  // REQUIRES: 0 <= length <= address.width().
  constexpr Prefix(IpAddress address, int length)
      : address_(address), length_(static_cast<uint8_t>(length)) {}
  // The address alone: /32 or /128.
  static constexpr Prefix Host(IpAddress address) { return Prefix(address, address.width()); }
  // "10.0.0.0/8", "fd00::/64"; without "/n" the full length.
  static absl::StatusOr<Prefix> Parse(absl::string_view text);

  constexpr const IpAddress& address() const { return address_; }
  constexpr IpAddress network() const { return address_.Masked(length_); }
  constexpr int length() const { return length_; }
  constexpr Family family() const { return address_.family(); }
  constexpr bool Contains(const IpAddress& a) const {
    return a.family() == family() &&
           (((a.hi() ^ address_.hi()) & IpAddress::MaskHi(length_)) |
            ((a.lo() ^ address_.lo()) & IpAddress::MaskLo(length_))) == 0;
  }
  constexpr bool Contains(const Prefix& p) const {
    return p.length_ >= length_ && Contains(p.address_);
  }
  // Network address and length.
  std::string ToString() const;

  friend constexpr bool operator==(const Prefix& a, const Prefix& b) {
    return a.length_ == b.length_ && a.network() == b.network();
  }
  friend constexpr std::strong_ordering operator<=>(const Prefix& a, const Prefix& b) {
    if (auto c = a.network() <=> b.network(); c != 0) return c;
    return a.length_ <=> b.length_;
  }
  template <typename H>
  friend H AbslHashValue(H h, const Prefix& p) {
    return H::combine(std::move(h), p.network(), p.length_);
  }

 private:
  IpAddress address_;
  uint8_t length_ = 0;
};

// Where a UDP datagram goes: address, port, and for link-local IPv6 the interface it is reached through.
struct Endpoint {
  IpAddress address;
  uint16_t port = 0;
  uint32_t scope_id = 0;

  explicit operator bool() const { return static_cast<bool>(address); }
  // "192.0.2.1:51820", "[2001:db8::1]:51820".
  static absl::StatusOr<Endpoint> Parse(absl::string_view text);
  std::string ToString() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend std::strong_ordering operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_IP_H_
