// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/policy.h"

#include <algorithm>

#include "protocol/crypto/keys.h"

namespace wg::netlink {
namespace {

constexpr Rule kKey = {.kind = Kind::kExactly, .length = kKeyLen};
constexpr Rule kU8Rule = {.kind = Kind::kU8};
constexpr Rule kU16Rule = {.kind = Kind::kU16};
constexpr Rule kU32Rule = {.kind = Kind::kU32};
constexpr Rule kU64Rule = {.kind = Kind::kU64};
constexpr Rule kNameRule = {.kind = Kind::kName, .length = kIfNameSize - 1};
constexpr Rule kNestRule = {.kind = Kind::kNest};
constexpr Rule kSockaddr = {.kind = Kind::kAtLeast, .length = kSockaddrInBytes};
constexpr Rule kTimespec = {.kind = Kind::kExactly, .length = kTimespecBytes};
constexpr Rule kAddress = {.kind = Kind::kAtLeast, .length = 4};

constexpr Rule Flags(uint32_t mask) { return {.kind = Kind::kU32, .mask = mask}; }
constexpr Rule ArrayOf(const Policy& entries) {
  return {.kind = Kind::kArray, .entries = &entries};
}

constexpr std::array<Rule, 4> kAllowedIp612Rules = {Rule(), kU16Rule, kAddress, kU8Rule};
constexpr std::array<Rule, 5> kAllowedIp616Rules = {Rule(), kU16Rule, kAddress, kU8Rule,
                                                    Flags(kAllAllowedIpFlags)};
constexpr Policy kAllowedIp612 = {kAllowedIp612Rules};
constexpr Policy kAllowedIp616 = {kAllowedIp616Rules};

constexpr std::array<Rule, 11> PeerRules(Rule flags, Rule allowed_ips) {
  return {Rule(),    kKey,     kKey,     flags,       kSockaddr, kU16Rule,
          kTimespec, kU64Rule, kU64Rule, allowed_ips, kU32Rule};
}
constexpr auto kPeer612Rules = PeerRules(kU32Rule, kNestRule);
constexpr auto kPeer616Rules = PeerRules(Flags(kAllPeerFlags), kNestRule);
constexpr auto kPeer619Rules = PeerRules(Flags(kAllPeerFlags), ArrayOf(kAllowedIp616));
constexpr Policy kPeer612 = {kPeer612Rules};
constexpr Policy kPeer616 = {kPeer616Rules};
constexpr Policy kPeer619 = {kPeer619Rules};

constexpr std::array<Rule, 9> DeviceRules(Rule flags, Rule peers) {
  return {Rule(), kU32Rule, kNameRule, kKey, kKey, flags, kU16Rule, kU32Rule, peers};
}
constexpr auto kDevice612Rules = DeviceRules(kU32Rule, kNestRule);
constexpr auto kDevice616Rules = DeviceRules(Flags(kAllDeviceFlags), kNestRule);
constexpr auto kDevice619Rules = DeviceRules(Flags(kAllDeviceFlags), ArrayOf(kPeer619));
constexpr Policy kDevice612 = {kDevice612Rules};
constexpr Policy kDevice616 = {kDevice616Rules};
constexpr Policy kDevice619 = {kDevice619Rules};

constexpr std::array<Rule, 3> kGet619Rules = {Rule(), kU32Rule, kNameRule};
constexpr Policy kGet619 = {kGet619Rules};

Errno OkIf(bool condition, Errno otherwise) { return condition ? Errno::kOk : otherwise; }

// The NUL must come within the longest name's room; what follows it does not count but for the
// length, of which only one NUL at the very end is taken off.
Errno CheckName(absl::Span<const uint8_t> text, size_t longest) {
  const auto end = text.begin() + static_cast<ptrdiff_t>(std::min(text.size(), longest + 1));
  if (std::find(text.begin(), end, 0) == end) return Errno::kInval;
  const size_t length = text.size() - (text.back() == 0);
  return OkIf(length <= longest, Errno::kRange);
}

Errno CheckLevel(absl::Span<const uint8_t> bytes, const Policy& policy, AttributeTable* table);

// Entries without payload are skipped, and what is left over behind the last one is not looked at
// (nla_validate_array).
Errno CheckArray(absl::Span<const uint8_t> bytes, const Policy& entries) {
  AttributeReader reader(bytes);
  for (Attribute entry; reader.Next(&entry);) {
    if (entry.payload.empty()) continue;
    if (entry.payload.size() < kAttributeHeaderBytes) return Errno::kRange;
    const Errno error = CheckLevel(entry.payload, entries, nullptr);
    if (error != Errno::kOk) return error;
  }
  return Errno::kOk;
}

Errno CheckNest(const Attribute& attribute, const Rule& rule) {
  if (attribute.payload.empty()) return Errno::kOk;
  if (attribute.payload.size() < kAttributeHeaderBytes) return Errno::kRange;
  return rule.kind == Kind::kArray ? CheckArray(attribute.payload, *rule.entries) : Errno::kOk;
}

Errno CheckAttribute(const Attribute& attribute, const Rule& rule) {
  const size_t size = attribute.payload.size();
  const bool is_nest = rule.kind == Kind::kNest || rule.kind == Kind::kArray;
  switch (rule.kind) {
    case Kind::kU8:
      if (size != 1) return Errno::kInval;
      break;
    case Kind::kU16:
      if (size != 2) return Errno::kInval;
      break;
    case Kind::kU32:
      if (size != 4) return Errno::kInval;
      break;
    case Kind::kU64:
      if (size != 8) return Errno::kInval;
      break;
    default:
      break;
  }
  if (attribute.nested != is_nest && rule.kind != Kind::kUnsupported) return Errno::kInval;
  switch (rule.kind) {
    case Kind::kUnsupported:
      return Errno::kInval;
    case Kind::kU32:
      return OkIf(rule.mask == 0 || (attribute.u32() & ~rule.mask) == 0, Errno::kInval);
    case Kind::kName:
      return CheckName(attribute.payload, rule.length);
    case Kind::kExactly:
      return OkIf(size == rule.length, Errno::kRange);
    case Kind::kAtLeast:
      return OkIf(size >= rule.length, Errno::kRange);
    case Kind::kNest:
    case Kind::kArray:
      return CheckNest(attribute, rule);
    default:
      return Errno::kOk;
  }
}

// Recurses into arrays, whose policies are two deep.
Errno CheckLevel(absl::Span<const uint8_t> bytes, const Policy& policy, AttributeTable* table) {
  AttributeReader reader(bytes);
  for (Attribute attribute; reader.Next(&attribute);) {
    if (attribute.type == 0 || attribute.type >= policy.rules.size()) return Errno::kInval;
    const Errno error = CheckAttribute(attribute, policy.rules[attribute.type]);
    if (error != Errno::kOk) return error;
    if (table != nullptr) table->Set(attribute);
  }
  return OkIf(reader.leftover() == 0, Errno::kInval);
}

}  // namespace

Errno ParseLevel(absl::Span<const uint8_t> bytes, const Policy& policy, AttributeTable* table) {
  table->Clear();
  return CheckLevel(bytes, policy, table);
}

Errno ParseEntry(const Attribute& entry, const Policy& policy, AttributeTable* table) {
  if (!entry.nested) return Errno::kInval;
  return ParseLevel(entry.payload, policy, table);
}

Version VersionOf(const Profile& profile) {
  return profile.has_remove_me ? Version::kLinux616 : Version::kLinux612;
}

Policies PoliciesOf(Version version) {
  switch (version) {
    case Version::kLinux612:
      return {kDevice612, kDevice612, kPeer612, kAllowedIp612, true};
    case Version::kLinux616:
      return {kDevice616, kDevice616, kPeer616, kAllowedIp616, false};
    case Version::kLinux619:
      break;
  }
  return {kGet619, kDevice619, kPeer619, kAllowedIp616, false};
}

}  // namespace wg::netlink
