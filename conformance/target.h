// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Target: an implementation under test, DUT, as a script sees it: a black box that is configured, sent datagrams and packets, and
// waited for. It knows nothing of testers. A target that cannot do something says so in its abilities, and assertions that need it
// are not run; what only turns out on the way goes to unsupported().
#ifndef WGSIM_CONFORMANCE_TARGET_H_
#define WGSIM_CONFORMANCE_TARGET_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

// What not every target can do or show; an assertion has a set of those that it needs.
using Abilities = unsigned;
// Time passes only when it is told to, and then exactly: what depends on nanoseconds can be asserted. The wall clock can be set.
inline constexpr Abilities kVirtualTime = 1;
// SendInner returns what the sender of the packet would be told.
inline constexpr Abilities kSendErrors = 2;
// Configure can say all that netlink can, and returns its errors.
inline constexpr Abilities kNetlink = 4;
// Ask: the cross-platform text protocol.
inline constexpr Abilities kTextProtocol = 8;

// Where a target is reached by either family: at its first address, from which it sends when nothing tells it otherwise, or at a
// second one.
inline constexpr wg::IpAddress kFirstV4 = wg::IpAddress::V4(0xc0000201);  // 192.0.2.1
inline constexpr wg::IpAddress kFirstV6 = wg::IpAddress::V6(0x20010db8ffff0000, 1);
inline constexpr wg::IpAddress kSecondV4 = wg::IpAddress::V4(0xc000024d);  // 192.0.2.77
inline constexpr wg::IpAddress kSecondV6 = wg::IpAddress::V6(0x20010db8ffff0000, 0x77);
// No route of its host leads there.
inline constexpr wg::IpAddress kUnreachable = wg::IpAddress::V4(0xcb0071fe);  // 203.0.113.254

class Target {
 public:
  virtual ~Target() = default;

  // "sim/LINUX_6_16". Expectations are found by it.
  virtual const std::string& name() const = 0;
  virtual Abilities abilities() const = 0;
  bool has_virtual_time() const { return (abilities() & kVirtualTime) != 0; }
  // By how much an instant that it shows may be off: 0 in virtual time.
  virtual wg::Duration tolerance() const { return wg::Duration(0); }
  // What it was asked and cannot do at all; "" if nothing.
  virtual std::string unsupported() const { return ""; }
  // What no implementation may do at all, in words: it ended. "" if nothing.
  virtual std::string fault() const { return ""; }

  virtual wg::Now now() const = 0;
  // The clock that time stamps are made of is set; the other one is not. REQUIRES: has_virtual_time().
  virtual void StepWall(wg::Duration by) = 0;
  // Time passes: what is due happens, what has come is processed.
  virtual void Pass(wg::Duration duration) = 0;

  // One request, applied to its end or to the first error.
  virtual wg::Errno Configure(const wg::SetDevice& request) = 0;
  virtual wg::GetDevice Read() = 0;
  // A request of the text protocol as it stands, with its empty line; the answer. REQUIRES: kTextProtocol.
  virtual std::string Ask(const std::string& request) = 0;
  virtual void SetUp(bool up) = 0;

  // A datagram reaches its socket, and has been processed on return; `ds` is the DS and ECN byte of its outer header.
  virtual void Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) = 0;
  // The same at its second address. False: it has none.
  virtual bool DeliverAtSecond(const wg::WireBytes&, const wg::Endpoint&) { return false; }
  // Its host has no second addresses any more. False: it had none.
  virtual bool RemoveSecond() { return false; }
  // Something else has put it under load, which lasts at least half a second from now. False: it cannot be.
  virtual bool PutUnderLoad() = 0;
  // A packet from inside the host into the tunnel.
  virtual wg::Errno SendInner(const wg::WireBytes& packet) = 0;
  // What it has sent, and what it has given to its host, since it was asked last, in order.
  virtual std::vector<wg::WireOut> TakeDatagrams() = 0;
  virtual std::vector<wg::WireBytes> TakeInner() = 0;
};

// A fresh one: no key, no peers, down.
using TargetFactory = std::function<std::unique_ptr<Target>()>;

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_TARGET_H_
