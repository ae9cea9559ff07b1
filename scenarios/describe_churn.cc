// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe_churn.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "scenarios/describe_names.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

std::vector<std::string> HostNames(const Plan& plan, const std::vector<int>& hosts) {
  std::vector<std::string> names;
  for (const int host : hosts) names.push_back(plan.hosts[host].name);
  return names;
}

std::string WhenText(const plan::Moment& when) {
  std::string words = absl::StrCat(when.name, ": at ", DurationText(when.at));
  if (when.times > 1) {
    absl::StrAppend(&words, " and every ", DurationText(when.every), ", ", when.times, " times");
  }
  return words;
}

std::string ChosenText(const plan::Churn& churn) {
  size_t pods = 0;
  for (const auto& chosen : churn.pods) pods += chosen.size();
  return absl::StrCat(", among ", Counted(pods, "address", "addresses"), " that no bystander uses");
}

std::string RandomText(const Plan& plan, const plan::Churn& churn) {
  const bool poisson = churn.spacing == plan::Spacing::kPoisson;
  return absl::StrCat(
      churn.name, ": on each of ", Names(HostNames(plan, churn.hosts)), " ", RateText(churn.events),
      poisson ? " events at random" : " events evenly",
      churn.burst > 1 ? absl::StrCat(", ", churn.burst, " at a time,") : std::string(), " from ",
      DurationText(churn.start), " to ", DurationText(churn.stop),
      "; add : delete : move = ", churn.add_weight, " : ", churn.delete_weight, " : ",
      churn.move_weight, ChosenText(churn));
}

absl::string_view KindText(plan::PodChange kind, bool one) {
  switch (kind) {
    case plan::PodChange::kAdd:
      return one ? " appears" : " appear";
    case plan::PodChange::kDelete:
      return one ? " disappears" : " disappear";
    case plan::PodChange::kMove:
      return one ? " moves" : " move";
  }
  return "";
}

std::string ScheduledText(const Plan& plan, const plan::Churn& churn,
                          const plan::ScheduledEvents& events) {
  std::vector<std::string> pods;
  for (const int pod : events.pods) pods.push_back(plan.pods[pod].name);
  const bool named = !pods.empty();
  const bool one = named ? pods.size() == 1 : events.count == 1;
  const std::string who = named ? Names(pods)
                                : absl::StrCat("on each of ", Names(HostNames(plan, churn.hosts)),
                                               " ", Counted(events.count, "pod"));
  return absl::StrCat(
      churn.name, ": at ", DurationText(events.at), ", ", who, KindText(events.what, one),
      events.to_host == plan::kNone ? std::string()
                                    : absl::StrCat(" to ", plan.hosts[events.to_host].name),
      named ? std::string() : ChosenText(churn));
}

std::string DrainText(const Plan& plan, const plan::Drain& drain) {
  std::string words = absl::StrCat(
      WhenText(drain.when), ", the pods of ", plan.hosts[drain.host].name,
      drain.to_hosts.empty() ? std::string(" disappear")
                             : absl::StrCat(" move to ", Names(HostNames(plan, drain.to_hosts))),
      drain.lasts == sim::Duration(0) ? std::string(" at once")
                                      : absl::StrCat(" within ", DurationText(drain.lasts)),
      ", then it leaves the mesh");
  if (drain.returns_after) {
    absl::StrAppend(&words, "; it joins again ", DurationText(*drain.returns_after), " later");
  }
  return words;
}

absl::string_view KeyText(plan::Reboot::Key key) {
  switch (key) {
    case plan::Reboot::Key::kNew:
      return "another key";
    case plan::Reboot::Key::kSame:
      return "the same key";
    case plan::Reboot::Key::kFirst:
      return "the key with which it began";
  }
  return "";
}

std::string NewsText(const plan::Reboot& reboot) {
  switch (reboot.order) {
    case plan::Reboot::Order::kKeyChanged:
      return "others hear of the key then";
    case plan::Reboot::Order::kDeleteAdd:
      return "others hear that it leaves, and then that it joins";
    case plan::Reboot::Order::kAddDelete:
      return absl::StrCat("others hear of the new key then, and ", DurationText(reboot.overlap),
                          " later that the old one is gone");
  }
  return "";
}

std::string RebootText(const Plan& plan, const plan::Reboot& reboot) {
  return absl::StrCat(WhenText(reboot.when), ", ", plan.hosts[reboot.host].name,
                      " goes down and comes up ", DurationText(reboot.downtime), " later with ",
                      KeyText(reboot.key), "; ", NewsText(reboot),
                      "; its manager is told everything within ", DurationText(reboot.replay));
}

}  // namespace

std::vector<std::string> ChurnWords(const Plan& plan) {
  std::vector<std::string> words;
  for (const plan::Churn& churn : plan.churn) {
    if (churn.schedule.empty()) words.push_back(RandomText(plan, churn));
    for (const plan::ScheduledEvents& events : churn.schedule) {
      words.push_back(ScheduledText(plan, churn, events));
    }
  }
  return words;
}

std::vector<std::string> NodeWords(const Plan& plan) {
  std::vector<std::string> words;
  for (const plan::Drain& drain : plan.drains) words.push_back(DrainText(plan, drain));
  for (const plan::Reboot& reboot : plan.reboots) words.push_back(RebootText(plan, reboot));
  return words;
}

}  // namespace scenario
