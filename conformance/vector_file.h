// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// VectorFile: how the tests read conformance/vectors/*.json (README.md there says what each field
// is).
#ifndef WGSIM_CONFORMANCE_VECTOR_FILE_H_
#define WGSIM_CONFORMANCE_VECTOR_FILE_H_

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "protocol/hex.h"
#include "protocol/wire_tester.h"

namespace conformance {

inline constexpr char kVectorFolder[] = "conformance/vectors/";

// One vector: its fields by name. Asking for one that is not there fails the test.
class Vector {
 public:
  explicit Vector(const google::protobuf::Struct& fields) : fields_(fields) {}

  const google::protobuf::Value& operator[](const std::string& name) const {
    const auto found = fields_.fields().find(name);
    static const google::protobuf::Value kNone;
    if (found == fields_.fields().end()) ADD_FAILURE() << "no field " << name;
    return found == fields_.fields().end() ? kNone : found->second;
  }
  std::string Text(const std::string& name) const { return (*this)[name].string_value(); }
  wg::WireBytes Bytes(const std::string& name) const { return wg::Unhex(Text(name)); }
  int64_t Number(const std::string& name) const {
    return static_cast<int64_t>((*this)[name].number_value());
  }
  // A number that a double cannot hold, as text.
  template <typename T>
  T Long(const std::string& name) const {
    T number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(Text(name), &number)) << name;
    return number;
  }
  template <typename Key>
  Key KeyOf(const std::string& name) const {
    Key key;
    const wg::WireBytes bytes = Bytes(name);
    EXPECT_EQ(bytes.size(), key.bytes.size()) << name;
    std::copy_n(bytes.begin(), std::min(bytes.size(), key.bytes.size()), key.bytes.begin());
    return key;
  }

 private:
  const google::protobuf::Struct& fields_;
};

inline google::protobuf::Struct ReadFile(const std::string& name) {
  std::ifstream in(absl::StrCat(kVectorFolder, name, ".json"));
  std::stringstream text;
  text << in.rdbuf();
  google::protobuf::Struct file;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &file).ok()) << name;
  return file;
}

// Calls `check` for each vector of a file.
template <typename Check>
void ForEach(const std::string& name, Check check) {
  const google::protobuf::Struct file = ReadFile(name);
  const auto found = file.fields().find("vectors");
  ASSERT_NE(found, file.fields().end());
  std::set<std::string> ids;
  for (const google::protobuf::Value& value : found->second.list_value().values()) {
    const Vector vector(value.struct_value());
    SCOPED_TRACE(vector.Text("id"));
    EXPECT_TRUE(ids.insert(vector.Text("id")).second) << "twice";
    EXPECT_FALSE(vector.Text("comment").empty());
    check(vector);
  }
  EXPECT_GE(ids.size(), 4u);
}

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_VECTOR_FILE_H_
