// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/calibration.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tools {
namespace {

using wgnode::Cost;
using wgnode::CostUnit;

// In whole nanoseconds, at least one.
int64_t Fixed(int64_t ps) { return std::max<int64_t>(1, (ps + 500) / 1000) * 1000; }
// In whole picoseconds, at least one.
int64_t PerUnit(int64_t fs) { return std::max<int64_t>(1, (fs + 500) / 1000); }

std::string PriceText(Cost cost, const wgnode::Price& price) {
  const std::string fixed = absl::StrCat(price.fixed_ps / 1000, " ns");
  if (CostUnit(cost).empty()) return fixed;
  return absl::StrFormat("%s + %d.%03d ns/%s", fixed, price.per_unit_ps / 1000,
                         price.per_unit_ps % 1000, CostUnit(cost));
}

}  // namespace

std::vector<CalibratedPrice> CalibratedPrices(const Primitives& measured,
                                              const wgnode::CostModel& base,
                                              absl::string_view machine) {
  const std::string where = absl::StrCat("measured on ", machine, ", medians of ",
                                         measured.batches, " or more batches: ");
  std::vector<CalibratedPrice> prices;
  const auto add = [&](Cost cost, int64_t fixed_ps, int64_t per_unit_fs, absl::string_view what) {
    const int64_t per_unit_ps = CostUnit(cost).empty() ? 0 : PerUnit(per_unit_fs);
    prices.push_back({cost, {Fixed(fixed_ps), per_unit_ps}, absl::StrCat(where, what)});
  };
  // The rest of the way is not measured.
  const auto add_copy = [&](Cost cost, absl::string_view what) {
    add(cost, base.price(cost).fixed_ps, measured.copy.per_unit_fs,
        absl::StrCat("a copy, per byte; what is fixed (", what, ") is from the base"));
  };
  const auto add_line = [&](Cost cost, const Line& line, absl::string_view what) {
    add(cost, line.fixed_ps, line.per_unit_fs, what);
  };
  add(Cost::kSyscall, measured.system_call_ps, 0, "getppid(2)");
  add_copy(Cost::kUdpSend, "sendto(2)");
  add_copy(Cost::kUdpReceive, "recvfrom(2)");
  add_copy(Cost::kTunRead, "read(2)");
  add_copy(Cost::kTunWrite, "write(2)");
  add_line(Cost::kSeal, measured.seal, "ChaCha20-Poly1305 alone, 0 to 4096 bytes");
  add_line(Cost::kOpen, measured.open, "ChaCha20-Poly1305 alone, 0 to 4096 bytes");
  add(Cost::kHandshakeInit, measured.handshake_init_ps, 0,
      "initiation consumed, response created, session begun; without macs");
  add(Cost::kHandshakeResponse, measured.handshake_response_ps, 0,
      "response consumed, session begun; without macs");
  add(Cost::kHandshakeCookie, measured.open_cookie_ps, 0, "XChaCha20-Poly1305 of 16 bytes alone");
  add(Cost::kHandshakeOut, measured.handshake_out_ps, 0, "initiation created; without macs");
  add(Cost::kSetPrivateKey, measured.derive_public_ps, measured.derive_secret_ps * 1000,
      "one X25519, and one for each peer");
  add(Cost::kCreatePeer, measured.derive_secret_ps, 0,
      "one X25519 alone; memory, NAPI and cookie keys are not in it");
  add_line(Cost::kRemoveAllowedIp, measured.remove,
           "the table of wgsim, not that of the kernel, 16 to 16384 addresses");
  add_line(Cost::kInsertAllowedIp, measured.insert,
           "the table of wgsim, not that of the kernel, 16 to 16384 addresses, new nodes included");
  prices.push_back({Cost::kAllocateNode, {}, "by definition: in insert_allowed_ip"});
  return prices;
}

std::string CalibratedFile(absl::string_view name, absl::string_view base,
                           absl::string_view machine, absl::Span<const CalibratedPrice> prices) {
  std::string out = absl::StrCat(
      "# proto-file: scenarios/cost_model.proto\n# proto-message: scenario.file.CostModelFile\n"
      "#\n# Written by wgsim calibrate. A scenario uses it by its path: cost_model: \"./", name,
      ".textproto\".\n# What is not priced here is ", base, "'s.\n\nname: \"", name,
      "\"\nbase: \"", base, "\"\ndescription:\n  \"", base,
      " with the primitives of ", absl::CHexEscape(machine), ": ciphers, handshakes, copies and the "
      "table of allowed ips as measured, the kernel around them as in the base.\"\n\n");
  for (const CalibratedPrice& p : prices) {
    absl::StrAppend(&out, "prices {\n  name: \"", CostName(p.cost),
                    "\"\n  fixed_ns: ", p.price.fixed_ps / 1000, "\n");
    if (!CostUnit(p.cost).empty()) {
      absl::StrAppend(&out, "  per_unit_ps: ", p.price.per_unit_ps, "\n  unit: \"",
                      CostUnit(p.cost), "\"\n");
    }
    absl::StrAppend(&out, "  source: \"", absl::CHexEscape(p.source), "\"\n}\n");
  }
  return out;
}

std::string CalibrationTable(absl::Span<const CalibratedPrice> prices,
                             const wgnode::CostModel& base) {
  std::string out =
      absl::StrFormat("%-18s  %-34s  %s\n", "price", "here",
                      absl::StrCat("in ", base.name()));
  for (const CalibratedPrice& p : prices) {
    absl::StrAppendFormat(&out, "%-18s  %-34s  %s\n", CostName(p.cost), PriceText(p.cost, p.price),
                          PriceText(p.cost, base.price(p.cost)));
  }
  return out;
}

}  // namespace tools
