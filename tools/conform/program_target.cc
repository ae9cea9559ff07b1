// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/program_target.h"

#include <poll.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "conformance/text_answer.h"
#include "protocol/check.h"
#include "protocol/crypto/suite.h"
#include "protocol/uapi/text_set.h"
#include "tools/conform/rest.h"
#include "tools/conform/text_client.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr char kInterface[] = "wg0";
// A timer of the program's and what we see of it, on a machine that does other things as well.
constexpr milliseconds kTolerance(150);
// At rest twice in a row with this between them: a thread that hands work to another is seen in one
// of them.
constexpr milliseconds kGlance(1);
constexpr seconds kLongestSettling(10);
// A flood is so many bursts at most. All come from one address and are forgotten.
constexpr int kBursts = 60;
constexpr uint16_t kBurst = 2000;
constexpr wg::IpAddress kFlooder = wg::IpAddress::V4(0xc63364fa);  // 198.51.100.250
constexpr uint8_t kFlooderNumber = 250;

nanoseconds ReadClock(clockid_t clock) {
  timespec time;
  CHECK(clock_gettime(clock, &time) == 0);
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

bool IsSocket(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProgramTarget>> ProgramTarget::Start(
    const std::string& name, const std::vector<std::string>& script) {
  absl::StatusOr<std::unique_ptr<Wire>> wire = Wire::Create();
  if (!wire.ok()) return wire.status();
  setenv("WG_INTERFACE", kInterface, 1);
  auto target = absl::WrapUnique(new ProgramTarget(name, script, *std::move(wire)));
  const absl::StatusOr<Ended> started = target->Call("start");
  if (!started.ok()) return started.status();
  if (started->code == kUnsupported) return absl::UnimplementedError(started->out);
  if (started->code != 0) {
    return absl::InternalError(
        absl::StrCat(name, " did not start: exit code ", started->code, "\n", started->out));
  }
  const std::string socket = absl::StrCat("/var/run/wireguard/", kInterface, ".sock");
  if (IsSocket(socket)) target->socket_ = socket;
  // Packets that the host sends by itself are none of ours.
  if (absl::Status quiet = RunCommand({"ip", "link", "set", kInterface, "addrgenmode", "none"});
      !quiet.ok())
    return quiet;
  absl::StatusOr<std::unique_ptr<InnerPort>> inner = InnerPort::Open(kInterface);
  if (!inner.ok()) return inner.status();
  target->inner_ = *std::move(inner);
  target->Settle();
  return target;
}

ProgramTarget::~ProgramTarget() { Call("stop").status().IgnoreError(); }

absl::StatusOr<Ended> ProgramTarget::Call(const std::string& verb, const std::string& input) const {
  std::vector<std::string> words = script_;
  words.push_back(verb);
  return RunWords(words, input);
}

wg::Duration ProgramTarget::tolerance() const { return kTolerance; }

wg::Now ProgramTarget::now() const {
  return {wg::BootTime(ReadClock(CLOCK_BOOTTIME)), wg::WallTime(ReadClock(CLOCK_REALTIME))};
}

void ProgramTarget::StepWall(wg::Duration) {
  unsupported_ = "the clock of the machine cannot be set";
}

bool ProgramTarget::Collect() {
  const size_t before = sent_.size() + delivered_.size();
  while (absl::optional<wg::WireOut> out = wire_->Take()) {
    out->at = now().boot;
    sent_.push_back(*std::move(out));
  }
  while (absl::optional<wg::WireBytes> packet = inner_->Take())
    delivered_.push_back(*std::move(packet));
  return sent_.size() + delivered_.size() != before;
}

void ProgramTarget::Settle() {
  const wg::BootTime end = now().boot + kLongestSettling;
  for (int calm = 0; calm < 2;) {
    if (now().boot > end) {
      obstacle_ = "the program did not come to rest";
      return;
    }
    poll(nullptr, 0, kGlance.count());
    const bool at_rest = OthersAreAtRest() && UdpQueuesAreEmpty();
    calm = !Collect() && at_rest ? calm + 1 : 0;
  }
}

void ProgramTarget::Pass(wg::Duration duration) {
  const wg::BootTime end = now().boot + duration;
  while (true) {
    Collect();
    const wg::Duration left = end - now().boot;
    if (left <= wg::Duration(0)) return Settle();
    pollfd wait[] = {{wire_->fd(), POLLIN, 0}, {inner_->fd(), POLLIN, 0}};
    const timespec timeout{left / seconds(1), (left % seconds(1)).count()};
    ppoll(wait, 2, &timeout, nullptr);
  }
}

std::string ProgramTarget::Ask(const std::string& request) {
  port_is_known_ = false;
  std::string answer;
  if (!socket_.empty()) {
    absl::StatusOr<std::string> said = AskByText(socket_, request);
    if (said.ok())
      answer = *std::move(said);
    else
      obstacle_ = std::string(said.status().message());
  } else {
    const bool is_get = absl::StartsWith(request, "get=1\n");
    const absl::StatusOr<Ended> ended = Call(is_get ? "get" : "configure", request);
    if (!ended.ok()) {
      obstacle_ = std::string(ended.status().message());
    } else if (ended->code == kUnsupported) {
      unsupported_ = absl::StrCat("cannot be configured so: ", ended->out);
    } else {
      answer =
          is_get || absl::StrContains(ended->out, "errno=")
              ? ended->out
              : absl::StrCat("errno=", ended->code == 0 ? 0 : static_cast<int>(wg::Errno::kInval),
                             "\n\n");
    }
  }
  Settle();
  return answer;
}

wg::Errno ProgramTarget::Configure(const wg::SetDevice& request) {
  return ErrnoOf(Ask(wg::uapi::FormatSet(request)));
}

wg::GetDevice ProgramTarget::Read() {
  const std::string answer = Ask("get=1\n\n");
  absl::StatusOr<wg::GetDevice> device = DeviceOf(answer);
  if (!device.ok()) {
    obstacle_ = absl::StrCat("get=1 was answered ", device.status().message());
    return {};
  }
  return *std::move(device);
}

void ProgramTarget::SetUp(bool up) {
  port_is_known_ = false;
  if (absl::Status status = RunCommand({"ip", "link", "set", kInterface, up ? "up" : "down"});
      !status.ok()) {
    obstacle_ = std::string(status.message());
  }
  Settle();
}

uint16_t ProgramTarget::Port() {
  if (!port_is_known_) {
    const uint16_t port = Read().listen_port;
    if (port != 0) port_ = port;
    port_is_known_ = true;
  }
  return port_;
}

void ProgramTarget::Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) {
  wire_->Send(bytes, from, Port(), ds);
  Settle();
}

bool ProgramTarget::DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) {
  wire_->Send(bytes, from, Port(), 0, /*second=*/true);
  Settle();
  return true;
}

bool ProgramTarget::RemoveSecond() {
  const absl::Status status = wire_->RemoveSecond();
  if (!status.ok()) obstacle_ = std::string(status.message());
  Settle();
  return true;
}

// Whether somebody of the flood was challenged.
bool ProgramTarget::SendFlood(const wg::WireBytes& message) {
  const uint16_t port = Port();
  for (uint16_t i = 0; i < kBurst; ++i) {
    wire_->Send(message, {kFlooder, static_cast<uint16_t>(1024 + i), 0}, port, 0);
  }
  Collect();
  bool challenged = false;
  for (const wg::WireOut& out : sent_) {
    challenged |= out.remote.address == kFlooder && !out.bytes.empty() && out.bytes[0] == 3;
  }
  return challenged;
}

bool ProgramTarget::PutUnderLoad() {
  const wg::GetDevice device = Read();
  if (!device.public_key) return false;
  wg::Tester flooder(wg::RealCrypto(), kFlooderNumber, *device.public_key);
  const wg::WireBytes message = flooder.MakeInitiation(now());
  bool challenged = false;
  for (int burst = 0; burst < kBursts && !challenged; ++burst) challenged = SendFlood(message);
  Settle();
  sent_.erase(std::remove_if(sent_.begin(), sent_.end(),
                             [](const wg::WireOut& out) { return out.remote.address == kFlooder; }),
              sent_.end());
  return challenged;
}

wg::Errno ProgramTarget::SendInner(const wg::WireBytes& packet) {
  const wg::Errno error = inner_->Send(packet);
  Settle();
  return error;
}

std::vector<wg::WireOut> ProgramTarget::TakeDatagrams() { return std::exchange(sent_, {}); }
std::vector<wg::WireBytes> ProgramTarget::TakeInner() { return std::exchange(delivered_, {}); }

}  // namespace conformance
