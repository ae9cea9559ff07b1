// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/document.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "scenarios/text_mender.h"

namespace scenario {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using google::protobuf::TextFormat;
using ParseInfoTree = TextFormat::ParseInfoTree;

// Deeper nesting than any message of ours has.
constexpr int kDeepest = 32;
// Mistakes that are mended, so that those behind them are found.
constexpr int kMostMended = 50;

class Collector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    errors.push_back({line, column, message});
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    warnings.push_back({line, column, message});
  }
  std::vector<Complaint> errors;
  std::vector<Complaint> warnings;
};

}  // namespace

Document::Document(absl::string_view text, absl::string_view file, Message* message,
                   Diagnostics* diagnostics)
    : file_(file) {
  TextMender mender(text, message->GetDescriptor());
  const auto add = [&](const Mistake& mistake) {
    diagnostics->Add({file_, mistake.line, mistake.column}, mistake.field, mistake.message);
  };
  for (int mended = 0;; ++mended) {
    Collector collector;
    tree_ = std::make_shared<ParseInfoTree>();
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&collector);
    parser.WriteLocationsTo(tree_.get());
    parser.AllowUnknownField(true);
    parser.SetRecursionLimit(kDeepest);
    readable_ = parser.ParseFromString(mender.text(), message);
    if (!collector.errors.empty()) {
      const Mistake mistake = mender.Error(collector.errors.front());
      add(mistake);
      if (mistake.field_line > 0 && mended < kMostMended) {
        // What was put there is not to be judged.
        diagnostics->Silence({file_, mistake.field_line, mistake.field_column}, mistake.field);
        continue;
      }
      for (size_t i = 1; i < collector.errors.size(); ++i) add(mender.Error(collector.errors[i]));
    }
    for (const Complaint& warning : collector.warnings) {
      Mistake mistake;
      if (mender.Warning(warning, &mistake)) add(mistake);
    }
    if (!readable_ && collector.errors.empty()) {
      diagnostics->Add({file_, 1, 1}, "", "the text cannot be read; write protobuf text format");
    }
    return;
  }
}

const Location* Document::FindOrigin(absl::string_view path) const {
  while (true) {
    const auto it = origins_.find(std::string(path));
    if (it != origins_.end()) return &it->second;
    const size_t end = path.find_last_of(".[");
    if (end == absl::string_view::npos) return nullptr;
    path = path.substr(0, end);
  }
}

Node::Node(const Document* document, const Message* root)
    : document_(document),
      message_(root),
      tree_(&document->tree()),
      where_{document->file(), 1, 1} {}

Node Node::Child(absl::string_view field, int index) const {
  const FieldDescriptor* descriptor =
      message_->GetDescriptor()->FindFieldByName(std::string(field));
  Node child;
  child.document_ = document_;
  child.message_ =
      index < 0 ? &message_->GetReflection()->GetMessage(*message_, descriptor)
                : &message_->GetReflection()->GetRepeatedMessage(*message_, descriptor, index);
  child.tree_ = tree_ == nullptr ? nullptr : tree_->GetTreeForNested(descriptor, index);
  child.path_ = PathOf(field, index);
  child.where_ = WhereIs(field, index);
  return child;
}

std::string Node::PathOf(absl::string_view field, int index) const {
  return absl::StrCat(path_, path_.empty() ? "" : ".", field,
                      index < 0 ? "" : absl::StrCat("[", index, "]"));
}

Location Node::WhereIs(absl::string_view field, int index) const {
  if (const Location* origin = document_->FindOrigin(PathOf(field, index)); origin != nullptr) {
    return *origin;
  }
  if (tree_ == nullptr) return where_;
  const FieldDescriptor* descriptor =
      message_->GetDescriptor()->FindFieldByName(std::string(field));
  if (descriptor->is_repeated() && index < 0) index = 0;
  // Of a list in brackets only the beginning is known.
  for (int i = index; i >= std::min(index, 0); --i) {
    const TextFormat::ParseLocation at = tree_->GetLocation(descriptor, i);
    if (at.line >= 0) return {document_->file(), at.line + 1, at.column + 1};
  }
  return where_;
}

}  // namespace scenario
