// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim calibrate: a price list for this machine.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/diagnostics.h"
#include "scenarios/values.h"
#include "tools/calibration.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/primitives.h"

namespace tools {
namespace {

constexpr int64_t kMostSeconds = 600;
constexpr char kDefaultBase[] = "linux_6_12";
constexpr char kDefaultName[] = "calibrated";

// "dir/my_laptop.textproto" is a list called my_laptop.
std::string NameFor(const std::string& out) {
  const std::string file = out.substr(out.rfind('/') + 1);  // npos + 1 is 0
  const std::string stem(absl::StripSuffix(file, ".textproto"));
  return scenario::IsName(stem) ? stem : kDefaultName;
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = CalibrateCommand();
  const auto bad = [&](const std::string& message) { return BadUsage(command, message, console); };
  if (!arguments.positional().empty()) {
    return bad("takes no arguments; write wgsim calibrate --out=FILE.textproto");
  }
  int64_t seconds = 0;
  const std::string wanted = arguments.Get("seconds", "5");
  if (!absl::SimpleAtoi(wanted, &seconds) || seconds < 1 || seconds > kMostSeconds) {
    return bad(absl::StrCat("--seconds=", wanted, " is no time; write 1 to ", kMostSeconds));
  }
  const std::string base_name = arguments.Get("base", kDefaultBase);
  // A path would be relative to where the new list will lie, which only its reader knows.
  if (!scenario::IsName(base_name)) {
    return bad(absl::StrCat("--base: \"", base_name,
                            "\" is no name; name a list that comes with wgsim, as linux_6_12"));
  }
  Files files;
  const auto found = scenario::ReadCostModel(base_name, "", &files);
  if (!found.ok()) return bad(absl::StrCat("--base: ", found.status().message()));
  scenario::Diagnostics diagnostics;
  const wgnode::CostModel base =
      scenario::ParseCostModel(found->text, found->path, &files, &diagnostics);
  if (!diagnostics.empty()) return bad(absl::StrCat("--base: ", diagnostics.ToString()));
  const std::string out = arguments.Get("out");
  if (arguments.Has("out")) {
    if (const absl::Status status = CheckWritable(out); !status.ok()) {
      return bad(absl::StrCat("--out: ", status.message(),
                              "; name a file in a folder that can be written"));
    }
  }
  const Primitives measured =
      MeasurePrimitives(std::chrono::seconds(seconds), [&](absl::string_view what) {
        if (console.err_is_terminal) console.err << "\r\x1b[Kmeasuring " << what << std::flush;
      });
  if (console.err_is_terminal) console.err << "\r\x1b[K";
  const std::string machine = ThisMachineToday();
  const std::vector<CalibratedPrice> prices = CalibratedPrices(measured, base, machine);
  const std::string text = CalibratedFile(NameFor(out), base_name, machine, prices);
  const std::string table = CalibrationTable(prices, base);
  if (!arguments.Has("out")) {
    console.err << table;
    console.out << text;
    return kOk;
  }
  if (const absl::Status status = WriteFile(out, text); !status.ok()) {
    console.err << "wgsim calibrate: --out: " << status.message() << "\n";
    return kEnvironment;
  }
  console.out << table;
  return kOk;
}

}  // namespace

Command CalibrateCommand() {
  return {
      "calibrate",
      "[FLAGS]",
      "measures this machine and writes a cost model",
      "Measures what WireGuard is made of on this machine, with the code that the simulation itself "
      "runs: ChaCha20-Poly1305, X25519, handshakes, the table of allowed ips, a system call and a "
      "copy. Writes a price list with what was measured; all other prices are the base's. Shows a "
      "table of both.\n\n"
      "Each number is the median of batches; sizes are fitted by a line that single wild "
      "measurements do not move. Let nothing else run meanwhile. The list is a text file to be "
      "read and edited; a scenario uses it by its path, relative to the scenario.\n\n"
      "  wgsim calibrate --out=mine.textproto\n"
      "  wgsim run replace_two_addresses --set=cost_model=$PWD/mine.textproto",
      {
          {"out", "FILE",
           "where the list goes, whole or not at all; without it, to the standard output, and the "
           "table to standard error"},
          {"base", "NAME",
           "the list that has what is not measured: linux_6_12 (the default), or another that "
           "comes with wgsim"},
          {"seconds", "N", "how long to measure, 1 to 600; 5 if not given"},
      },
      &Run,
  };
}

}  // namespace tools
