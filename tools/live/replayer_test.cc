// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Recorder and Replayer, around a device that this test drives as LiveDevice does.
#include "tools/live/replayer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/inline_driver.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "tools/live/recorder.h"
#include "tools/live/recording.pb.h"
#include "tools/live/recording_file.h"

namespace live {
namespace {

using std::chrono::seconds;

// A device with one peer and what happens to it.
class Story {
 public:
  explicit Story(const std::string& path)
      : recorder_(Recorder::Create(path).value()), device_(Begin()), driver_(device_.get()) {}
  ~Story() {
    device_->Dismantle(&fx_);
    fx_.Clear();
  }

  void Tell() {
    wg::SetDevice request;
    request.private_key.emplace();
    request.private_key->bytes.fill(0x41);
    request.private_key->bytes[31] = 0x40;
    wg::SetPeer peer;
    peer.public_key.bytes.fill(9);
    peer.endpoint = wg::Endpoint{wg::IpAddress::V4(0xc0000202), 51820, 0};
    peer.persistent_keepalive = 25;
    peer.allowed_ips.push_back({.prefix = wg::Prefix(wg::IpAddress::V4(0x0a000000), 8)});
    request.peers.push_back(std::move(peer));
    Set(request);
    recorder_->ListenPort(now_, 7);
    device_->set_listen_port(7);
    recorder_->CameOfIt();
    recorder_->Up(now_);
    device_->Up(now_, &fx_);
    recorder_->CameOfIt();
    CarryOut(wg::SendOutcome::kSent);
    Transmit(0x0a000001);
    Transmit(0x0b000001);
    now_.boot += seconds(6);
    now_.wall += seconds(6);
    recorder_->Timer(now_);
    device_->OnTimer(now_, &fx_);
    recorder_->CameOfIt();
    CarryOut(wg::SendOutcome::kNoRoute);
    recorder_->Down(now_);
    device_->Down(now_, &fx_);
    recorder_->CameOfIt();
    CarryOut(wg::SendOutcome::kSent);
    recorder_->End(now_, device_->Get());
    ASSERT_TRUE(recorder_->status().ok()) << recorder_->status();
  }

 private:
  std::unique_ptr<wg::Device> Begin() {
    recorder_->Start(now_, "LINUX_6_16", "wg0");
    auto device = std::make_unique<wg::Device>(wg::DeviceOptions{.profile = &wg::kLinux616,
                                                                 .crypto = &wg::RealCrypto(),
                                                                 .entropy = recorder_->entropy(),
                                                                 .pool = &pool_,
                                                                 .module = &module_,
                                                                 .now = now_});
    recorder_->CameOfIt();
    return device;
  }

  void Set(const wg::SetDevice& request) {
    recorder_->Request(now_, request);
    wg::ConfigSession session(device_.get(), request);
    recorder_->CameOfIt();
    while (session.Next()) {
      recorder_->Step(now_, {});
      session.Step(now_, &fx_, {});
      recorder_->CameOfIt(session.error());
      CarryOut(wg::SendOutcome::kSent);
    }
  }

  void Transmit(uint32_t to) {
    std::vector<uint8_t> bytes(84);
    bytes[0] = 0x45;
    bytes[3] = 84;
    for (int i = 0; i < 4; ++i) bytes[16 + static_cast<size_t>(i)] = static_cast<uint8_t>(to >> (24 - 8 * i));
    std::vector<wg::Buffer> packets;
    packets.push_back(pool_.Copy(bytes));
    recorder_->Packets(now_, packets, 1420);
    const wg::Errno error = device_->Transmit(now_, &packets[0], 1420, &fx_);
    recorder_->CameOfIt(error);
    CarryOut(wg::SendOutcome::kSent);
  }

  void CarryOut(wg::SendOutcome outcome) {
    if (fx_.empty()) return;
    recorder_->CarryOut(now_);
    driver_.Settle(now_, &fx_);
    recorder_->CameOfIt(wg::Errno::kOk, &fx_);
    if (!fx_.datagrams.empty()) {
      recorder_->Sent(now_, std::vector<UdpPort::Sent>(fx_.datagrams.size(), {outcome, false}));
      for (const wg::Datagram& datagram : fx_.datagrams) {
        device_->OnDatagramSent(now_, datagram, outcome);
      }
      recorder_->CameOfIt();
    }
    fx_.Clear();
  }

  std::unique_ptr<Recorder> recorder_;
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Effects fx_;
  wg::Now now_{wg::BootTime(seconds(1000)), wg::WallTime(seconds(1'700'000'000))};
  std::unique_ptr<wg::Device> device_;
  wg::InlineDriver driver_;
};

std::string Path() { return testing::TempDir() + "/story.recording"; }

// Entries of the story; outcomes are entries of their own.
std::vector<file::Entry> Entries() {
  {
    Story story(Path());
    story.Tell();
  }
  std::ifstream in(Path(), std::ios::binary);
  RecordingReader reader(&in);
  EXPECT_TRUE(reader.ReadBeginning().ok());
  std::vector<file::Entry> entries;
  file::Entry entry;
  while (reader.Next(&entry) == RecordingReader::Got::kEntry) entries.push_back(entry);
  return entries;
}

absl::Status PlayAll(const std::vector<file::Entry>& entries, std::string* fingerprint = nullptr) {
  Replayer replayer;
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool has_outcome = i + 1 < entries.size() && entries[i + 1].has_outcome();
    const absl::Status status =
        replayer.Play(entries[i], has_outcome ? entries[i + 1].outcome() : file::Outcome());
    if (!status.ok()) return status;
    i += has_outcome;
  }
  if (fingerprint != nullptr) *fingerprint = replayer.Fingerprint();
  return absl::OkStatus();
}

TEST(Replayer, FindsARecordingIdenticalEachTime) {
  const std::vector<file::Entry> entries = Entries();
  size_t datagrams = 0;
  for (const file::Entry& entry : entries) {
    datagrams += static_cast<size_t>(entry.outcome().datagrams_size());
  }
  EXPECT_GE(datagrams, 2u);
  EXPECT_TRUE(entries.back().has_end());
  std::string first, second;
  EXPECT_TRUE(PlayAll(entries, &first).ok()) << PlayAll(entries);
  EXPECT_TRUE(PlayAll(entries, &second).ok());
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.size(), 16u);
}

TEST(Replayer, SaysWhatIsNotAsItWas) {
  const std::vector<file::Entry> entries = Entries();
  int datagrams = 0, errors = 0, randoms = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    std::vector<file::Entry> spoilt = entries;
    file::Outcome* outcome = spoilt[i].mutable_outcome();
    if (entries[i].outcome().datagrams_size() > 0) {
      (*outcome->mutable_datagrams(0)->mutable_payload())[20] ^= 1;
      const absl::Status status = PlayAll(spoilt);
      EXPECT_TRUE(absl::IsAborted(status) && absl::StrContains(status.message(), "datagram 0 was initiation, 148 bytes"))
          << status;
      ++datagrams;
    } else if (entries[i].outcome().has_error()) {
      outcome->clear_error();
      const absl::Status status = PlayAll(spoilt);
      EXPECT_TRUE(absl::IsAborted(status) && absl::StrContains(status.message(), "ENOKEY")) << status;
      ++errors;
    } else if (entries[i].outcome().has_random()) {
      outcome->mutable_random()->push_back('x');
      const absl::Status status = PlayAll(spoilt);
      EXPECT_TRUE(absl::IsAborted(status) && absl::StrContains(status.message(), "fewer random")) << status;
      ++randoms;
    }
  }
  EXPECT_GE(datagrams, 2);
  EXPECT_EQ(errors, 1);
  EXPECT_GE(randoms, 1);
}

TEST(Replayer, SaysThatTheEndIsAnotherOne) {
  std::vector<file::Entry> entries = Entries();
  entries.back().mutable_end()->append("fwmark=1\n");
  EXPECT_TRUE(absl::IsAborted(PlayAll(entries)));
}

TEST(Replayer, RefusesWhatNobodyCanHaveRecorded) {
  const std::vector<file::Entry> entries = Entries();
  file::Entry entry;
  std::vector<file::Entry> wrong;
  EXPECT_TRUE(absl::IsInvalidArgument(PlayAll({entries.begin() + 2, entries.end()}))) << "no start";
  wrong = entries;
  wrong.insert(wrong.begin() + 2, entries[0]);
  EXPECT_TRUE(absl::IsInvalidArgument(PlayAll(wrong))) << "two starts";
  wrong = entries;
  wrong.back().set_boot_ns(5);
  EXPECT_TRUE(absl::IsInvalidArgument(PlayAll(wrong))) << "time goes back";
  wrong = entries;
  wrong[0].mutable_start()->set_profile("LINUX_1_0");
  EXPECT_TRUE(absl::IsInvalidArgument(PlayAll(wrong))) << "profile";
}

TEST(RecordingFile, IsForItsOwnerOnly) {
  Entries();
  struct stat status;
  ASSERT_EQ(stat(Path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(RecordingFile, TellsTheEndFromACutAndFromDamage) {
  Entries();
  std::stringstream whole;
  whole << std::ifstream(Path(), std::ios::binary).rdbuf();
  const std::string bytes = whole.str();
  int ends = 0;
  for (size_t size = 18; size <= bytes.size(); ++size) {
    std::istringstream in(bytes.substr(0, size));
    RecordingReader reader(&in);
    ASSERT_TRUE(reader.ReadBeginning().ok());
    file::Entry entry;
    RecordingReader::Got got;
    while ((got = reader.Next(&entry)) == RecordingReader::Got::kEntry) continue;
    EXPECT_NE(got, RecordingReader::Got::kDamaged) << size;
    EXPECT_EQ(got == RecordingReader::Got::kEnd, reader.position() == size);
    ends += got == RecordingReader::Got::kEnd;
  }
  EXPECT_GT(ends, 10);
  std::istringstream other("#!/bin/sh\nexit 0 # and more\n");
  EXPECT_TRUE(absl::IsInvalidArgument(RecordingReader(&other).ReadBeginning()));
  std::istringstream damaged("wgsim recording 1\n\x03\xff\xff\xff");
  RecordingReader reader(&damaged);
  ASSERT_TRUE(reader.ReadBeginning().ok());
  file::Entry entry;
  EXPECT_EQ(reader.Next(&entry), RecordingReader::Got::kDamaged);
}

}  // namespace
}  // namespace live
