// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/trace.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace sim {
namespace {

// Keep an entity and a kind of the same name apart in the hash.
constexpr uint64_t kEntityDomain = 1;
constexpr uint64_t kKindDomain = 2;

}  // namespace

Trace::Trace() : hash_(kMixA) {
  hashes_.reserve(kMaxCheckpoints);
  // Both are 0 by definition (EntityId::kSimulation, ActKind::kEvent).
  RegisterEntity("simulation");
  RegisterKind("event");
}

EntityId Trace::RegisterEntity(absl::string_view name) {
  CHECK_LT(entities_.size(), kMaxEntities);
  FoldName(kEntityDomain, name);
  entities_.emplace_back(name);
  return static_cast<EntityId>(entities_.size() - 1);
}

ActKind Trace::RegisterKind(absl::string_view name) {
  const auto known = std::find(kinds_.begin(), kinds_.end(), name);
  if (known != kinds_.end()) return static_cast<ActKind>(known - kinds_.begin());
  CHECK_LT(kinds_.size(), kMaxKinds);
  FoldName(kKindDomain, name);
  kinds_.emplace_back(name);
  return static_cast<ActKind>(kinds_.size() - 1);
}

void Trace::FoldName(uint64_t domain, absl::string_view name) {
  hash_ = MultiplyFold(hash_ ^ MixName(domain, name), kMixB) ^ hash_;
}

void Trace::SetWindow(ActRange range, TraceSink* sink) {
  CHECK_GE(range.from, acts_);
  window_ = range;
  sink_ = sink;
  next_line_ =
      sink != nullptr && range.from < range.to ? range.from : std::numeric_limits<uint64_t>::max();
  UpdateAttention(acts_);
}

void Trace::Attend(Time time, ActKind kind, EntityId entity, uint64_t a, uint64_t b) {
  if (acts_ == next_checkpoint_) {
    if (hashes_.size() == kMaxCheckpoints) {
      for (size_t i = 0; i < kMaxCheckpoints / 2; ++i) hashes_[i] = hashes_[2 * i];
      hashes_.resize(kMaxCheckpoints / 2);
      stride_ *= 2;
    }
    hashes_.push_back(hash_);
    next_checkpoint_ += stride_;
  }
  if (acts_ == next_line_) {
    sink_->OnLine(absl::StrCat("#", acts_, " ", time.time_since_epoch().count(), " ",
                               kind_name(kind), " ", entity_name(entity), " a=", a, " b=", b));
    ++next_line_;
    if (next_line_ == window_.to) next_line_ = std::numeric_limits<uint64_t>::max();
  }
  if (listener_ != nullptr) listener_->OnAct(time, kind, entity, a, b);
  UpdateAttention(acts_ + 1);
}

Checkpoints Trace::checkpoints() const {
  Checkpoints result;
  result.stride = stride_;
  result.hashes = hashes_;
  result.acts = acts_;
  result.hash = hash_;
  return result;
}

absl::string_view Trace::entity_name(EntityId entity) const {
  CHECK_LT(static_cast<size_t>(entity), entities_.size());
  return entities_[static_cast<size_t>(entity)];
}

absl::string_view Trace::kind_name(ActKind kind) const {
  CHECK_LT(static_cast<size_t>(kind), kinds_.size());
  return kinds_[static_cast<size_t>(kind)];
}

absl::optional<ActRange> FirstDifference(const Checkpoints& a, const Checkpoints& b) {
  if (a.acts == b.acts && a.hash == b.hash) return absl::nullopt;
  // Strides are kFirstStride times a power of two, so the coarser one divides evenly.
  const uint64_t stride = std::max(a.stride, b.stride);
  const size_t step_a = a.stride == 0 ? 1 : stride / a.stride;
  const size_t step_b = b.stride == 0 ? 1 : stride / b.stride;
  uint64_t from = 0;
  for (size_t i = 0; i * step_a < a.hashes.size() && i * step_b < b.hashes.size(); ++i) {
    if (a.hashes[i * step_a] != b.hashes[i * step_b]) return ActRange{from, i * stride};
    from = i * stride;
  }
  return ActRange{from, std::max(a.acts, b.acts)};
}

}  // namespace sim
