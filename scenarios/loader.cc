// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/loader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/document.h"
#include "scenarios/expectation.h"
#include "scenarios/override.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/sweep.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr absl::string_view kExtension = ".textproto";
// Price lists, each read and complained about once.
class CostModels {
 public:
  CostModels(FileReader* files, absl::string_view scenario_file, Diagnostics* diagnostics)
      : files_(*files), scenario_file_(scenario_file), diagnostics_(*diagnostics) {}

  const wgnode::CostModel* Find(const Node& node, const std::string& reference) {
    auto [it, inserted] = models_.try_emplace(reference);
    if (!inserted) return it->second.get();
    const absl::StatusOr<CostModelText> found = ReadCostModel(reference, scenario_file_, &files_);
    if (!found.ok()) {
      diagnostics_.Add(node.WhereIs("cost_model"), node.PathOf("cost_model"),
                       found.status().message());
      return nullptr;
    }
    it->second = std::make_unique<wgnode::CostModel>(
        ParseCostModel(found->text, found->path, &files_, &diagnostics_));
    return it->second.get();
  }

 private:
  FileReader& files_;
  const std::string scenario_file_;
  Diagnostics& diagnostics_;
  absl::btree_map<std::string, std::unique_ptr<wgnode::CostModel>> models_;
};

std::string StemOf(absl::string_view file) {
  file = file.substr(file.rfind('/') + 1);  // npos + 1 is 0
  return std::string(absl::StripSuffix(file, kExtension));
}

// FNV-1a: of no cryptographic value.
std::string DigestOf(file::Scenario scenario) {
  scenario.clear_name();
  scenario.clear_description();
  scenario.clear_seed();
  scenario.clear_expectations();
  for (file::Variant& variant : *scenario.mutable_variants()) variant.clear_description();
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : scenario.SerializeAsString()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return absl::StrFormat("%016x", hash);
}

constexpr size_t kMostRuns = 256;

// What all runs share: neither a variant nor a sweep changes it.
constexpr absl::string_view kShared[] = {"variants", "expectations", "name", "description",
                                         "seed",     "duration",     "sweep"};
bool IsShared(absl::string_view path) {
  return std::any_of(std::begin(kShared), std::end(kShared), [&](absl::string_view field) {
    absl::string_view rest = path;
    return absl::ConsumePrefix(&rest, field) &&
           (rest.empty() || rest[0] == '=' || rest[0] == '[' || rest[0] == '.');
  });
}

plan::Implementation Implementation(file::Implementation implementation) {
  switch (implementation) {
    case file::LINUX_6_12:
      return plan::Implementation::kLinux612;
    case file::LINUX_6_16:
      return plan::Implementation::kLinux616;
    case file::WIREGUARD_GO:
      return plan::Implementation::kWireguardGo;
    case file::BORINGTUN:
      return plan::Implementation::kBoringtun;
    case file::LINUX_TAGGED_REPLACE:
      return plan::Implementation::kLinuxTaggedReplace;
    case file::LINUX_TAGGED_REPLACE_ROOT_FAULT:
      return plan::Implementation::kLinuxTaggedReplaceRootFault;
  }
  return plan::Implementation::kLinux616;
}

class Loader {
 public:
  Loader(absl::string_view text, absl::string_view file, const LoadOptions& options,
         FileReader* files, Diagnostics* diagnostics)
      : options_(options),
        diagnostics_(*diagnostics),
        costs_(files, file, diagnostics),
        document_(text, file, &message_, diagnostics) {}

  bool readable() const { return document_.readable(); }

  LoadedScenario Load() {
    LoadedScenario loaded;
    loaded.file = document_.file();
    for (const std::string& assignment : options_.set) {
      Apply(assignment, {absl::StrCat("--set ", assignment), 0, 0}, "", &document_, &message_);
    }
    if (options_.seed.has_value()) message_.set_seed(*options_.seed);
    const Node root(&document_, &message_);
    if (!message_.has_name()) message_.set_name(StemOf(document_.file()));
    if (!IsName(message_.name())) {
      diagnostics_.Add(root.WhereIs("name"), "name",
                       absl::StrCat("\"", message_.name(),
                                    "\" is no name; write letters, digits, _ and -, at most 63"));
    }
    loaded.name = message_.name();
    loaded.description = message_.description();
    loaded.seed = message_.seed();
    loaded.set = options_.set;
    loaded.digest = DigestOf(message_);
    Sweep(root, &loaded.sweep);
    Variants(root, &loaded);
    Expectations(root, &loaded);
    return loaded;
  }

 private:
  void Apply(const std::string& assignment, const Location& where, const std::string& field, Document* document,
             file::Scenario* message) {
    const absl::StatusOr<std::vector<std::string>> paths = ApplyOverride(assignment, message);
    if (!paths.ok()) {
      diagnostics_.Add(where, field, paths.status().message());
      return;
    }
    for (const std::string& path : *paths) document->SetOrigin(path, where);
  }

  void Variants(const Node& root, LoadedScenario* loaded) {
    if (message_.variants_size() == 0) {
      diagnostics_.Add(root.WhereIs("variants"), "variants",
                       "there are none; write variants { name: \"replace\" method: REPLACE }");
      // What else is wrong is to be said all the same.
      file::Variant any;
      any.set_method(file::REPLACE);
      Plan plan;
      OneVariant(root, any, {}, {}, &plan);
    }
    for (int i = 0; i < message_.variants_size(); ++i) {
      const file::Variant& variant = message_.variants(i);
      const Node node = root.Child("variants", i);
      if (!IsName(variant.name())) {
        diagnostics_.Add(node.WhereIs("name"), node.PathOf("name"),
                         absl::StrCat("\"", variant.name(),
                                      "\" is no name; write letters, digits, _ and -, at most 63"));
      } else if (std::find(names_.begin(), names_.end(), variant.name()) != names_.end()) {
        diagnostics_.Add(node.WhereIs("name"), node.PathOf("name"),
                         absl::StrCat("there is a variant \"", variant.name(),
                                      "\" already; choose another name"));
      }
      names_.push_back(variant.name());
    }
    // Those at the same point beside each other.
    for (const Point& point : Points(loaded->sweep)) {
      for (int i = 0; i < message_.variants_size(); ++i) {
        Run(root.Child("variants", i), message_.variants(i), point, loaded);
      }
    }
    const std::vector<std::string>& known = loaded->sweep.empty() ? names_ : runs_;
    for (const std::string& name : options_.variants) {
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
      if (std::find(runs_.begin(), runs_.end(), name) != runs_.end()) continue;
      const std::string near = Nearest(name, known);
      diagnostics_.Add({absl::StrCat("--variant=", name), 0, 0}, "",
                       absl::StrCat("there is no such variant; ",
                                    near.empty() ? "" : absl::StrCat("did you mean ", near, "? "),
                                    "there are ", absl::StrJoin(names_, ", ")));
    }
  }

  // One variant at one point.
  void Run(const Node& node, const file::Variant& variant, const Point& point,
           LoadedScenario* loaded) {
    LoadedVariant out;
    out.description = variant.description();
    out.set.assign(variant.set().begin(), variant.set().end());
    OneVariant(node, variant, loaded->sweep, point, &out.plan);
    for (const plan::Flow& flow : out.plan.flows) {
      flows_.insert(flow.name);
      if (flow.requests.has_value() || flow.transactions.has_value()) {
        flows_.insert(absl::StrCat(flow.name, ".response"));
      }
      if (flow.bulk.has_value()) flows_.insert(absl::StrCat(flow.name, ".ack"));
    }
    runs_.push_back(out.plan.variant);
    if (IsChosen(variant.name()) || IsChosen(out.plan.variant)) {
      loaded->variants.push_back(std::move(out));
    }
  }

  bool IsChosen(const std::string& name) const {
    return options_.variants.empty() ||
           std::find(options_.variants.begin(), options_.variants.end(), name) !=
               options_.variants.end();
  }

  void Sweep(const Node& root, Axes* axes) {
    size_t points = 1;
    for (int i = 0; i < message_.sweep_size(); ++i) {
      const Node node = root.Child("sweep", i);
      std::optional<Axis> axis = OneAxis(node, message_.sweep(i), *axes);
      if (!axis.has_value()) continue;
      points *= axis->values.size();
      axes->push_back(*std::move(axis));
      if (points * static_cast<size_t>(std::max(1, message_.variants_size())) <= kMostRuns) continue;
      diagnostics_.Add(node.WhereIs("values"), node.PathOf("values"),
                       absl::StrCat("makes more than ", kMostRuns, " runs; sweep fewer values"));
      axes->clear();
      return;
    }
  }

  std::optional<Axis> OneAxis(const Node& node, const file::Sweep& sweep, const Axes& before) {
    const auto wrong = [&](absl::string_view field, int index, absl::string_view message) {
      diagnostics_.Add(node.WhereIs(field, index), node.PathOf(field, index), message);
      return std::nullopt;
    };
    if (sweep.field().empty()) {
      return wrong("field", -1, "is missing; write what --set takes, as \"hosts.node.cores\"");
    }
    if (IsShared(sweep.field())) {
      return wrong("field", -1, absl::StrCat("\"", sweep.field(),
                                             "\" is what all runs share; sweep something else"));
    }
    const std::string last = sweep.field().substr(sweep.field().rfind('.') + 1);  // npos + 1 is 0
    Axis axis{.name = sweep.has_name() ? sweep.name() : last, .field = sweep.field()};
    if (!IsName(axis.name)) {
      return wrong("name", -1, absl::StrCat("\"", axis.name,
                                            "\" is no name; write letters, digits, _ and -"));
    }
    if (std::any_of(before.begin(), before.end(),
                    [&](const Axis& other) { return other.name == axis.name; })) {
      return wrong("name", -1, absl::StrCat("\"", axis.name, "\" is swept already; choose another "
                                            "name, or put the values into one sweep"));
    }
    for (int i = 0; i < sweep.values_size(); ++i) {
      const std::string& value = sweep.values(i);
      if (value.empty() || absl::StrContains(value, ",") || absl::StrContains(value, "]")) {
        return wrong("values", i, absl::StrCat("\"", value, "\" is no value that can be part of a "
                                               "name; write one without \",\" and \"]\""));
      }
      if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) {
        return wrong("values", i, absl::StrCat("\"", value, "\" is there already; write it once"));
      }
      axis.values.push_back(value);
      // What cannot be set is said where it is written, once.
      file::Scenario message = message_;
      Document document = document_;
      const int errors = diagnostics_.count();
      Apply(absl::StrCat(axis.field, "=", value), node.WhereIs("values", i), node.PathOf("values", i), &document, &message);
      if (diagnostics_.count() != errors) return std::nullopt;
    }
    if (axis.values.size() < 2) {
      return wrong("values", -1, "are fewer than two; write as many as there are to be runs");
    }
    return axis;
  }

  void OneVariant(const Node& node, const file::Variant& variant, const Axes& axes,
                  const Point& point, Plan* plan) {
    Document document = document_;
    file::Scenario message = message_;
    for (size_t i = 0; i < axes.size(); ++i) {
      Apply(absl::StrCat(axes[i].field, "=", axes[i].values[point[i]]),
            SweepPlace(axes[i], point[i]), "sweep", &document, &message);
    }
    for (int i = 0; i < variant.set_size(); ++i) {
      if (IsShared(variant.set(i))) {
        diagnostics_.Add(
            node.WhereIs("set", i), node.PathOf("set", i),
            absl::StrCat("\"", variant.set(i),
                         "\" changes what all variants share; change it for the whole scenario"));
        continue;
      }
      Apply(variant.set(i), node.WhereIs("set", i), node.PathOf("set", i), &document, &message);
    }
    plan->scenario = message.name();
    plan->variant = RunName({.variant = variant.name(), .fixed = {}}, axes, point);
    plan->seed = message.seed();
    const file::Implementation implementation =
        variant.has_implementation() ? variant.implementation() : message.implementation();
    plan->implementation = Implementation(implementation);
    ChooseMethod(node, variant, plan);
    const auto find_cost_model = [this](const Node& n, const std::string& reference) {
      return costs_.Find(n, reference);
    };
    Unfolding unfolding(&document, &message, find_cost_model, plan, &diagnostics_);
    unfolding.Hosts();
    unfolding.Devices();
    unfolding.Traffic();
    unfolding.Changes();
  }

  // Where the value is written.
  Location SweepPlace(const Axis& axis, size_t value) const {
    const Node root(&document_, &message_);
    for (int i = 0; i < message_.sweep_size(); ++i) {
      if (message_.sweep(i).field() != axis.field) continue;
      return root.Child("sweep", i).WhereIs("values", static_cast<int>(value));
    }
    return root.WhereIs("sweep");
  }

  void ChooseMethod(const Node& node, const file::Variant& variant, Plan* plan) {
    if (variant.has_method() == variant.has_program()) {
      const char* field = variant.has_method() ? "program" : "method";
      diagnostics_.Add(node.WhereIs(field), node.PathOf(field),
                       variant.has_method()
                           ? "a variant has either method or program; write one of them"
                           : "is missing; write method: REPLACE, DUMMY_PEER or REMOVE_ME, or "
                             "program: and one of those in managers.proto");
    }
    if (variant.has_program()) {
      plan->method = MethodOf(variant.program());
    } else {
      // The first three of both have the same numbers.
      plan->method = MethodOf(static_cast<file::ManagerProgram>(variant.method()));
    }
    const char* field = variant.has_program() ? "program" : "method";
    if (plan::TraitsOf(plan->method).removes_single && !plan::KnowsRemoveMe(plan->implementation)) {
      const bool own = variant.has_implementation();
      diagnostics_.Add(own ? node.WhereIs("implementation") : node.WhereIs(field),
                       node.PathOf(own ? "implementation" : field),
                       absl::StrCat(plan::Name(plan->implementation),
                                    " cannot remove single allowed ips; write implementation: "
                                    "LINUX_6_16 or WIREGUARD_GO, or another ",
                                    field));
    }
  }

  void Expectations(const Node& root, LoadedScenario* loaded) {
    const std::vector<std::string> flows(flows_.begin(), flows_.end());
    const bool flows_known = diagnostics_.empty();
    std::vector<std::string> chosen;
    for (const LoadedVariant& run : loaded->variants) chosen.push_back(run.plan.variant);
    for (int i = 0; i < message_.expectations_size(); ++i) {
      const std::string& text = message_.expectations(i);
      const Location where = root.WhereIs("expectations", i);
      const absl::Status status = CheckExpectation(text, names_, flows_known ? &flows : nullptr, loaded->sweep);
      if (!status.ok()) {
        diagnostics_.Add(where, root.PathOf("expectations", i), status.message());
        continue;
      }
      if (CanJudge(text, loaded->sweep, chosen)) {
        loaded->expectations.push_back({text, where});
      }
    }
  }

  const LoadOptions& options_;
  Diagnostics& diagnostics_;
  CostModels costs_;
  file::Scenario message_;
  Document document_;
  std::vector<std::string> names_;  // of variants
  std::vector<std::string> runs_;   // of variants at points
  absl::btree_set<std::string> flows_;
};

}  // namespace

std::optional<LoadedScenario> LoadScenario(absl::string_view text, absl::string_view file,
                                           const LoadOptions& options, FileReader* files,
                                           Diagnostics* diagnostics) {
  Loader loader(text, file, options, files, diagnostics);
  // A text that breaks off in the middle has no meaning to be judged.
  if (!loader.readable()) return std::nullopt;
  LoadedScenario loaded = loader.Load();
  if (!diagnostics->empty()) return std::nullopt;
  return loaded;
}

}  // namespace scenario
