// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Script: one conversation with a target: testers that are its peers, what is sent, and what was expected of the answers. An assertion
// (assertion.h) is a function of a script:
//
//   Tester& t = script.AddTester();
//   const auto out = script.Exchange(t.MakeInitiation(script.now()), t);
//   script.Check("a valid initiation is answered", out, "2");
//
// A check that fails is a finding, and the script goes on; where that makes no sense, `if (!script.Check(...)) return;`.
#ifndef WGSIM_CONFORMANCE_SCRIPT_H_
#define WGSIM_CONFORMANCE_SCRIPT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "conformance/observed_target.h"
#include "conformance/target.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

// An expectation that did not hold.
struct Finding {
  std::string what;
  std::string expected;
  std::string seen;
  wg::Duration at{0};  // since the script began
  size_t after = 0;    // of so many observations
};

class Script {
 public:
  // The target gets a key and is taken up. `target` outlives the script, and is fresh.
  explicit Script(Target* target);

  Target& target() { return target_; }
  wg::Now now() const { return target_.now(); }
  const wg::PublicKey& public_key() const { return public_key_; }

  // A further peer of the target: its endpoint known, one inner address of its own.
  wg::Tester& AddTester();
  // Somebody whom the target does not know.
  wg::Tester MakeStranger(uint8_t number) const;
  // One peer's part of a request.
  void SetPeer(wg::SetPeer peer);
  // A request; its error, if any, is what the assertion is about.
  wg::Errno Configure(const wg::SetDevice& request) { return target_.Configure(request); }
  // A request of the text protocol; the answer.
  std::string Ask(const std::string& request) { return target_.Ask(request); }
  void SetPrivateKey(const wg::PrivateKey& key);
  // As the target says it is. REQUIRES: the tester is a peer.
  wg::GetPeer PeerOf(const wg::Tester& tester);

  // A datagram reaches the target, from the tester's address or another one; what it sends because of it.
  std::vector<wg::WireOut> Exchange(const wg::WireBytes& bytes, const wg::Tester& tester);
  std::vector<wg::WireOut> Exchange(const wg::WireBytes& bytes, const wg::Endpoint& from,
                                    uint8_t ds = 0);
  // The same at the target's second address. A target that has none ends the assertion: its answer is nothing, then.
  std::vector<wg::WireOut> ExchangeAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from);
  // A packet for the tester's inner address from inside the target's host; what it sends because of it.
  std::vector<wg::WireOut> SendInner(const wg::Tester& tester, uint32_t number = 1);
  std::vector<wg::WireOut> SendPacket(const wg::WireBytes& packet);
  // The packets that have come out of the tunnel in the target's host since this was asked last.
  std::vector<wg::WireBytes> Inner() { return target_.TakeInner(); }
  // A session that the tester, or the target (because of an inner packet, which comes through it first, with counter 0), has
  // initiated and that both sides use. Not there is a finding.
  absl::optional<wg::Tester::Session> SessionByTester(wg::Tester& tester);
  absl::optional<wg::Tester::Session> SessionByTarget(wg::Tester& tester);
  // From now on for half a second the target is under load. A target that cannot be ends the assertion: `if (!s.Load()) return;`.
  bool Load();
  // Time passes; what it sends meanwhile.
  std::vector<wg::WireOut> Pass(wg::Duration duration);

  // Whether something held. The words say what, as a fact: "a verbatim replay is silent".
  bool Check(absl::string_view what, bool held);
  bool Check(absl::string_view what, absl::string_view seen, absl::string_view expected);
  // The types of datagrams, a digit each; "" is silence.
  bool Check(absl::string_view what, const std::vector<wg::WireOut>& seen,
             absl::string_view expected);
  bool CheckNumber(absl::string_view what, uint64_t seen, uint64_t expected);
  // least <= seen <= most, give or take what the target cannot help.
  bool CheckSpan(absl::string_view what, wg::Duration seen, wg::Duration least, wg::Duration most);
  // The machine was too busy to tell whether it holds: the assertion decides nothing, and ends here.
  void TooSlow(absl::string_view why) { undecided_ = std::string(why); }
  // That the target has done nothing that none may do. Not counted: it is asked of each.
  void CheckNoFault();

  size_t checks() const { return checks_; }
  const std::vector<Finding>& findings() const { return findings_; }
  // What went in and came out, and the text that lets Wireshark decrypt it (the testers' secrets).
  const std::vector<Observation>& history() const { return target_.history(); }
  wg::BootTime began() const { return began_; }
  std::string KeyLog() const;
  wg::Duration elapsed() const { return now().boot - began_; }
  // Why nothing was decided; "" if something was.
  const std::string& undecided() const { return undecided_; }
  // What the target was asked and cannot do; "" if nothing.
  std::string unsupported() const { return unsupported_.empty() ? target_.unsupported() : unsupported_; }

 private:
  ObservedTarget target_;
  const wg::BootTime began_;
  wg::PublicKey public_key_;
  std::vector<std::unique_ptr<wg::Tester>> testers_;
  size_t checks_ = 0;
  std::vector<Finding> findings_;
  std::string unsupported_, undecided_;
};

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_SCRIPT_H_
