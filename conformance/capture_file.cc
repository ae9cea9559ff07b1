// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/capture_file.h"

#include <chrono>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/ip.h"
#include "sim/net/headers.h"
#include "sim/net/pcapng.h"

namespace conformance {
namespace {

using file::Observation;

constexpr uint32_t kKeyLogType = 0x57474b4c;  // "WGKL", as registered for pcapng

absl::Span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The datagram in an IP and a UDP header. Of a target's address that is not known all bits are 0.
wg::Buffer AsIp(const Observation& one, uint16_t port, wg::BufferPool* pool) {
  wg::Buffer buffer = pool->Copy(BytesOf(absl::HexStringToBytes(one.bytes())));
  const wg::Endpoint other = wg::Endpoint::Parse(one.other()).value_or(wg::Endpoint());
  const wg::IpAddress nobody =
      other.address.is_v4() ? wg::IpAddress::V4(0) : wg::IpAddress::V6(0, 0);
  const wg::IpAddress own = wg::IpAddress::Parse(one.own()).value_or(nobody);
  const bool received = one.kind() == Observation::RECEIVED;
  net::PushUdp(received ? other.port : port, received ? port : other.port, &buffer);
  net::IpHeader header;
  header.source = received ? other.address : own;
  header.destination = received ? own : other.address;
  header.protocol = net::kProtocolUdp;
  net::PushIp(header, &buffer);
  net::CompleteChecksum(&buffer);
  return buffer;
}

// What was expected in vain between packet `number` and the next one.
std::string FindingsAfter(const file::AssertionReport& assertion, int number) {
  const auto left_out = static_cast<int>(assertion.history_left_out());
  int next = number + 1;
  while (next < assertion.history_size() && assertion.history(next).kind() == Observation::HAPPENED)
    ++next;
  std::string out;
  for (const file::Finding& finding : assertion.findings()) {
    const int after = static_cast<int>(finding.after()) - left_out;
    if (after <= number || after > next) continue;
    absl::StrAppend(&out, out.empty() ? "" : "\n", "FINDING: ", finding.what(), ": expected ",
                    finding.expected(), ", seen ", finding.seen());
  }
  return out;
}

}  // namespace

std::string CaptureName(absl::string_view target, const file::AssertionReport& assertion) {
  return absl::StrCat(absl::StrReplaceAll(target, {{"/", "_"}, {":", "_"}}), "/", assertion.name(),
                      ".pcapng");
}

void WriteCapture(const file::AssertionReport& assertion, sim::ByteSink* sink) {
  net::PcapngWriter writer(sink, "wgsim conform");
  writer.AddSecrets(kKeyLogType, assertion.key_log());
  const uint32_t wire = writer.AddInterface(net::LinkType::kRaw, "wire");
  const uint32_t host = writer.AddInterface(net::LinkType::kRaw, "host");
  wg::BufferPool pool;
  std::string comment;
  const auto say = [&comment](absl::string_view words) {
    if (!words.empty()) absl::StrAppend(&comment, comment.empty() ? "" : "\n", words);
  };
  for (int i = 0; i < assertion.history_size(); ++i) {
    const Observation& one = assertion.history(i);
    if (one.kind() == Observation::HAPPENED) {
      say(one.words());
      continue;
    }
    say(FindingsAfter(assertion, i));
    const std::chrono::nanoseconds time(one.at_ns());
    const bool in = one.kind() == Observation::RECEIVED || one.kind() == Observation::ENTERED;
    const net::Direction direction = in ? net::Direction::kInbound : net::Direction::kOutbound;
    if (one.kind() == Observation::RECEIVED || one.kind() == Observation::SENT) {
      const wg::Buffer packet = AsIp(one, static_cast<uint16_t>(assertion.port()), &pool);
      writer.AddPacket(wire, time, direction, packet.bytes(), comment);
    } else {
      writer.AddPacket(host, time, direction, BytesOf(absl::HexStringToBytes(one.bytes())),
                       comment);
    }
    comment.clear();
  }
}

}  // namespace conformance
