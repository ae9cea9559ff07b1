// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim kernel: a scenario on a real kernel, beside the simulation of it. wgsim compare: two results beside each other.
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "scenarios/result_json.h"
#include "scenarios/run_scenario.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/kernel_boot.h"
#include "tools/kernel_reference/comparison.h"
#include "tools/kernel_reference/console.h"
#include "tools/kernel_reference/job.h"

namespace tools {
namespace {

using Job = absl::btree_map<std::string, std::string>;

constexpr int64_t kMostScale = 1000;

// Empty: all is well; otherwise what is wrong.
std::string ReadScale(const Arguments& arguments, const char* flag, int64_t* value) {
  if (!arguments.Has(flag)) return "";
  if (absl::SimpleAtoi(arguments.Get(flag), value) && *value >= 1 && *value <= kMostScale) return "";
  return absl::StrCat("--", flag, ": a number from 1 to ", kMostScale);
}

// What the kernel cannot do that a variant wants; empty: nothing.
std::string BeyondKernel(const scenario::LoadedScenario& loaded, const std::string& kernel) {
  for (const scenario::LoadedVariant& variant : loaded.variants) {
    if (kernel == "6.16" || variant.plan.method != scenario::plan::Method::kRemoveMe) continue;
    return absl::StrCat(loaded.file, ": ", variant.plan.variant, ": removes single allowed ips, which Linux does from 6.16 on; write "
                        "--kernel=6.16, or name other variants by --variant");
  }
  return "";
}

// A boot for each variant. Progress goes to the console.
absl::StatusOr<scenario::Result> Measure(const scenario::LoadedScenario& loaded, const std::vector<Job>& jobs,
                                         const kernel_reference::Scale& scale, KernelBoot* boot, Console& console) {
  scenario::Result result;
  result.set_scenario(loaded.name);
  result.set_seed(loaded.seed);
  result.set_file(loaded.file);
  result.set_scenario_digest(loaded.digest);
  for (size_t i = 0; i < jobs.size(); ++i) {
    const scenario::Plan& plan = loaded.variants[i].plan;
    if (console.err_is_terminal) console.err << "booting for " << plan.variant << "\n" << std::flush;
    absl::StatusOr<KernelBoot::Outcome> outcome = boot->Boot(jobs[i]);
    if (!outcome.ok()) return outcome.status();
    absl::StatusOr<scenario::VariantResult> variant = kernel_reference::ResultOf(plan, outcome->console);
    if (!variant.ok()) return variant.status();
    *variant->mutable_measurement() = std::move(outcome->measurement);
    variant->mutable_measurement()->set_stretch(static_cast<uint32_t>(scale.stretch));
    variant->mutable_measurement()->set_thin(static_cast<uint32_t>(scale.thin));
    *result.add_variants() = *std::move(variant);
    result.set_virtual_seconds(std::chrono::duration<double>(plan.duration).count());
  }
  return result;
}

ExitCode Show(const scenario::Result& a, const std::string& name_a, const scenario::Result& b, const std::string& name_b,
              const Command& command, Console& console) {
  const auto comparison = kernel_reference::Compare(a, b);
  if (!comparison.ok()) return BadUsage(command, std::string(comparison.status().message()), console);
  console.out << kernel_reference::ComparisonText(*comparison, name_a, name_b);
  return comparison->agrees() ? kOk : kNotHeld;
}

ExitCode RunKernel(const Arguments& arguments, Console& console) {
  const Command command = KernelCommand();
  const std::optional<scenario::LoadedScenario> loaded = LoadFrom(command, arguments, console);
  if (!loaded.has_value()) return kBadInput;
  kernel_reference::Scale scale;
  for (const auto& [flag, value] : {std::pair("stretch", &scale.stretch), std::pair("thin", &scale.thin)}) {
    if (const std::string wrong = ReadScale(arguments, flag, value); !wrong.empty()) {
      return BadUsage(command, wrong, console);
    }
  }
  const std::string kernel = arguments.Has("kernel") ? arguments.Get("kernel") : "6.16";
  if (const std::string wrong = BeyondKernel(*loaded, kernel); !wrong.empty()) return BadUsage(command, wrong, console);
  std::vector<Job> jobs;
  for (const scenario::LoadedVariant& variant : loaded->variants) {
    absl::StatusOr<Job> job = kernel_reference::MakeJob(variant.plan, scale);
    if (!job.ok()) {
      return BadUsage(command, absl::StrCat(loaded->file, ": ", variant.plan.variant, ": ", job.status().message()), console);
    }
    jobs.push_back(*std::move(job));
  }
  if (arguments.Has("json")) {
    if (const absl::Status status = CheckWritable(arguments.Get("json")); !status.ok()) {
      return BadUsage(command, absl::StrCat("--json: ", status.message()), console);
    }
  }
  const auto lacking = [&console](const absl::Status& status) {
    console.err << "wgsim kernel: " << status.message() << "\n";
    return kEnvironment;
  };
  KernelBoot boot;
  if (const absl::Status status = boot.Open(kernel, arguments.Get("cache")); !status.ok()) return lacking(status);
  const absl::StatusOr<scenario::Result> measured = Measure(*loaded, jobs, scale, &boot, console);
  if (!measured.ok()) return lacking(measured.status());
  if (arguments.Has("json")) {
    const absl::Status status = WriteFile(arguments.Get("json"), scenario::ToJson(*measured));
    if (!status.ok()) return lacking(status);
  }
  scenario::RunOptions options;
  options.crypto = scenario::Crypto::kModelled;
  const scenario::Result predicted = scenario::RunScenario(*loaded, options);
  const scenario::Measurement& from = measured->variants(0).measurement();
  console.out << "Linux " << from.kernel() << " under " << from.emulator() << ", stretched " << scale.stretch
              << " times, one packet in " << scale.thin << "\n\n";
  return Show(predicted, "simulated", *measured, "kernel", command, console);
}

ExitCode RunCompare(const Arguments& arguments, Console& console) {
  const Command command = CompareCommand();
  const std::vector<std::string>& files = arguments.positional();
  if (files.size() != 2) return BadUsage(command, "needs two results: wgsim compare A.json B.json", console);
  scenario::Result results[2];
  for (int i = 0; i < 2; ++i) {
    const absl::StatusOr<std::string> text = Files().Read(files[i]);
    if (!text.ok()) return BadUsage(command, std::string(text.status().message()), console);
    absl::StatusOr<scenario::Result> result = scenario::ResultFromJson(*text);
    if (!result.ok()) return BadUsage(command, absl::StrCat(files[i], ": ", result.status().message()), console);
    results[i] = *std::move(result);
  }
  const auto name = [](const scenario::Result& result, const char* otherwise) {
    if (result.variants_size() == 0 || !result.variants(0).has_measurement()) return std::string(otherwise);
    return absl::StrCat("Linux ", result.variants(0).measurement().kernel());
  };
  return Show(results[0], name(results[0], "first"), results[1], name(results[1], "second"), command, console);
}

}  // namespace

Command KernelCommand() {
  Command command = {
      "kernel",
      "FILE.textproto [FLAGS]",
      "runs a scenario on a real kernel and compares",
      "Boots Debian's kernel, unmodified, in an emulator that counts instructions, carries out there what the scenario says, "
      "once for each variant, and prints the result beside that of the simulation. Two runs are the same to the last bit. "
      "Needs no root; what is missing is said, and how to get it (docs/FIDELITY.md).\n\n"
      "Two hosts with one link, streams, and single changes of the configuration (actions): what goes beyond is refused, with "
      "the reason.\n\n"
      "  tools/kernel_reference/kref fetch\n"
      "  wgsim kernel scenarios/replace_two_addresses.textproto",
      ScenarioFlags(),
      &RunKernel,
  };
  command.flags.push_back({"kernel", "6.16|6.12", "which kernel; 6.16 if left out", false, "6.16|6.12"});
  command.flags.push_back({"cache", "FOLDER", "where kref fetch has put kernels, if not ~/.cache/wgsim/kernel"});
  command.flags.push_back(
      {"stretch", "N", "all times are so many times as long; 10 if left out: an emulated core is slow"});
  command.flags.push_back({"thin", "N", "one in so many packets of a flow is sent; 10 if left out"});
  command.flags.push_back({"json", "FILE", "writes what was measured as a result, whole or not at all"});
  return command;
}

Command CompareCommand() {
  return {
      "compare",
      "A.json B.json",
      "lays two results of a scenario side by side",
      "Point by point, for two results that wgsim run --json or wgsim kernel --json has written: what must be the same "
      "(messages, whether packets are lost at all, and with which errno), what chance may have missed, and what is not "
      "compared, and why.\n\n"
      "  wgsim compare simulated.json kernel.json",
      {},
      &RunCompare,
  };
}

}  // namespace tools
