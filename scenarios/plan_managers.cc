// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/plan_managers.h"

#include "protocol/check.h"

namespace scenario::plan {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using wg::netlink::Splitting;

struct Entry {
  Method method;
  const char* name;
  MethodTraits traits;  // words, splitting, removes_single, resyncs, resync_every, debounces, idles, idle_after
};

constexpr sim::Duration kNever{0};
constexpr Entry kEntries[] = {
    {Method::kReplace, "REPLACE",
     {"every change replaces the peer's full list", Splitting::kWgctrl}},
    {Method::kDummyPeer, "DUMMY_PEER",
     {"an address is removed by moving it to a dummy peer, which is then removed", Splitting::kWgctrl}},
    {Method::kRemoveMe, "REMOVE_ME",
     {"an address is removed alone",
      Splitting::kWgctrl, true, false, kNever, false, false, kNever}},
    {Method::kCalico, "CALICO",
     {"gathers events; deltas, but a prefix that goes replaces the full list",
      Splitting::kWgctrl, false, true, seconds(90), false, false, kNever}},
    {Method::kTailscaleConfig, "TAILSCALE_CONFIG",
     {"the difference of whole configurations; a list that differs is replaced",
      Splitting::kNone, false, false, kNever, false, true, minutes(5)}},
    {Method::kTailscaleCallbacks, "TAILSCALE_CALLBACKS",
     {"a peer comes to be with its first packet; addresses change one by one",
      Splitting::kNone, true, false, kNever, false, false, kNever}},
    {Method::kNetbird, "NETBIRD",
     {"adds one prefix; removes one by replacing the list that it reads back",
      Splitting::kWgctrl, false, false, kNever, false, true, minutes(15)}},
    {Method::kNetmaker, "NETMAKER",
     {"gathers events; then every peer's list is replaced",
      Splitting::kWgctrl, false, false, kNever, true, false, kNever}},
    {Method::kNetmakerReplacePeers, "NETMAKER_REPLACE_PEERS",
     {"gathers events; then all peers are replaced",
      Splitting::kWgctrl, false, false, kNever, true, false, kNever}},
    {Method::kKilo, "KILO",
     {"any difference replaces all peers",
      Splitting::kWgctrl, false, true, seconds(30), false, false, kNever}},
    {Method::kFlannel, "FLANNEL",
     {"each lease replaces the peer's list, with the interface's key and port", Splitting::kWgctrl}},
    {Method::kAntrea, "ANTREA",
     {"each node that is processed replaces the peer's list", Splitting::kWgctrl}},
    {Method::kSubmariner, "SUBMARINER",
     {"configures a peer once for each key, and never changes it", Splitting::kWgctrl}},
    {Method::kKubespan, "KUBESPAN",
     {"the difference of two sorted lists; a peer that differs is replaced",
      Splitting::kWgctrl, false, true, seconds(30), false, false, kNever}},
    {Method::kNetworkd, "SYSTEMD_NETWORKD",
     {"every reload and every DNS answer replaces all peers",
      Splitting::kNetworkd, false, true, kNever, false, false, kNever}},
    {Method::kLibtelio, "LIBTELIO",
     {"the difference, and all other peers again",
      Splitting::kNone, false, true, seconds(1), false, false, kNever}},
    {Method::kWgSyncconf, "WG_SYNCCONF",
     {"every change replaces all peers' lists",
      Splitting::kWgPage, false, true, kNever, false, false, kNever}},
    {Method::kWgSetconf, "WG_SETCONF",
     {"every change replaces all peers",
      Splitting::kWgPage, false, true, kNever, false, false, kNever}},
    {Method::kWgSet, "WG_SET",
     {"every change replaces the peer's full list", Splitting::kWgPage}},
    {Method::kWgSetDelta, "WG_SET_DELTA",
     {"an address is added alone and removed alone",
      Splitting::kWgPage, true, false, kNever, false, false, kNever}},
    {Method::kRosenpass, "ROSENPASS",
     {"a new preshared key for each peer at times, with its list replaced",
      Splitting::kWgPage, false, true, seconds(120), false, false, kNever}},
};
static_assert(std::size(kEntries) == kMethods);

const Entry& EntryOf(Method method) {
  const Entry& entry = kEntries[static_cast<size_t>(method)];
  CHECK(entry.method == method);
  return entry;
}

}  // namespace

const char* Name(Method method) { return EntryOf(method).name; }
const MethodTraits& TraitsOf(Method method) { return EntryOf(method).traits; }

}  // namespace scenario::plan
