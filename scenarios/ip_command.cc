// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/ip_command.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

namespace scenario {
namespace {

using Kind = plan::IpChange::Kind;
using Route = plan::IpChange::Route;

constexpr uint32_t kLeastMtu = 68;
constexpr uint32_t kMostMtu = 65535;
constexpr absl::string_view kAddressWords = "write \"addr add 10.0.0.1/24 dev eth0\", or del or replace";
constexpr absl::string_view kRouteWords = "write \"route add 10.1.0.0/16 via 10.0.0.2 dev eth0\", or del";
constexpr absl::string_view kLinkWords = "write \"link set wg0 up\", down, \"mtu 1400\" or \"netns NAME\", or \"link del wg0\"";

absl::Status Wrong(absl::string_view what, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(what, "; ", right));
}

class Words {
 public:
  explicit Words(absl::string_view text) : all_(absl::StrSplit(text, absl::ByAnyChar(" \t\n"), absl::SkipEmpty())), rest_(all_) {}

  bool empty() const { return rest_.empty(); }
  // "" behind the last one.
  std::string Take() {
    if (rest_.empty()) return "";
    std::string word = rest_.front();
    rest_.remove_prefix(1);
    return word;
  }
  bool Skip(absl::string_view word) {
    if (rest_.empty() || absl::string_view(rest_.front()) != word) return false;
    rest_.remove_prefix(1);
    return true;
  }

 private:
  const std::vector<std::string> all_;
  absl::Span<const std::string> rest_;
};

absl::Status TakeNumber(Words* words, absl::string_view name, uint32_t least, uint32_t most, uint32_t* out) {
  const std::string text = words->Take();
  if (absl::SimpleAtoi(text, out) && *out >= least && *out <= most) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " \"", text, "\" is none"), absl::StrCat("write ", least, " to ", most));
}

absl::Status TakeAddress(Words* words, absl::string_view name, wg::IpAddress* out) {
  const std::string text = words->Take();
  const absl::StatusOr<wg::IpAddress> address = wg::IpAddress::Parse(text);
  if (!address.ok()) return Wrong(absl::StrCat(name, " \"", text, "\" is no address"), "write one, as 10.0.0.1");
  *out = *address;
  return absl::OkStatus();
}

absl::Status AddressCommand(Words* words, plan::IpChange* out) {
  const std::string verb = words->Take();
  if (verb == "add") {
    out->kind = Kind::kAddressAdd;
  } else if (verb == "del" || verb == "delete") {
    out->kind = Kind::kAddressDel;
  } else if (verb == "replace") {
    out->kind = Kind::kAddressReplace;
  } else {
    return Wrong(absl::StrCat("\"addr ", verb, "\" is not known"), kAddressWords);
  }
  const std::string text = words->Take();
  const absl::StatusOr<wg::Prefix> prefix = wg::Prefix::Parse(text);
  if (!prefix.ok()) return Wrong(absl::StrCat("\"", text, "\" is no address with its length"), kAddressWords);
  out->prefix = *prefix;
  if (!words->Skip("dev") || words->empty()) return Wrong("the interface is missing", kAddressWords);
  out->device = words->Take();
  return absl::OkStatus();
}

absl::Status RoutePrefix(Words* words, plan::IpChange* out) {
  for (const auto& [name, type] : {std::pair("unreachable", Route::kUnreachable), std::pair("prohibit", Route::kProhibit),
                                   std::pair("blackhole", Route::kBlackhole)}) {
    if (words->Skip(name)) out->route = type;
  }
  const std::string text = words->Take();
  if (text == "default") return absl::OkStatus();  // its family is that of what follows
  const absl::StatusOr<wg::Prefix> prefix = wg::Prefix::Parse(text);
  if (!prefix.ok()) return Wrong(absl::StrCat("\"", text, "\" is no prefix"), kRouteWords);
  out->prefix = *prefix;
  return absl::OkStatus();
}

absl::Status RouteCommand(Words* words, bool v6, plan::IpChange* out) {
  const std::string verb = words->Take();
  if (verb != "add" && verb != "del" && verb != "delete") {
    return Wrong(absl::StrCat("\"route ", verb, "\" is not known"), kRouteWords);
  }
  out->kind = verb == "add" ? Kind::kRouteAdd : Kind::kRouteDel;
  if (absl::Status status = RoutePrefix(words, out); !status.ok()) return status;
  while (!words->empty()) {
    const std::string word = words->Take();
    absl::Status status;
    if (word == "dev") {
      out->device = words->Take();
    } else if (word == "via") {
      status = TakeAddress(words, word, &out->via);
    } else if (word == "src") {
      status = TakeAddress(words, word, &out->source);
    } else if (word == "metric") {
      status = TakeNumber(words, word, 0, UINT32_MAX, &out->metric);
    } else if (word == "mtu") {
      status = TakeNumber(words, word, kLeastMtu, kMostMtu, &out->mtu);
    } else {
      status = Wrong(absl::StrCat("\"", word, "\" is not known here"), "write via, dev, src, metric or mtu");
    }
    if (!status.ok()) return status;
  }
  if (out->prefix.family() == wg::Family::kNone) {
    v6 = v6 || out->via.is_v6() || out->source.is_v6();
    out->prefix = wg::Prefix(v6 ? wg::IpAddress::V6(0, 0) : wg::IpAddress::V4(0), 0);
  }
  for (const wg::IpAddress& address : {out->via, out->source}) {
    if (address && address.family() != out->prefix.family()) {
      return Wrong(absl::StrCat(address.ToString(), " is of another family than ", out->prefix.ToString()),
                   "write addresses of one family");
    }
  }
  if (out->device.empty() && !out->via && out->kind == Kind::kRouteAdd && out->route == Route::kUnicast) {
    return Wrong("a route without via and dev goes nowhere", kRouteWords);
  }
  return absl::OkStatus();
}

absl::Status LinkCommand(Words* words, plan::IpChange* out) {
  const std::string verb = words->Take();
  if (verb == "del" || verb == "delete") {
    words->Skip("dev");
    out->kind = Kind::kLinkDel;
    out->device = words->Take();
    return out->device.empty() ? Wrong("the interface is missing", kLinkWords) : absl::OkStatus();
  }
  if (verb != "set") return Wrong(absl::StrCat("\"link ", verb, "\" is not known"), kLinkWords);
  words->Skip("dev");
  out->device = words->Take();
  const std::string what = words->Take();
  if (what == "up" || what == "down") {
    out->kind = what == "up" ? Kind::kLinkUp : Kind::kLinkDown;
    return absl::OkStatus();
  }
  if (what == "mtu") {
    out->kind = Kind::kLinkMtu;
    return TakeNumber(words, what, kLeastMtu, kMostMtu, &out->mtu);
  }
  if (what == "netns") {
    out->kind = Kind::kLinkNetns;
    out->name = words->Take();
    return out->name.empty() ? Wrong("the namespace is missing", kLinkWords) : absl::OkStatus();
  }
  return Wrong(absl::StrCat("\"link set ", out->device, " ", what, "\" is not known"), kLinkWords);
}

}  // namespace

absl::StatusOr<plan::IpChange> ParseIpCommand(absl::string_view text) {
  Words words(text);
  plan::IpChange out;
  bool v6 = false;
  words.Skip("ip");
  while (true) {
    if (words.Skip("-n")) {
      out.netns = words.Take();
    } else if (words.Skip("-6")) {
      v6 = true;
    } else if (!words.Skip("-4")) {
      break;
    }
  }
  const std::string object = words.Take();
  absl::Status status;
  if (object == "addr" || object == "address" || object == "a") {
    status = AddressCommand(&words, &out);
  } else if (object == "route" || object == "r") {
    status = RouteCommand(&words, v6, &out);
  } else if (object == "link" || object == "l") {
    status = LinkCommand(&words, &out);
  } else if (object == "netns" && words.Skip("add") && !words.empty()) {
    out.kind = Kind::kNetnsAdd;
    out.name = words.Take();
  } else {
    status = Wrong(absl::StrCat("\"", object, "\" is not known"), "write addr, route, link or \"netns add NAME\"");
  }
  if (!status.ok()) return status;
  if (!words.empty()) return Wrong(absl::StrCat("\"", words.Take(), "\" is too much"), "leave it out");
  return out;
}

}  // namespace scenario
