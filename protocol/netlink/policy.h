// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Policies: what the attributes of one level may be, and the check of a level against them as the
// kernel does it for new families (lib/nlattr.c with NL_VALIDATE_STRICT; spec/data sections 2.2 and
// 2.7). The first attribute that is wrong, in the order of the bytes, decides the errno:
//
//   EINVAL  unknown number or 0, wrong size of an integer, nested marker missing or not wanted,
//           a flag outside the mask, a name without its NUL, bytes left over
//   ERANGE  a key, address, sockaddr or name of wrong length, a nest or an entry too short to be
//   one
//
// Requirements: PEER-010; NL-005 to 011 032 033 035 055 056.
#ifndef WGSIM_PROTOCOL_NETLINK_POLICY_H_
#define WGSIM_PROTOCOL_NETLINK_POLICY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/errno.h"
#include "protocol/netlink/attribute.h"
#include "protocol/profile.h"

namespace wg::netlink {

enum class Kind : uint8_t {
  kUnsupported,
  kU8,
  kU16,
  kU32,  // with Rule::mask
  kU64,
  kName,     // a string with NUL, of at most Rule::length characters
  kExactly,  // Rule::length bytes
  kAtLeast,
  kNest,   // attributes of whatever kind: whoever opens it checks them
  kArray,  // a nest whose entries are nests, checked against Rule::entries at once
};

struct Policy;

struct Rule {
  Kind kind = Kind::kUnsupported;
  uint16_t length = 0;
  uint32_t mask = 0;  // bits that may be set; 0: all
  const Policy* entries = nullptr;
};

struct Policy {
  absl::Span<const Rule> rules;  // by attribute number; [0] is nobody's
};

// The attributes of one level by their number. Of a number that occurs twice the last counts.
class AttributeTable {
 public:
  static constexpr uint16_t kMaxType = 10;

  void Clear() { present_ = 0; }
  void Set(const Attribute& attribute) {
    CHECK_LE(attribute.type, kMaxType);
    attributes_[attribute.type] = attribute;
    present_ |= 1u << attribute.type;
  }
  bool has(uint16_t type) const { return (present_ >> type & 1) != 0; }
  // nullptr if it is not there.
  const Attribute* Find(uint16_t type) const { return has(type) ? &attributes_[type] : nullptr; }

 private:
  std::array<Attribute, kMaxType + 1> attributes_;
  uint32_t present_ = 0;
};

// Checks the attributes of a level and, if they are good, fills *table, which views `bytes`; the
// table means nothing otherwise (nla_parse).
Errno ParseLevel(absl::Span<const uint8_t> bytes, const Policy& policy, AttributeTable* table);

// The same for the inside of an entry of an array, whose nested marker is checked as well
// (nla_parse_nested).
Errno ParseEntry(const Attribute& entry, const Policy& policy, AttributeTable* table);

// Where kernels differ (spec/data section 0: V1, V2, V3).
enum class Version : uint8_t {
  kLinux612,  // flags are checked by the handler (EOPNOTSUPP); allowed ips have none
  kLinux616,  // flags are checked by the policy (EINVAL); allowed ips may carry REMOVE_ME
  kLinux619,  // as 6.16, and PEERS and ALLOWEDIPS are checked as a whole before anything changes;
              // GET_DEVICE accepts nothing but the interface
};
// Of a modelled kernel: 6.16 if it knows REMOVE_ME.
Version VersionOf(const Profile& profile);

struct Policies {
  const Policy& get_device;
  const Policy& set_device;
  const Policy& peer;
  const Policy& allowed_ip;
  bool handler_checks_flags;  // of the device and of peers
};
Policies PoliciesOf(Version version);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_POLICY_H_
