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

// What --set may change of a scenario for one variant: not what all of them share.
constexpr absl::string_view kShared[] = {"variants",    "expectations", "name",
                                         "description", "seed",         "duration"};

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
      Apply(assignment, {absl::StrCat("--set ", assignment), 0, 0}, &document_, &message_);
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
    Variants(root, &loaded);
    Expectations(root, &loaded);
    return loaded;
  }

 private:
  void Apply(const std::string& assignment, const Location& where, Document* document,
             file::Scenario* message) {
    const absl::StatusOr<std::vector<std::string>> paths = ApplyOverride(assignment, message);
    if (!paths.ok()) {
      diagnostics_.Add(where, "", paths.status().message());
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
      OneVariant(root, any, &plan);
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
      LoadedVariant out;
      out.description = variant.description();
      out.set.assign(variant.set().begin(), variant.set().end());
      OneVariant(node, variant, &out.plan);
      for (const plan::Flow& flow : out.plan.flows) {
        flows_.insert(flow.name);
        if (flow.requests.has_value()) flows_.insert(absl::StrCat(flow.name, ".response"));
      }
      if (Chosen(variant.name())) loaded->variants.push_back(std::move(out));
    }
    for (const std::string& name : options_.variants) {
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
      const std::string near = Nearest(name, names_);
      diagnostics_.Add({absl::StrCat("--variant=", name), 0, 0}, "",
                       absl::StrCat("there is no such variant; ",
                                    near.empty() ? "" : absl::StrCat("did you mean ", near, "? "),
                                    "there are ", absl::StrJoin(names_, ", ")));
    }
  }

  bool Chosen(const std::string& name) const {
    return options_.variants.empty() ||
           std::find(options_.variants.begin(), options_.variants.end(), name) !=
               options_.variants.end();
  }

  void OneVariant(const Node& node, const file::Variant& variant, Plan* plan) {
    Document document = document_;
    file::Scenario message = message_;
    for (int i = 0; i < variant.set_size(); ++i) {
      const auto shares = [&](absl::string_view field) {
        absl::string_view rest = variant.set(i);
        return absl::ConsumePrefix(&rest, field) &&
               (rest.empty() || rest[0] == '=' || rest[0] == '[' || rest[0] == '.');
      };
      if (std::any_of(std::begin(kShared), std::end(kShared), shares)) {
        diagnostics_.Add(
            node.WhereIs("set", i), node.PathOf("set", i),
            absl::StrCat("\"", variant.set(i),
                         "\" changes what all variants share; change it for the whole scenario"));
        continue;
      }
      Apply(variant.set(i), node.WhereIs("set", i), &document, &message);
    }
    plan->scenario = message.name();
    plan->variant = variant.name();
    plan->seed = message.seed();
    const bool own = variant.has_implementation();
    const file::Implementation implementation =
        own ? variant.implementation() : message.implementation();
    switch (implementation) {
      case file::LINUX_6_12:
        plan->implementation = plan::Implementation::kLinux612;
        break;
      case file::LINUX_6_16:
        plan->implementation = plan::Implementation::kLinux616;
        break;
      case file::WIREGUARD_GO:
        plan->implementation = plan::Implementation::kWireguardGo;
        break;
      case file::BORINGTUN:
        plan->implementation = plan::Implementation::kBoringtun;
        break;
    }
    if (!variant.has_method()) {
      diagnostics_.Add(node.WhereIs("method"), node.PathOf("method"),
                       "is missing; write method: REPLACE, DUMMY_PEER or REMOVE_ME");
    }
    switch (variant.method()) {
      case file::REPLACE:
        plan->method = plan::Method::kReplace;
        break;
      case file::DUMMY_PEER:
        plan->method = plan::Method::kDummyPeer;
        break;
      case file::REMOVE_ME:
        plan->method = plan::Method::kRemoveMe;
        break;
    }
    if (variant.method() == file::REMOVE_ME && !plan::KnowsRemoveMe(plan->implementation)) {
      diagnostics_.Add(own ? node.WhereIs("implementation") : node.WhereIs("method"),
                       node.PathOf(own ? "implementation" : "method"),
                       absl::StrCat(plan::Name(plan->implementation),
                                    " cannot remove single allowed ips; write implementation: "
                                    "LINUX_6_16 or WIREGUARD_GO, or another method"));
    }
    const auto find_cost_model = [this](const Node& n, const std::string& reference) {
      return costs_.Find(n, reference);
    };
    Unfolding unfolding(&document, &message, find_cost_model, plan, &diagnostics_);
    unfolding.Hosts();
    unfolding.Devices();
    unfolding.Traffic();
    unfolding.Changes();
  }

  void Expectations(const Node& root, LoadedScenario* loaded) {
    const std::vector<std::string> flows(flows_.begin(), flows_.end());
    const bool flows_known = diagnostics_.empty();
    for (int i = 0; i < message_.expectations_size(); ++i) {
      const std::string& text = message_.expectations(i);
      const Location where = root.WhereIs("expectations", i);
      const absl::Status status = CheckExpectation(text, names_, flows_known ? &flows : nullptr);
      if (!status.ok()) {
        diagnostics_.Add(where, root.PathOf("expectations", i), status.message());
        continue;
      }
      const std::vector<std::string> speaks_of = VariantsOf(text);
      if (std::all_of(speaks_of.begin(), speaks_of.end(),
                      [&](const std::string& v) { return Chosen(v); })) {
        loaded->expectations.push_back({text, where});
      }
    }
  }

  const LoadOptions& options_;
  Diagnostics& diagnostics_;
  CostModels costs_;
  file::Scenario message_;
  Document document_;
  std::vector<std::string> names_;
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
