// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TextMender: turns what protobuf's parser of text format complains about into words of a reader of scenario files, and puts
// something harmless in place of what was wrong, so that the rest of the file can be read and everything that is wrong is
// said at once. Whatever it puts there has the same length: lines and columns stay as they are in the file.
#ifndef WGSIM_SCENARIOS_TEXT_MENDER_H_
#define WGSIM_SCENARIOS_TEXT_MENDER_H_

#include <cstddef>
#include <string>

#include "absl/container/btree_set.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace scenario {

// The parser's: line and column from 0, tabs counted as up to 8 columns.
struct Complaint {
  int line = 0;
  int column = 0;
  std::string message;
};

// In words. Lines and columns from 1, counted as the parser does.
struct Mistake {
  int line = 0;
  int column = 0;
  std::string field;  // "" if it is not known
  std::string message;
  // Where the name of the mended field begins; line 0: nothing was mended.
  int field_line = 0;
  int field_column = 0;
};

class TextMender {
 public:
  // `root` describes the message that the text is of. REQUIRES: it outlives this.
  TextMender(absl::string_view text, const google::protobuf::Descriptor* root) : text_(text), root_(root) {}

  const std::string& text() const { return text_; }

  // Of the error with which the parser stopped. If something was mended, text() has changed, and another attempt gets further.
  Mistake Error(const Complaint& complaint);
  // Of a warning about a field that does not exist. False: this has made it.
  bool Warning(const Complaint& complaint, Mistake* mistake) const;

 private:
  // A field in the text: where its name and its value begin, and what it should be (nullptr: there is no such field).
  struct Place {
    size_t name = std::string::npos;
    size_t value = std::string::npos;
    const google::protobuf::FieldDescriptor* field = nullptr;
  };

  bool Find(const Complaint& complaint, Place* place) const;
  std::string WrongValue(const Place& place, const std::string& token) const;
  bool Put(const Place& place, const std::string& token);
  bool Rename(const Place& place);

  size_t OffsetOf(int line, int column) const;
  void SetPlace(size_t offset, int* line, int* column) const;
  // The last occurrence of `name` as a whole word that begins at or before `at`; npos if there is none.
  size_t NameBefore(const std::string& name, size_t at) const;
  const google::protobuf::FieldDescriptor* DescriptorOf(size_t name) const;
  std::string WordAt(size_t at) const;
  std::string TokenAt(size_t at) const;

  std::string text_;
  const google::protobuf::Descriptor* root_;
  absl::btree_set<size_t> renamed_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TEXT_MENDER_H_
