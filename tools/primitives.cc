// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/primitives.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "protocol/allowedips.h"
#include "protocol/check.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/time.h"
#include "sim/rng.h"
#include "sim/wg/sim_entropy.h"

namespace tools {
namespace {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

constexpr nanoseconds kBatch = std::chrono::microseconds(200);
constexpr size_t kFewestBatches = 5;
constexpr size_t kMostBatches = 10'001;
constexpr size_t kLargest = 16'384;      // bytes copied or sealed at once
constexpr size_t kCopied = size_t{4} << 20;  // bytes that are copied from and to

// Whatever is computed has to be computed.
void Keep(const void* result) { asm volatile("" : : "r"(result) : "memory"); }

int64_t PsEach(nanoseconds elapsed, int64_t times) { return elapsed.count() * 1000 / times; }

class Meter {
 public:
  explicit Meter(nanoseconds budget) : budget_(budget) {}

  // The median of batches, each of which says what one time took in picoseconds.
  int64_t MedianOf(absl::FunctionRef<int64_t()> batch) {
    batch();  // fetches code and data
    std::vector<int64_t> each;
    const Clock::time_point end = Clock::now() + budget_;
    while (each.size() < kFewestBatches || (Clock::now() < end && each.size() < kMostBatches)) {
      each.push_back(batch());
    }
    Count(each.size());
    return Median(std::move(each));
  }

  // One time of `work`, by batches long enough for the clock.
  int64_t Each(absl::FunctionRef<void()> work) {
    const auto run = [&](int64_t times) {
      const Clock::time_point begin = Clock::now();
      for (int64_t i = 0; i < times; ++i) work();
      return nanoseconds(Clock::now() - begin);
    };
    int64_t times = 1;
    while (run(times) < kBatch && times < (int64_t{1} << 30)) times *= 2;
    return MedianOf([&] { return PsEach(run(times), times); });
  }

  void Count(size_t batches) { fewest_ = std::min(fewest_, static_cast<int64_t>(batches)); }
  int64_t fewest() const { return fewest_; }
  nanoseconds budget() const { return budget_; }

 private:
  const nanoseconds budget_;
  int64_t fewest_ = kMostBatches;
};

constexpr int64_t kSizes[] = {0, 64, 256, 576, 1024, 1440, 4096};

void MeasureCiphers(const wg::CryptoSuite& crypto, Meter* meter, Primitives* out) {
  wg::SymmetricKey key;
  key.bytes.fill(7);
  std::vector<uint8_t> text(kLargest);
  std::array<uint8_t, wg::kAuthTagLen> tag{};
  std::vector<Sample> sealed, opened;
  for (int64_t size : kSizes) {
    const absl::Span<uint8_t> part(text.data(), static_cast<size_t>(size));
    uint64_t counter = 0;
    sealed.push_back({size, meter->Each([&] {
                        crypto.Seal(key, counter++, {}, part, tag.data());
                        Keep(tag.data());
                      })});
    // Opening in place destroys what a second opening would need, so each is sealed anew, and the
    // sealing is taken off.
    bool good = true;
    const int64_t both = meter->Each([&] {
      crypto.Seal(key, counter, {}, part, tag.data());
      good &= crypto.Open(key, counter++, {}, part, tag.data());
    });
    CHECK(good);
    opened.push_back({size, std::max<int64_t>(0, both - sealed.back().ps)});
  }
  out->seal = FitLine(sealed);
  out->open = FitLine(opened);

  const wg::XNonce nonce{};
  std::array<uint8_t, 16> cookie{}, aad{};
  const int64_t sealing = meter->Each([&] {
    crypto.XSeal(key, nonce, aad, absl::MakeSpan(cookie), tag.data());
    Keep(tag.data());
  });
  bool good = true;
  const int64_t both = meter->Each([&] {
    crypto.XSeal(key, nonce, aad, absl::MakeSpan(cookie), tag.data());
    good &= crypto.XOpen(key, nonce, aad, absl::MakeSpan(cookie), tag.data());
  });
  CHECK(good);
  out->open_cookie_ps = std::max<int64_t>(0, both - sealing);
}

void MeasureCurve(const wg::CryptoSuite& crypto, Meter* meter, Primitives* out) {
  wg::PrivateKey private_key;
  private_key.bytes.fill(9);
  wg::PublicKey public_key;
  wg::SharedSecret secret;
  bool good = true;
  out->derive_public_ps =
      meter->Each([&] { good &= crypto.DerivePublic(private_key, &public_key); });
  out->derive_secret_ps = meter->Each(
      [&] { good &= crypto.DeriveSharedSecret(private_key, public_key, &secret); });
  CHECK(good);
}

// One end of a handshake.
struct End {
  End(const wg::CryptoSuite& crypto, uint8_t seed) : crypto(crypto) {
    wg::PrivateKey key;
    key.bytes.fill(seed);
    identity.SetPrivateKey(crypto, key);
  }
  ~End() {
    handshake->Clear(index_table);
    keypairs.Clear(index_table);
  }
  void Meet(const wg::PublicKey& remote) {
    peer_table.Add(remote, wg::PeerId{1});
    handshake.emplace(context(), wg::PeerId{1}, remote, wg::PresharedKey());
  }
  wg::NoiseContext context() { return {crypto, identity, peer_table, index_table, account}; }

  const wg::CryptoSuite& crypto;
  wg::NoiseStaticIdentity identity;
  wg::PeerTable peer_table;
  wg::IndexTable index_table;
  wg::KeypairAccount account;
  absl::optional<wg::NoiseHandshake> handshake;
  wg::Keypairs keypairs;
};

void MeasureHandshakes(const wg::CryptoSuite& crypto, Meter* meter, Primitives* out) {
  End initiator(crypto, 1), responder(crypto, 2);
  initiator.Meet(responder.identity.public_key());
  responder.Meet(initiator.identity.public_key());
  wgnode::SimEntropy entropy(sim::Rng(1));
  wg::Now now{wg::BootTime(std::chrono::seconds(1)), wg::WallTime(std::chrono::seconds(1))};
  std::vector<int64_t> outs, inits, responses;
  const Clock::time_point end = Clock::now() + 3 * meter->budget();
  while (outs.size() < kFewestBatches || (Clock::now() < end && outs.size() < kMostBatches)) {
    now.boot += std::chrono::milliseconds(20);
    now.wall += std::chrono::milliseconds(20);
    const Clock::time_point start = Clock::now();
    wg::MessageHandshakeInitiation message1;
    initiator.handshake->CreateInitiation(initiator.context(), now, entropy, &message1);
    const Clock::time_point created = Clock::now();
    const wg::NoiseConsumed first =
        wg::ConsumeInitiation(responder.context(), now, message1,
                              [&](wg::PeerId) { return &*responder.handshake; });
    wg::MessageHandshakeResponse message2;
    responder.handshake->CreateResponse(responder.context(), entropy, &message2);
    responder.handshake->BeginSession(responder.context(), now, false, &responder.keypairs);
    const Clock::time_point answered = Clock::now();
    const wg::NoiseConsumed second = wg::ConsumeResponse(
        initiator.context(), message2, [&](wg::PeerId) { return &*initiator.handshake; });
    initiator.handshake->BeginSession(initiator.context(), now, false, &initiator.keypairs);
    const Clock::time_point done = Clock::now();
    CHECK(first.verdict == wg::NoiseVerdict::kOk && second.verdict == wg::NoiseVerdict::kOk);
    outs.push_back(PsEach(created - start, 1));
    inits.push_back(PsEach(answered - created, 1));
    responses.push_back(PsEach(done - answered, 1));
  }
  meter->Count(outs.size());
  out->handshake_out_ps = Median(std::move(outs));
  out->handshake_init_ps = Median(std::move(inits));
  out->handshake_response_ps = Median(std::move(responses));
}

// Tables of a cluster's pods: consecutive addresses, so that a larger table is a deeper one.
void MeasureTable(Meter* meter, Primitives* out) {
  std::vector<Sample> inserted, removed;
  for (uint32_t n : {16, 64, 256, 1024, 4096, 16384}) {
    wg::AllowedIps table;
    std::vector<wg::Prefix> some;  // an eighth goes and comes back, all over the table
    for (uint32_t i = 0; i < n; ++i) {
      const wg::Prefix prefix = wg::Prefix::Host(wg::IpAddress::V4(0x0a000001 + i));
      table.Insert(prefix, 1);
      if (i % 8 == 3) some.push_back(prefix);
    }
    const auto count = static_cast<int64_t>(some.size());
    int64_t removal_nodes = 0, insertion_nodes = 0;
    for (const wg::Prefix& prefix : some) removal_nodes += table.CostOf(prefix).nodes;
    for (const wg::Prefix& prefix : some) table.RemoveOne(prefix, 1);
    for (const wg::Prefix& prefix : some) {
      insertion_nodes += table.CostOf(prefix).nodes;
      table.Insert(prefix, 1);
    }
    // Small tables several times, for the clock's sake.
    const int64_t times = std::max<int64_t>(1, 256 / count);
    std::vector<int64_t> insertions;
    const int64_t removal = meter->MedianOf([&] {
      nanoseconds removing{}, inserting{};
      for (int64_t i = 0; i < times; ++i) {
        const Clock::time_point start = Clock::now();
        for (const wg::Prefix& prefix : some) table.RemoveOne(prefix, 1);
        const Clock::time_point gone = Clock::now();
        for (const wg::Prefix& prefix : some) table.Insert(prefix, 1);
        inserting += Clock::now() - gone;
        removing += gone - start;
      }
      insertions.push_back(PsEach(inserting, times * count));
      return PsEach(removing, times * count);
    });
    // In thousandths of a node, for the paths in the mean are no whole ones.
    removed.push_back({removal_nodes * 1000 / count, removal});
    inserted.push_back({insertion_nodes * 1000 / count, Median(std::move(insertions))});
  }
  const auto per_node = [](Line line) { return Line{line.fixed_ps, line.per_unit_fs * 1000}; };
  out->remove = per_node(FitLine(removed));
  out->insert = per_node(FitLine(inserted));
}

// From place to place in memory that the nearest caches do not hold, as packets are.
void MeasureCopy(Meter* meter, Primitives* out) {
  std::vector<uint8_t> from(kCopied, 1), to(kCopied);
  std::vector<Sample> samples;
  for (size_t size : {size_t{1024}, size_t{1440}, size_t{4096}, kLargest}) {
    size_t at = 0;
    samples.push_back({static_cast<int64_t>(size), meter->Each([&] {
                         std::memcpy(&to[at], &from[at], size);
                         Keep(to.data());
                         at = at + 2 * kLargest > kCopied ? 0 : at + kLargest;
                       })});
  }
  out->copy = FitLine(samples);
}

}  // namespace

Primitives MeasurePrimitives(nanoseconds total,
                             absl::FunctionRef<void(absl::string_view what)> progress) {
  constexpr int kMeasurements = 32;  // budgets that are spent below
  Meter meter(total / kMeasurements);
  Primitives out;
  const wg::CryptoSuite& crypto = wg::RealCrypto();
  progress("system call and copy");
  out.system_call_ps = meter.Each([] { Keep(reinterpret_cast<void*>(syscall(SYS_getppid))); });
  MeasureCopy(&meter, &out);
  progress("ChaCha20-Poly1305");
  MeasureCiphers(crypto, &meter, &out);
  progress("X25519");
  MeasureCurve(crypto, &meter, &out);
  progress("handshakes");
  MeasureHandshakes(crypto, &meter, &out);
  progress("table of allowed ips");
  MeasureTable(&meter, &out);
  out.batches = meter.fewest();
  return out;
}

std::string ThisMachineToday() {
  std::string processor = "unknown processor";
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    const size_t colon = line.find(':');
    if (line.rfind("model name", 0) != 0 || colon == std::string::npos) continue;
    processor = std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    break;
  }
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof(date), "%Y-%m-%d", &utc);
  return absl::StrCat(processor, " on ", date);
}

}  // namespace tools
