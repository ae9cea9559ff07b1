// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Document: a text-format file together with where each field is written, so that an error found
// later can point at it. Node: one message of a document, for code that walks down the tree.
#ifndef WGSIM_SCENARIOS_DOCUMENT_H_
#define WGSIM_SCENARIOS_DOCUMENT_H_

#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "scenarios/diagnostics.h"

namespace scenario {

// Copies share what was read and differ in their origins.
class Document {
 public:
  // Reads `text` into `message` (kept by reference, filled as far as the text goes). Whatever is
  // wrong goes to `diagnostics`: text that does not parse, fields and enum values that do not exist
  // (with the nearest that does), numbers out of range. Pure: `file` is only a name.
  Document(absl::string_view text, absl::string_view file, google::protobuf::Message* message,
           Diagnostics* diagnostics);

  // Whether the text could be read to its end; what is wrong with single fields does not count.
  bool readable() const { return readable_; }
  const std::string& file() const { return file_; }
  const google::protobuf::TextFormat::ParseInfoTree& tree() const { return *tree_; }

  // From now on the field at `path` ("hosts[0].cores"), and what is inside it, is written at
  // `where`.
  void SetOrigin(absl::string_view path, Location where) {
    origins_[std::string(path)] = std::move(where);
  }
  // nullptr if it is where the file says.
  const Location* FindOrigin(absl::string_view path) const;

 private:
  std::string file_;
  bool readable_ = false;
  std::shared_ptr<google::protobuf::TextFormat::ParseInfoTree> tree_;
  absl::btree_map<std::string, Location> origins_;
};

// A message of a document. Cheap to copy. REQUIRES: document and message outlive it.
class Node {
 public:
  Node(const Document* document, const google::protobuf::Message* root);

  // The message in `field`; `index` for repeated fields.
  Node Child(absl::string_view field, int index = -1) const;

  // "links[0]"; "" for the root.
  const std::string& path() const { return path_; }
  std::string PathOf(absl::string_view field, int index = -1) const;
  // Where the message begins.
  const Location& where() const { return where_; }
  // Where the field is written; where() if it is not.
  Location WhereIs(absl::string_view field, int index = -1) const;

 private:
  Node() = default;

  const Document* document_ = nullptr;
  const google::protobuf::Message* message_ = nullptr;
  const google::protobuf::TextFormat::ParseInfoTree* tree_ = nullptr;  // nullptr: not from the file
  std::string path_;
  Location where_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DOCUMENT_H_
