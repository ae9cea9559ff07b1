// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Windows: the enumerated reading of a reconfiguration. A configuration is a list of steps, and
// readers may look between any two of them; so cut the list after every step and ask for every
// address of interest who owns it. No prices, no traffic, no time: what can happen at all, complete
// for the model.
//
// An address is kept if the configuration before and after agree on its owner. A kept address is
// exposed at a cut where nobody or somebody else answers. What the reconfiguration means to change
// is not exposure.
#ifndef WGSIM_SCENARIOS_WINDOWS_H_
#define WGSIM_SCENARIOS_WINDOWS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/config.h"
#include "protocol/config_step.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace scenario {

// What peers are called; others go by the beginning of their key.
using PeerNames = absl::btree_map<wg::PublicKey, std::string>;

struct WindowsRequest {
  std::string title;  // the method: "REPLACE"
  std::vector<wg::SetDevice>
      messages;  // of one reconfiguration, in order, cut as its sender cuts them
  std::vector<wg::IpAddress> addresses;  // of interest
};

struct Windows {
  static constexpr int kNobody = -1;

  // One step. Cut k is the state after cuts[k]; cuts[0] is before everything, without a step.
  struct Cut {
    wg::ConfigStep step{.kind = wg::StepKind::kBegin};
    int peer = kNobody;  // whom the step is about, by number
    int message = 0;     // counted from 0
  };

  // At this cut an address answers otherwise than before.
  struct Change {
    size_t cut;
    size_t address;  // index
    int owner;
  };

  // Cuts from first to last.
  struct Range {
    size_t first, last;
  };
  static size_t Cuts(const std::vector<Range>& ranges) {
    size_t cuts = 0;
    for (const Range& range : ranges) cuts += range.last - range.first + 1;
    return cuts;
  }

  // What became of one address.
  struct History {
    wg::IpAddress address;
    std::vector<int> owners;  // one after the other, without repetition: before, ..., after
    bool kept = false;
    std::vector<Range> nobody;  // where it was exposed to nobody
    std::vector<Range> wrong;   // where it was exposed to a wrong peer

    int before() const { return owners.front(); }
    int after() const { return owners.back(); }
    size_t nobody_cuts() const { return Cuts(nobody); }
    size_t wrong_cuts() const { return Cuts(wrong); }
    size_t exposed_cuts() const { return nobody_cuts() + wrong_cuts(); }
  };

  // The list of allowed ips of one peer, after every step that changed it.
  struct List {
    struct State {
      size_t cut;
      size_t length;
      std::vector<wg::Prefix> prefixes;  // empty if it is longer than kShownPrefixes
    };
    int peer;
    std::vector<State> states;  // the first is that of cut 0
  };
  static constexpr size_t kShownPrefixes = 8;

  std::string title;
  size_t messages = 0;  // sent; fewer than asked for after an error
  wg::Errno error = wg::Errno::kOk;
  std::vector<std::string> peers;  // names by number
  std::vector<Cut> cuts;
  std::vector<Change> changes;     // in the order of cuts
  std::vector<History> histories;  // one per address
  std::vector<List> lists;         // of peers whose list changed, in the order of `peers`

  size_t steps() const { return cuts.size() - 1; }
};

// Applies the messages to `device` and looks after every step. The frame of a message (begin, end)
// changes nothing and is no step here. REQUIRES: nobody else uses the device meanwhile.
Windows EnumerateWindows(wg::Device* device, const WindowsRequest& request, const PeerNames& names);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WINDOWS_H_
