// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The simulator's answers, held against those of real kernels (facts/*.json).
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/netlink/split.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "scenarios/windows.h"
#include "sim/rng.h"
#include "sim/wg/sim_entropy.h"
#include "tools/kernel_reference/facts.pb.h"

namespace kernel_reference {
namespace {

using Numbers = std::vector<uint32_t>;

wg::IpAddress AddressOf(uint32_t family, uint32_t number) {
  if (family == 4) return wg::IpAddress::V4(0x0a000000 + number);
  return wg::IpAddress::Parse(absl::StrCat("fd00::", absl::Hex(number))).value();
}

struct Lists {
  Numbers before, after;
};

Lists ListsOf(uint32_t length, const std::string& change) {
  Lists lists;
  for (uint32_t i = 0; i < length; ++i) lists.before.push_back(i);
  lists.after = lists.before;
  if (change == "drop_first") {
    lists.after.erase(lists.after.begin());
  } else if (change == "drop_last") {
    lists.after.pop_back();
  } else if (change == "append") {
    lists.after.push_back(length);
  } else if (change == "reverse") {
    lists.after.assign(lists.before.rbegin(), lists.before.rend());
  } else {
    EXPECT_EQ(change, "same");
  }
  return lists;
}

// The elements of either list, in the order of their numbers.
Numbers Everything(const Lists& lists) {
  return lists.after.size() > lists.before.size() ? lists.after : lists.before;
}

// A device with one peer, and REPLACE requests to it.
class Lister {
 public:
  Lister(uint32_t family, const Numbers& before)
      : family_(family),
        device_({.profile = &wg::kLinux616,
                 .crypto = &wg::ModelledCrypto(),
                 .entropy = &entropy_,
                 .pool = &pool_,
                 .module = &module_}) {
    wg::Effects effects;
    EXPECT_EQ(wg::Configure(&device_, Replace(before), wg::Now{}, &effects), wg::Errno::kOk);
  }

  wg::SetDevice Replace(const Numbers& list) const {
    wg::SetPeer peer;
    peer.public_key.bytes.fill(0x55);
    peer.replace_allowed_ips = true;
    for (const uint32_t number : list) {
      peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(AddressOf(family_, number))});
    }
    return {.peers = {peer}};
  }

  // As wg(8) cuts it, or with at most so many entries each.
  std::vector<wg::SetDevice> Messages(const Numbers& list, uint32_t entries) const {
    std::vector<wg::SetDevice> messages;
    const wg::SetDevice whole = Replace(list);
    if (entries == 0) {
      for (auto& message : wg::netlink::SplitRequest(whole, wg::netlink::Splitting::kWgPage, "wg0")) {
        messages.push_back(std::move(message.request));
      }
      return messages;
    }
    const std::vector<wg::AllowedIpChange>& ips = whole.peers[0].allowed_ips;
    for (size_t at = 0; at < ips.size() || at == 0; at += entries) {
      messages.push_back(Replace({}));
      wg::SetPeer& peer = messages.back().peers[0];
      peer.replace_allowed_ips = at == 0;
      peer.allowed_ips.assign(ips.begin() + at, ips.begin() + std::min(at + entries, ips.size()));
    }
    return messages;
  }

  // REQUIRES: called once.
  scenario::Windows Carry(const std::vector<wg::SetDevice>& messages, const Numbers& elements) {
    scenario::WindowsRequest request = {.title = "REPLACE", .messages = messages, .addresses = {}};
    for (const uint32_t number : elements) request.addresses.push_back(AddressOf(family_, number));
    return scenario::EnumerateWindows(&device_, request, {});
  }

 private:
  const uint32_t family_;
  wgnode::SimEntropy entropy_{sim::Rng(1)};
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Device device_;
};

// Whether each address has an owner, cut after cut.
std::vector<std::vector<bool>> Found(const scenario::Windows& windows, size_t addresses) {
  std::vector<std::vector<bool>> found;
  std::vector<bool> now(addresses);
  for (size_t i = 0; i < addresses; ++i) now[i] = windows.histories[i].before() != scenario::Windows::kNobody;
  size_t next = 0;
  for (size_t cut = 0; cut < windows.cuts.size(); ++cut) {
    for (; next < windows.changes.size() && windows.changes[next].cut == cut; ++next) {
      now[windows.changes[next].address] = windows.changes[next].owner != scenario::Windows::kNobody;
    }
    found.push_back(now);
  }
  return found;
}

std::string Hex(const std::vector<bool>& bits) {
  std::string text;
  for (size_t i = 0; i < bits.size(); i += 4) {
    int digit = 0;
    for (size_t k = i; k < i + 4 && k < bits.size(); ++k) digit |= bits[k] << (k - i);
    absl::StrAppend(&text, absl::Hex(digit));
  }
  return text;
}

// "1-3,7-9": where `missing` is true, counted from 1.
std::string Ranges(const std::vector<bool>& missing) {
  std::vector<std::string> ranges;
  for (size_t i = 0; i < missing.size();) {
    size_t end = i;
    while (end < missing.size() && missing[end]) ++end;
    if (end > i) ranges.push_back(absl::StrCat(i + 1, "-", end));
    i = std::max(end, i + 1);
  }
  return absl::StrJoin(ranges, ",");
}

class FactsTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::ifstream file(absl::StrCat("tools/kernel_reference/facts/", GetParam()));
    std::stringstream text;
    text << file.rdbuf();
    const auto status = google::protobuf::util::JsonStringToMessage(text.str(), &facts_);
    ASSERT_TRUE(status.ok()) << status.message();
  }

  Facts facts_;
};

TEST_P(FactsTest, AfterEveryMessageTheKernelAndWeAgreeWhoHasNoOwner) {
  EXPECT_GE(facts_.message_steps_size(), 150);
  for (const MessageSteps& fact : facts_.message_steps()) {
    SCOPED_TRACE(fact.ShortDebugString());
    const Lists lists = ListsOf(fact.length(), fact.change());
    const Numbers elements = Everything(lists);
    Lister lister(fact.family(), lists.before);
    const std::vector<wg::SetDevice> messages = lister.Messages(lists.after, fact.entries());
    EXPECT_EQ(messages.size(), fact.messages());
    const scenario::Windows windows = lister.Carry(messages, elements);
    const auto found = Found(windows, elements.size());
    // The state after a message is that of its last cut.
    std::vector<size_t> last(messages.size());
    for (size_t cut = 0; cut < windows.cuts.size(); ++cut) last[windows.cuts[cut].message] = cut;
    for (const Target& target : fact.targets()) {
      const wg::IpAddress address = wg::IpAddress::Parse(target.address()).value();
      size_t element = 0;
      while (AddressOf(fact.family(), elements[element]) != address) ++element;
      std::vector<bool> missing;
      for (const size_t cut : last) missing.push_back(!found[cut][element]);
      EXPECT_EQ(Ranges(missing), target.missing()) << target.address();
    }
  }
}

TEST_P(FactsTest, WithinAMessageTheListGoesThroughTheSameStates) {
  EXPECT_GE(facts_.list_steps_size(), 18);
  for (const ListSteps& fact : facts_.list_steps()) {
    SCOPED_TRACE(absl::StrCat("IPv", fact.family(), ", ", fact.length(), ", ", fact.change()));
    const Lists lists = ListsOf(fact.length(), fact.change());
    const Numbers elements = Everything(lists);
    Lister lister(fact.family(), lists.before);
    const auto found = Found(lister.Carry({lister.Replace(lists.after)}, elements), elements.size());
    std::vector<std::string> states;
    for (const std::vector<bool>& bits : found) states.push_back(Hex(bits));
    EXPECT_EQ(states, std::vector<std::string>(fact.states().begin(), fact.states().end()));
  }
}

TEST_P(FactsTest, AnElementIsMissingForTheRemovalsFromItOnAndTheInsertionsUpToIt) {
  for (const ListSteps& fact : facts_.list_steps()) {
    SCOPED_TRACE(absl::StrCat("IPv", fact.family(), ", ", fact.length(), ", ", fact.change()));
    const Lists lists = ListsOf(fact.length(), fact.change());
    for (size_t old_index = 0; old_index < lists.before.size(); ++old_index) {
      const uint32_t element = lists.before[old_index];
      size_t new_index = 0;
      while (new_index < lists.after.size() && lists.after[new_index] != element) ++new_index;
      if (new_index == lists.after.size()) continue;
      std::vector<bool> missing;
      for (const std::string& state : fact.states()) {
        missing.push_back((std::stoi(state.substr(element / 4, 1), nullptr, 16) >> element % 4 & 1) == 0);
      }
      const size_t count = std::count(missing.begin(), missing.end(), true);
      EXPECT_EQ(count, lists.before.size() - old_index + new_index) << "element " << element;
      EXPECT_EQ(Ranges(missing), absl::StrCat(old_index + 2, "-", old_index + 1 + count));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, FactsTest, testing::Values("linux_6_16.json", "linux_6_12.json"),
                         [](const auto& info) { return std::string(info.param).substr(0, 10); });

}  // namespace
}  // namespace kernel_reference
