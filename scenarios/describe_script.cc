// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe_script.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/check_words.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

class Words {
 public:
  explicit Words(const Plan& plan) : plan_(plan) {}

  std::string operator()(const plan::WgCommands& what) const {
    return absl::StrCat(Host(what.host), ": wg ", absl::StrJoin(what.commands, ", wg "),
                        what.file.empty() ? "" : absl::StrCat(", with a file of ", what.file.size(), " bytes"), Fails(what.fails));
  }
  std::string operator()(const plan::IpCommands& what) const {
    return absl::StrCat(Host(what.host), ": ip ", absl::StrJoin(what.texts, ", ip "), Fails(what.fails));
  }
  std::string operator()(const plan::PingCommand& what) const {
    return absl::StrCat(Host(what.host), what.netns.empty() ? "" : absl::StrCat(" in ", what.netns), " pings ", what.to.ToString(), ", ",
                        what.count == 1 ? "once" : absl::StrCat(what.count, " times, ",
                                                                what.flood ? "as fast as replies come"
                                                                           : absl::StrCat("every ", DurationText(what.interval))),
                        ", with ", what.size, " bytes", what.source ? absl::StrCat(" from ", what.source.ToString()) : "",
                        what.device.empty() ? "" : absl::StrCat(" through ", what.device), "; ",
                        what.replies == what.count ? "all" : what.replies == 0 ? "none" : absl::StrCat(what.replies), " answered within ",
                        DurationText(what.timeout),
                        what.error_from ? absl::StrCat(", an ICMP error comes from ", what.error_from.ToString()) : "");
  }
  std::string operator()(const plan::Datagram& what) const {
    return absl::StrCat(what.from == plan::kNone ? absl::StrCat(Host(what.to), " listens on port ", what.address.port)
                                                 : absl::StrCat(Host(what.from), " sends a datagram of ", what.size, " bytes to ",
                                                                what.address.ToString(), " of ", Host(what.to)),
                        "; ", what.received ? "one" : "none", " comes within ", DurationText(what.within));
  }
  std::string operator()(const plan::Check& what) const {
    return absl::StrCat("on ", Host(what.host), ", ", SubjectText(what), " ", ExpectedText(what));
  }

 private:
  const std::string& Host(int host) const { return plan_.hosts[host].name; }
  static const char* Fails(bool fails) { return fails ? "; fails" : ""; }

  const Plan& plan_;
};

}  // namespace

std::string ScriptWords(const Plan& plan, const plan::ScriptAction& action) {
  return absl::StrCat(action.name, ": at ", DurationText(action.at),
                      action.times > 1 ? absl::StrCat(" and every ", DurationText(action.every), ", ", action.times, " times") : "", ", ",
                      std::visit(Words(plan), action.what), action.claim.empty() ? "" : absl::StrCat(" (", action.claim, ")"));
}

}  // namespace scenario
