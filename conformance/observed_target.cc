// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/observed_target.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protocol/uapi/text_set.h"

namespace conformance {
namespace {

constexpr size_t kKeyDigits = 64, kKeyDigitsShown = 8;
constexpr size_t kLongestLine = 400;

// "private_key=41414141.., listen_port=0": the lines of the text protocol, keys cut short.
std::string InOneLine(absl::string_view request) {
  std::string out;
  for (const absl::string_view line : absl::StrSplit(request, '\n', absl::SkipEmpty())) {
    if (line == "set=1") continue;
    if (out.size() > kLongestLine) return absl::StrCat(out, ", ...");
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    absl::StrAppend(&out, out.empty() ? "" : ", ");
    if (field.second.size() == kKeyDigits) {
      absl::StrAppend(&out, field.first, "=", field.second.substr(0, kKeyDigitsShown), "..");
    } else {
      absl::StrAppend(&out, line);
    }
  }
  return out;
}

}  // namespace

void ObservedTarget::Happened(std::string words) {
  history_.push_back({now().boot, Observation::Kind::kHappened, {}, {}, {}, std::move(words)});
}

void ObservedTarget::Received(const wg::WireBytes& bytes, const wg::Endpoint& from,
                              const wg::IpAddress& own) {
  history_.push_back({now().boot, Observation::Kind::kReceived, from, own, bytes, ""});
}

void ObservedTarget::StepWall(wg::Duration by) {
  Happened(
      absl::StrCat("the wall clock is stepped by ", absl::FormatDuration(absl::FromChrono(by))));
  target_->StepWall(by);
}

wg::Errno ObservedTarget::Configure(const wg::SetDevice& request) {
  Happened(absl::StrCat("configured: ", InOneLine(wg::uapi::FormatSet(request))));
  const wg::Errno error = target_->Configure(request);
  if (error != wg::Errno::kOk) Happened(absl::StrCat("refused: ", wg::ErrnoName(error)));
  return error;
}

std::string ObservedTarget::Ask(const std::string& request) {
  Happened(absl::StrCat("asked: ", InOneLine(request)));
  return target_->Ask(request);
}

void ObservedTarget::SetUp(bool up) {
  Happened(up ? "taken up" : "taken down");
  target_->SetUp(up);
}

void ObservedTarget::Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) {
  Received(bytes, from, from.address.is_v4() ? kFirstV4 : kFirstV6);
  target_->Deliver(bytes, from, ds);
}

bool ObservedTarget::DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) {
  Received(bytes, from, from.address.is_v4() ? kSecondV4 : kSecondV6);
  return target_->DeliverAtSecond(bytes, from);
}

bool ObservedTarget::RemoveSecond() {
  Happened("its second address is removed");
  return target_->RemoveSecond();
}

bool ObservedTarget::PutUnderLoad() {
  Happened("put under load");
  return target_->PutUnderLoad();
}

wg::Errno ObservedTarget::SendInner(const wg::WireBytes& packet) {
  history_.push_back({now().boot, Observation::Kind::kEntered, {}, {}, packet, ""});
  return target_->SendInner(packet);
}

std::vector<wg::WireOut> ObservedTarget::TakeDatagrams() {
  std::vector<wg::WireOut> taken = target_->TakeDatagrams();
  for (const wg::WireOut& out : taken) {
    history_.push_back({out.at, Observation::Kind::kSent, out.remote, out.local, out.bytes, ""});
  }
  return taken;
}

std::vector<wg::WireBytes> ObservedTarget::TakeInner() {
  std::vector<wg::WireBytes> taken = target_->TakeInner();
  for (const wg::WireBytes& packet : taken) {
    history_.push_back({now().boot, Observation::Kind::kLeft, {}, {}, packet, ""});
  }
  return taken;
}

}  // namespace conformance
