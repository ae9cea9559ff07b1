// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/windows.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "protocol/config_session.h"
#include "protocol/effects.h"
#include "protocol/time.h"

namespace scenario {
namespace {

using wg::ConfigStep;
using wg::StepKind;

// Time stands still while somebody cuts.
constexpr wg::Now kNow = {wg::BootTime(std::chrono::seconds(1)),
                          wg::WallTime(std::chrono::seconds(1))};

bool IsFrame(StepKind kind) { return kind == StepKind::kBegin || kind == StepKind::kEnd; }

bool IsAboutAPeer(StepKind kind) {
  switch (kind) {
    case StepKind::kBegin:
    case StepKind::kSetFwmark:
    case StepKind::kSetListenPort:
    case StepKind::kSetPrivateKey:
    case StepKind::kGracePeriod:
    case StepKind::kClearTable4:
    case StepKind::kClearTable6:
    case StepKind::kApply:
    case StepKind::kEnd:
      return false;
    default:
      return true;
  }
}

// True for steps that change allowed ips in another way than one prefix at a time.
bool ChangesManyPrefixes(const ConfigStep& step) {
  return step.kind == StepKind::kClearTable4 || step.kind == StepKind::kClearTable6 ||
         step.kind == StepKind::kApply ||
         (step.kind == StepKind::kRemoveAllowedIp && !step.prefix.has_value());
}

class Enumeration {
 public:
  Enumeration(wg::Device* device, const WindowsRequest& request, const PeerNames& names)
      : device_(device), request_(request), names_(names) {
    out_.title = request.title;
    ReadLists();
    out_.cuts.emplace_back();
    for (size_t i = 0; i < request.addresses.size(); ++i) {
      by_address_.push_back(i);
      answers_.push_back(Ask(i));
    }
    std::sort(by_address_.begin(), by_address_.end(),
              [&](size_t a, size_t b) { return request.addresses[a] < request.addresses[b]; });
    timelines_.resize(answers_.size());
    for (size_t i = 0; i < answers_.size(); ++i) timelines_[i].push_back({0, answers_[i]});
  }

  Windows Run() {
    for (const wg::SetDevice& message : request_.messages) {
      Apply(message);
      ++out_.messages;
      if (out_.error != wg::Errno::kOk) break;
    }
    for (size_t i = 0; i < answers_.size(); ++i) out_.histories.push_back(HistoryOf(i));
    for (Windows::List& list : lists_) {
      if (list.states.size() > 1) out_.lists.push_back(std::move(list));
    }
    return std::move(out_);
  }

 private:
  void Apply(const wg::SetDevice& message) {
    wg::Effects fx;
    wg::ConfigSession session(device_, message);
    while (session.Next()) {
      const ConfigStep step = *session.Next();
      session.Step(kNow, &fx);
      fx.Clear();
      if (!IsFrame(step.kind)) Look(step);
    }
    out_.error = session.error();
  }

  void Look(const ConfigStep& step) {
    const int peer = IsAboutAPeer(step.kind) ? NumberOf(step.peer) : Windows::kNobody;
    out_.cuts.push_back({step, peer, static_cast<int>(out_.messages)});
    if (ChangesManyPrefixes(step)) {
      ReadLists();
      for (size_t i : by_address_) AskAgain(i);
    } else if (step.prefix) {
      FollowList(step, peer);
      // Nothing outside the prefix can have changed.
      auto i = std::lower_bound(
          by_address_.begin(), by_address_.end(), step.prefix->network(),
          [&](size_t a, const wg::IpAddress& b) { return request_.addresses[a] < b; });
      while (i != by_address_.end() && step.prefix->Contains(request_.addresses[*i]))
        AskAgain(*i++);
    }
  }

  int Ask(size_t i) {
    const wg::PublicKey* owner = device_->Owner(request_.addresses[i]);
    return owner == nullptr ? Windows::kNobody : NumberOf(*owner);
  }

  void AskAgain(size_t i) {
    const int owner = Ask(i);
    if (owner == answers_[i]) return;
    answers_[i] = owner;
    out_.changes.push_back({out_.steps(), i, owner});
    timelines_[i].push_back({out_.steps(), owner});
  }

  int NumberOf(const wg::PublicKey& key) {
    const auto [found, is_new] = numbers_.emplace(key, static_cast<int>(numbers_.size()));
    if (is_new) {
      const auto name = names_.find(key);
      out_.peers.push_back(name != names_.end() ? name->second
                                                : wg::ToBase64(key.bytes).substr(0, 8));
      now_.emplace_back();
      lists_.push_back({.peer = found->second, .states = {{0, 0, {}}}});
    }
    return found->second;
  }

  // All lists, from the device. Peers that it does not list any more have none.
  void ReadLists() {
    for (std::vector<wg::Prefix>& list : now_) list.clear();
    owner_.clear();
    for (wg::GetPeer& peer : device_->Get().peers) {
      const int number = NumberOf(peer.public_key);
      for (const wg::Prefix& prefix : peer.allowed_ips) owner_[prefix] = number;
      now_[number] = std::move(peer.allowed_ips);
    }
    for (size_t peer = 0; peer < now_.size(); ++peer) NoteList(peer);
  }

  // The same by hand, for one prefix: reading everything after each of many steps would take for
  // ever.
  void FollowList(const ConfigStep& step, int peer) {
    const auto old = owner_.find(*step.prefix);
    const bool insert = step.kind == StepKind::kInsertAllowedIp;
    if (old != owner_.end() && (insert || old->second == peer)) {
      const int loser = old->second;
      std::vector<wg::Prefix>& list = now_[loser];
      list.erase(std::find(list.begin(), list.end(), *step.prefix));
      owner_.erase(old);
      if (loser != peer || !insert) NoteList(loser);
    }
    if (!insert) return;
    owner_[*step.prefix] = peer;
    now_[peer].push_back(*step.prefix);
    NoteList(peer);
  }

  // Appends the list as it is now if that is news.
  void NoteList(size_t peer) {
    const std::vector<wg::Prefix>& list = now_[peer];
    std::vector<Windows::List::State>& states = lists_[peer].states;
    const bool start = out_.cuts.empty();
    Windows::List::State state{start ? 0 : out_.steps(), list.size(), {}};
    if (list.size() <= Windows::kShownPrefixes) state.prefixes = list;
    if (start) states.clear();
    if (start || states.back().length != state.length || states.back().prefixes != state.prefixes) {
      states.push_back(std::move(state));
    }
  }

  Windows::History HistoryOf(size_t i) const {
    const std::vector<std::pair<size_t, int>>& timeline = timelines_[i];
    Windows::History h;
    h.address = request_.addresses[i];
    for (const auto& [cut, owner] : timeline) h.owners.push_back(owner);
    h.kept = h.before() == h.after();
    if (!h.kept) return h;
    for (size_t k = 0; k + 1 < timeline.size(); ++k) {
      const auto& [first, owner] = timeline[k];
      if (owner == h.before()) continue;
      std::vector<Windows::Range>& ranges = owner == Windows::kNobody ? h.nobody : h.wrong;
      const size_t last = timeline[k + 1].first - 1;
      if (!ranges.empty() && ranges.back().last + 1 == first) {
        ranges.back().last = last;
      } else {
        ranges.push_back({first, last});
      }
    }
    return h;
  }

  wg::Device* const device_;
  const WindowsRequest& request_;
  const PeerNames& names_;
  Windows out_;
  absl::btree_map<wg::PublicKey, int> numbers_;
  std::vector<std::vector<wg::Prefix>> now_;  // the lists, by peer
  absl::btree_map<wg::Prefix, int> owner_;    // of every prefix
  std::vector<Windows::List> lists_;          // by peer
  std::vector<size_t> by_address_;            // indices of the addresses in their order
  std::vector<int> answers_;                  // at the last cut
  // Per address: since which cut who answers.
  std::vector<std::vector<std::pair<size_t, int>>> timelines_;
};

}  // namespace

Windows EnumerateWindows(wg::Device* device, const WindowsRequest& request,
                         const PeerNames& names) {
  return Enumeration(device, request, names).Run();
}

}  // namespace scenario
