// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/adapter_target.h"

#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "conformance/text_answer.h"
#include "protocol/check.h"
#include "protocol/uapi/text_set.h"

namespace conformance {
namespace {

using file::AdapterAnswer;
using file::AdapterRequest;

// Of an answer in an error message.
constexpr size_t kShown = 200;
// Calls at one instant; one call does all that is due.
constexpr int kMostAtOnce = 1000;

std::string HexOf(const wg::WireBytes& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

absl::optional<wg::WireBytes> BytesOf(const std::string& hex) {
  for (const char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return absl::nullopt;
  }
  if (hex.size() % 2 != 0) return absl::nullopt;
  const std::string bytes = absl::HexStringToBytes(hex);
  return wg::WireBytes(bytes.begin(), bytes.end());
}

std::string JsonOf(const AdapterRequest& request) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string line;
  CHECK(google::protobuf::util::MessageToJsonString(request, &line, options).ok());
  return line;
}

}  // namespace

AdapterTarget::AdapterTarget(const std::string& name, Exchange exchange)
    : name_(name), exchange_(std::move(exchange)) {
  AdapterRequest request;
  request.set_start(kVersion);
  if (Do(std::move(request)).tells_errors()) abilities_ |= kSendErrors;
}

void AdapterTarget::Fail(const std::string& line, const std::string& why) {
  if (!fault_.empty()) return;
  fault_ = absl::StrCat("it answered ", line.substr(0, kShown), line.size() > kShown ? "..." : "",
                        ": ", why);
}

AdapterAnswer AdapterTarget::Do(AdapterRequest request) {
  AdapterAnswer answer;
  if (is_over_ || !fault_.empty()) return answer;
  request.set_boot_ns(now().boot.time_since_epoch().count());
  request.set_wall_ns(now().wall.time_since_epoch().count());
  absl::StatusOr<std::string> line = exchange_(JsonOf(request));
  if (absl::IsUnimplemented(line.status())) {
    is_over_ = true;
    unsupported_ = std::string(line.status().message());
    return answer;
  }
  if (!line.ok()) {
    fault_ = std::string(line.status().message());
    return answer;
  }
  if (const auto status = google::protobuf::util::JsonStringToMessage(*line, &answer);
      !status.ok()) {
    Fail(*line, std::string(status.message()));
    return AdapterAnswer();
  }
  next_ = answer.has_next_ns() ? wg::BootTime(std::chrono::nanoseconds(answer.next_ns()))
                               : wg::BootTime::max();
  if (answer.has_unsupported()) unsupported_ = answer.unsupported();
  AdapterRequest sent;
  for (int i = 0; i < answer.datagrams_size(); ++i) {
    const Way way = Take(answer.datagrams(i), *line);
    if (way.exists && !way.source_gone) continue;
    file::NotSent* not_sent = sent.mutable_sent()->add_except();
    not_sent->set_datagram(static_cast<uint32_t>(i));
    not_sent->set_reason(way.exists ? file::NotSent::SOURCE_GONE : file::NotSent::NO_ROUTE);
  }
  sent.mutable_sent();
  for (const std::string& packet : answer.packets()) {
    absl::optional<wg::WireBytes> bytes = BytesOf(packet);
    if (bytes) {
      HandOver(*std::move(bytes));
    } else {
      Fail(*line, "packets: write hex");
    }
  }
  if (answer.datagrams_size() == 0) return answer;
  // It cannot go on for ever.
  if (request.has_sent()) {
    Fail(*line, "what was sent is no reason to send");
  } else {
    Do(std::move(sent));
  }
  return answer;
}

VirtualTarget::Way AdapterTarget::Take(const file::AdapterDatagram& datagram,
                                       const std::string& line) {
  const auto wrong = [&](const std::string& why) {
    Fail(line, why);
    return Way{.exists = false, .source_gone = false};
  };
  absl::optional<wg::WireBytes> bytes = BytesOf(datagram.bytes());
  if (!bytes) return wrong("bytes: write hex");
  wg::WireOut out{now().boot, *std::move(bytes), {}, static_cast<uint8_t>(datagram.ds()), {}};
  const absl::StatusOr<wg::Endpoint> remote = wg::Endpoint::Parse(datagram.remote());
  if (!remote.ok()) {
    return wrong(absl::StrCat("remote: ", remote.status().message()));
  }
  out.remote = *remote;
  // There is one way to link-local addresses only, whatever the adapter calls it.
  if (out.remote.address.IsLinkLocal()) out.remote.scope_id = kOnlyInterface;
  if (datagram.has_local()) {
    const absl::StatusOr<wg::IpAddress> local = wg::IpAddress::Parse(datagram.local());
    if (!local.ok()) return wrong(absl::StrCat("local: ", local.status().message()));
    out.local = *local;
  }
  return Send(std::move(out));
}

std::string AdapterTarget::Ask(const std::string& text) {
  AdapterRequest request;
  request.set_ask(text);
  return Do(std::move(request)).text();
}

wg::Errno AdapterTarget::Configure(const wg::SetDevice& request) {
  return ErrnoOf(Ask(wg::uapi::FormatSet(request)));
}

wg::GetDevice AdapterTarget::Read() {
  const std::string answer = Ask("get=1\n\n");
  absl::StatusOr<wg::GetDevice> device = DeviceOf(answer);
  if (device.ok()) return *std::move(device);
  Fail(answer, std::string(device.status().message()));
  return {};
}

void AdapterTarget::SetUp(bool up) {
  AdapterRequest request;
  request.set_up(up);
  Do(std::move(request));
}

bool AdapterTarget::PutUnderLoad() {
  AdapterRequest request;
  request.set_load(true);
  Do(std::move(request));
  return unsupported_.empty();
}

wg::Errno AdapterTarget::SendInner(const wg::WireBytes& packet) {
  AdapterRequest request;
  request.set_packet(HexOf(packet));
  return static_cast<wg::Errno>(Do(std::move(request)).error());
}

void AdapterTarget::OnTimer() {
  const wg::BootTime due = next_;
  AdapterRequest request;
  request.set_timer(true);
  // Never again, if it does not say so.
  next_ = wg::BootTime::max();
  Do(std::move(request));
  called_at_once_ = due <= now().boot && next_ <= now().boot ? called_at_once_ + 1 : 0;
  if (called_at_once_ < kMostAtOnce) return;
  fault_ = "its timers are due again and again, at one instant";
  next_ = wg::BootTime::max();
}

void AdapterTarget::Receive(const wg::WireBytes& bytes, const wg::Endpoint& from,
                            const wg::IpAddress& to, uint8_t ds) {
  AdapterRequest request;
  file::AdapterDatagram* datagram = request.mutable_datagram();
  datagram->set_bytes(HexOf(bytes));
  datagram->set_remote(from.ToString());
  datagram->set_local(to.ToString());
  datagram->set_ds(ds);
  Do(std::move(request));
}

}  // namespace conformance
