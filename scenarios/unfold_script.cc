// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold_script.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/wg8/show.h"
#include "protocol/wg8/words.h"
#include "scenarios/ip_command.h"
#include "scenarios/script_text.h"
#include "scenarios/values.h"
#include "scenarios/wg_command.h"

namespace scenario {
namespace {

constexpr uint32_t kMostPings = 10'000;
constexpr uint32_t kMostPayload = 65'000;
constexpr uint32_t kLeastEcho = 8;
// Of ping -f.
constexpr sim::Duration kFloodInterval = std::chrono::milliseconds(10);
constexpr char kConf[] = "conf";

plan::Figure FigureOf(file::Figure figure) {
  switch (figure) {
    case file::RX_BYTES:
      return plan::Figure::kRxBytes;
    case file::TX_BYTES:
      return plan::Figure::kTxBytes;
    case file::INTERFACE_RX_BYTES:
      return plan::Figure::kInterfaceRxBytes;
    case file::INTERFACE_TX_BYTES:
      return plan::Figure::kInterfaceTxBytes;
    case file::PEERS:
      return plan::Figure::kPeers;
    case file::ALLOWED_IPS:
      return plan::Figure::kAllowedIps;
    case file::PEERS_WITH_HANDSHAKE:
      return plan::Figure::kPeersWithHandshake;
  }
  return plan::Figure::kRxBytes;
}

// Of words that wg shows.
bool IsAboutPeers(absl::string_view word) {
  constexpr absl::string_view kOthers[] = {kConf, "dump", "public-key", "private-key", "listen-port", "fwmark"};
  return std::find(std::begin(kOthers), std::end(kOthers), word) == std::end(kOthers);
}

bool OfInterface(plan::Figure figure) {
  return figure == plan::Figure::kInterfaceRxBytes || figure == plan::Figure::kInterfaceTxBytes;
}

}  // namespace

bool ScriptReader::Read(const Node& node, const file::Action& action, plan::ScriptAction when) {
  when.line = node.where().line;
  switch (action.what_case()) {
    case file::Action::kWg:
      Wg(node.Child("wg"), action.wg(), &when.what.emplace<plan::WgCommands>());
      break;
    case file::Action::kIp:
      Ip(node.Child("ip"), action.ip(), &when.what.emplace<plan::IpCommands>());
      break;
    case file::Action::kPing: {
      plan::PingCommand ping;
      Ping(node.Child("ping"), action.ping(), when, &ping);
      when.claim = action.ping().claim();
      when.what = std::move(ping);
      break;
    }
    case file::Action::kDatagram: {
      plan::Datagram datagram;
      Datagram(node.Child("datagram"), action.datagram(), when, &datagram);
      when.claim = action.datagram().claim();
      when.what = datagram;
      break;
    }
    case file::Action::kCheck:
      when.claim = action.check().claim();
      Check(node.Child("check"), action.check(), &when.what.emplace<plan::Check>());
      break;
    default:
      return false;
  }
  plan_.script.push_back(std::move(when));
  return true;
}

void ScriptReader::Wg(const Node& node, const file::WgCommands& in, plan::WgCommands* out) {
  out->host = Host(node, "host", in.host());
  out->fails = in.fails();
  const auto any_key = [this](absl::string_view kind, absl::string_view whose) { return AnyKey(kind, whose); };
  bool file_read = false;
  // What the file says once keys are found is looked at with the first command that reads it.
  if (in.has_file()) out->file = in.file();
  if (in.commands_size() == 0) Wrong(node, "commands", "are missing; write one, as \"set wg0 listen-port 51821\"");
  for (int i = 0; i < in.commands_size(); ++i) {
    out->commands.push_back(in.commands(i));
    const absl::StatusOr<std::string> text = ExpandScript(in.commands(i), any_key);
    const absl::StatusOr<WgCommand> command = text.ok() ? ParseWgCommand(*text) : text.status();
    if (!command.ok()) {
      Wrong(node, "commands", command.status().message(), i);
      continue;
    }
    if (out->host != plan::kNone && !in.fails() && !HasDevice(out->host, command->device)) {
      Wrong(node, "commands",
            absl::StrCat(plan_.hosts[out->host].name, " has no WireGuard interface \"", command->device, "\"; write one that it has"), i);
    }
    if (OnlyShows(command->verb)) continue;
    if (ReadsFile(command->verb)) {
      if (!in.has_file()) Wrong(node, "file", "is missing; write the file that the command reads, as \"[Interface]\\nListenPort = 1\\n\"");
      if (!in.has_file() || file_read) continue;
      file_read = true;
    }
    const absl::StatusOr<std::string> file = ExpandScript(in.file(), any_key);
    if (ReadsFile(command->verb) && !file.ok()) {
      Wrong(node, "file", file.status().message());
      continue;
    }
    const absl::StatusOr<wg::SetDevice> request = WgRequest(*command, file.ok() ? *file : std::string(), wg::GetDevice());
    if (request.ok()) continue;
    Wrong(node, ReadsFile(command->verb) ? "file" : "commands", request.status().message(), ReadsFile(command->verb) ? -1 : i);
  }
  if (in.has_file() && !file_read) Wrong(node, "file", "is read by none of the commands; leave it out, or write setconf, addconf or syncconf");
}

void ScriptReader::Ip(const Node& node, const file::IpCommands& in, plan::IpCommands* out) {
  out->host = Host(node, "host", in.host());
  out->fails = in.fails();
  if (in.commands_size() == 0) Wrong(node, "commands", "are missing; write one, as \"link set wg0 down\"");
  for (int i = 0; i < in.commands_size(); ++i) {
    absl::StatusOr<plan::IpChange> change = ParseIpCommand(in.commands(i));
    if (!change.ok()) {
      Wrong(node, "commands", change.status().message(), i);
      continue;
    }
    if (!change->device.empty() && !in.fails()) Interface(node, "commands", i, out->host, change->device);
    const bool wireguard_only = change->kind == plan::IpChange::Kind::kLinkNetns || change->kind == plan::IpChange::Kind::kLinkDel;
    if (wireguard_only && out->host != plan::kNone && !HasDevice(out->host, change->device)) {
      Wrong(node, "commands", absl::StrCat("only WireGuard interfaces move and go, and ", change->device, " is none; leave it where it is"), i);
    }
    out->texts.push_back(in.commands(i));
    out->changes.push_back(*std::move(change));
  }
}

void ScriptReader::Ping(const Node& node, const file::PingCommand& in, const plan::ScriptAction& when, plan::PingCommand* out) {
  out->host = Host(node, "from", in.from());
  out->netns = in.netns();
  out->to = Address(node, "to", in.to());
  out->count = Within(node, "count", in.count(), 1, kMostPings);
  out->size = Within(node, "size", in.size(), kLeastEcho, kMostPayload);
  out->flood = in.flood();
  out->interval = in.flood() ? kFloodInterval : Time(node, "interval", in.interval(), false);
  if (in.flood() && in.has_interval()) Wrong(node, "interval", "goes without flood, which sends as fast as replies come; leave one of them out");
  out->timeout = Time(node, "timeout", in.timeout(), false);
  if (in.has_source()) out->source = Address(node, "source", in.source());
  if (in.has_device()) {
    out->device = in.device();
    Interface(node, "device", -1, out->host, in.device());
  }
  out->replies = in.has_replies() ? Within(node, "replies", in.replies(), 0, out->count) : out->count;
  if (in.has_error_from()) out->error_from = Address(node, "error_from", in.error_from());
  EndsInTime(node, "timeout", when, out->interval * static_cast<int64_t>(out->count - 1) + out->timeout);
}

void ScriptReader::Datagram(const Node& node, const file::Datagram& in, const plan::ScriptAction& when, plan::Datagram* out) {
  if (in.has_from()) out->from = Host(node, "from", in.from());
  out->to = Host(node, "to", in.to());
  const absl::StatusOr<wg::Endpoint> address = wg::Endpoint::Parse(in.address());
  if (address.ok()) {
    out->address = *address;
  } else {
    Wrong(node, "address", absl::StrCat("\"", in.address(), "\" is no address and port; write them, as \"10.0.0.1:1111\""));
  }
  out->size = Within(node, "size", in.size(), 1, kMostPayload);
  out->within = Time(node, "within", in.within(), false);
  out->received = in.received();
  EndsInTime(node, "within", when, out->within);
}

void ScriptReader::Check(const Node& node, const file::Check& in, plan::Check* out) {
  out->host = Host(node, "host", in.host());
  out->device = in.device();
  CheckSubject(node, in, out);
  CheckComparisons(node, in, out);
}

void ScriptReader::CheckSubject(const Node& node, const file::Check& in, plan::Check* out) {
  out->show = in.show();
  if (in.has_figure()) out->figure = FigureOf(in.figure());
  if (in.has_show() == in.has_figure()) {
    Wrong(node, in.has_show() ? "figure" : "show",
          in.has_show() ? "a check looks at one thing; write show or figure" : "is missing; write a word of `wg show`, as \"endpoints\", or figure");
  }
  if (in.has_show() && in.show() != kConf && !wg::wg8::ShowField(wg::GetDevice(), in.show())) {
    Wrong(node, "show", absl::StrCat("\"", in.show(), "\" is nothing that wg shows; write ", wg::wg8::kShowWords, " or conf"));
  }
  if (out->figure && OfInterface(*out->figure)) {
    Interface(node, "device", -1, out->host, in.device());
    if (in.has_peer()) Wrong(node, "peer", "an interface's own counters know no peers; leave it out, or write RX_BYTES or TX_BYTES");
  } else if (out->host != plan::kNone && complete_ && !HasDevice(out->host, in.device())) {
    Wrong(node, "device", absl::StrCat(plan_.hosts[out->host].name, " has no WireGuard interface \"", in.device(), "\"; write one that it has"));
  }
  if (!in.has_peer()) return;
  out->peer = in.peer();
  const absl::StatusOr<std::string> key =
      ExpandScript(in.peer(), [this](absl::string_view kind, absl::string_view whose) { return AnyKey(kind, whose); });
  if (!key.ok()) return Wrong(node, "peer", key.status().message());
  if (!wg::wg8::ParseKeyWord(*key).ok()) {
    Wrong(node, "peer", absl::StrCat("\"", *key, "\" is no key; write {public_key:HOST/INTERFACE}, {public_key:NAME} or 44 characters of base64"));
  }
  if (in.has_show() && !IsAboutPeers(in.show())) Wrong(node, "peer", "goes with words of wg show that are about peers; leave it out");
}

void ScriptReader::CheckComparisons(const Node& node, const file::Check& in, plan::Check* out) {
  Texts(node, "is", in.is(), &out->is);
  Texts(node, "is_not", in.is_not(), &out->is_not);
  Texts(node, "contains", in.contains(), &out->contains);
  Texts(node, "lacks", in.lacks(), &out->lacks);
  if (in.has_lines()) out->lines = in.lines();
  if (in.has_words()) out->words = in.words();
  if (in.has_at_least()) out->at_least = in.at_least();
  if (in.has_at_most()) out->at_most = in.at_most();
  if (in.is_size() + in.is_not_size() + in.contains_size() + in.lacks_size() == 0 && !in.has_lines() && !in.has_words() &&
      !in.has_at_least() && !in.has_at_most()) {
    Wrong(node, "is", "is missing, and so is every other comparison; write what must be seen, as is: \"1372\"");
  }
  if (in.has_at_least() && in.has_at_most() && in.at_least() > in.at_most()) {
    Wrong(node, "at_most", absl::StrCat(in.at_most(), " is less than at_least; nothing could hold"));
  }
  if (!in.has_figure() && (in.has_at_least() || in.has_at_most())) {
    Wrong(node, in.has_at_least() ? "at_least" : "at_most", "is for numbers; write figure");
  }
  if (!in.has_since()) return;
  out->since = in.since();
  const auto earlier = std::find_if(plan_.script.begin(), plan_.script.end(), [&](const plan::ScriptAction& action) {
    const plan::Check* check = std::get_if<plan::Check>(&action.what);
    return action.name == in.since() && check != nullptr && check->figure.has_value();
  });
  if (earlier == plan_.script.end()) {
    Wrong(node, "since", absl::StrCat("there is no check \"", in.since(), "\" of a figure before this one; write the name of its action"));
  }
  if (!in.has_figure()) Wrong(node, "since", "is for numbers; write figure");
}

void ScriptReader::Texts(const Node& node, absl::string_view field, const google::protobuf::RepeatedPtrField<std::string>& in,
                         std::vector<std::string>* out) {
  for (int i = 0; i < in.size(); ++i) {
    out->push_back(in.Get(i));
    const absl::StatusOr<std::string> text =
        ExpandScript(in.Get(i), [this](absl::string_view kind, absl::string_view whose) { return AnyKey(kind, whose); });
    if (!text.ok()) Wrong(node, field, text.status().message(), i);
  }
}

void ScriptReader::Wrong(const Node& node, absl::string_view field, absl::string_view message, int index) {
  diagnostics_.Add(node.WhereIs(field, index), node.PathOf(field, index), message);
}

int ScriptReader::Host(const Node& node, absl::string_view field, const std::string& name) {
  std::vector<std::string> names;
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    if (plan_.hosts[i].name == name) return static_cast<int>(i);
    names.push_back(plan_.hosts[i].name);
  }
  if (name.empty()) {
    Wrong(node, field, "is missing; write the name of a host");
  } else if (complete_) {
    const std::string near = Nearest(name, names);
    Wrong(node, field, absl::StrCat("there is no host \"", name, "\"; ", near.empty() ? "write one that there is" : absl::StrCat("did you mean ", near, "?")));
  }
  return plan::kNone;
}

bool ScriptReader::HasDevice(int host, absl::string_view name) const {
  return std::any_of(plan_.devices.begin(), plan_.devices.end(), [&](const plan::Device& device) {
    return device.host == host && absl::string_view(device.name) == name;
  });
}

void ScriptReader::Interface(const Node& node, absl::string_view field, int index, int host, const std::string& name) {
  if (host == plan::kNone || !complete_ || name == "lo" || HasDevice(host, name)) return;
  std::vector<std::string> known = {"lo"};
  const auto consider = [&](const plan::LinkEnd& end) {
    if (end.host == host) known.push_back(end.interface);
  };
  for (const plan::Link& link : plan_.links) {
    for (const plan::LinkEnd& end : link.ends) consider(end);
  }
  for (const plan::Switch& one : plan_.switches) {
    for (const plan::Switch::Port& port : one.ports) consider(port.end);
  }
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  for (const plan::Device& device : plan_.devices) {
    if (device.host == host) known.push_back(device.name);
  }
  std::string all;
  for (const std::string& one : known) absl::StrAppend(&all, all.empty() ? "" : ", ", one);
  Wrong(node, field, absl::StrCat(plan_.hosts[host].name, " has no interface \"", name, "\"; it has ", all), index);
}

sim::Duration ScriptReader::Time(const Node& node, absl::string_view field, const std::string& text, bool may_be_zero) {
  const absl::StatusOr<sim::Duration> time = ParseDuration(text);
  if (!time.ok()) {
    Wrong(node, field, time.status().message());
    return sim::Duration(0);
  }
  if (*time == sim::Duration(0) && !may_be_zero) Wrong(node, field, "0s is no time; write more than 0s");
  return *time;
}

wg::IpAddress ScriptReader::Address(const Node& node, absl::string_view field, const std::string& text) {
  const absl::StatusOr<wg::IpAddress> address = wg::IpAddress::Parse(text);
  if (address.ok()) return *address;
  Wrong(node, field, absl::StrCat("\"", text, "\" is no address; write one, as \"10.0.0.1\""));
  return {};
}

uint32_t ScriptReader::Within(const Node& node, absl::string_view field, uint32_t value, uint32_t min, uint32_t max) {
  if (value >= min && value <= max) return value;
  Wrong(node, field, absl::StrCat(value, " is not possible; write ", min, " to ", max));
  return min;
}

void ScriptReader::EndsInTime(const Node& node, absl::string_view field, const plan::ScriptAction& when, sim::Duration length) {
  const sim::Duration end = when.at + when.every * static_cast<int64_t>(when.times - 1) + length;
  if (end <= plan_.duration || when.at >= plan_.duration || plan_.duration == sim::Duration(0)) return;
  Wrong(node, field, absl::StrCat("it may take until ", DurationText(end), ", after the end of the run; begin earlier, or write a longer duration"));
}

absl::StatusOr<std::string> ScriptReader::AnyKey(absl::string_view kind, absl::string_view whose) const {
  const std::pair<std::string, std::string> parts = absl::StrSplit(whose, absl::MaxSplits('/', 1));
  const bool of_interface = whose.find('/') != absl::string_view::npos;
  if (of_interface && complete_) {
    const auto host = std::find_if(plan_.hosts.begin(), plan_.hosts.end(), [&](const plan::Host& h) { return h.name == parts.first; });
    if (host == plan_.hosts.end() || !HasDevice(static_cast<int>(host - plan_.hosts.begin()), parts.second)) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no WireGuard interface \"", whose, "\"; write HOST/INTERFACE, as {public_key:node1/wg0}"));
    }
  }
  if (of_interface && kind == "preshared_key") {
    return absl::InvalidArgumentError("an interface has no preshared key; write {preshared_key:NAME} with a name of your own");
  }
  std::string name = parts.first;
  name.erase(std::remove(name.begin(), name.end(), '#'), name.end());
  if (!of_interface && !IsName(name)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", whose, "\" is no name of a key; write letters, digits, _ and -, or HOST/INTERFACE"));
  }
  // Each name another, so that commands are read as they will be.
  wg::KeyBytes key{};
  for (size_t i = 0; i < whose.size(); ++i) {
    key[i % key.size()] = static_cast<uint8_t>(key[i % key.size()] * 31 + whose[i]);
  }
  return wg::ToBase64(key);
}

}  // namespace scenario
