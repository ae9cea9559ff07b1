// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/files.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace tools {
namespace {

class FilesTest : public testing::Test {
 protected:
  FilesTest() : folder_(absl::StrCat(testing::TempDir(), "/files_test")) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  size_t Entries() const {
    size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_))
      ++entries;
    return entries;
  }
  const std::string folder_;
  Files files_;
};

TEST_F(FilesTest, WritesWholeFilesAndLeavesNothingElse) {
  const std::string path = folder_ + "/result.json";
  ASSERT_TRUE(WriteFile(path, "one").ok());
  ASSERT_TRUE(WriteFile(path, "two").ok());
  EXPECT_EQ(*files_.Read(path), "two");
  EXPECT_EQ(Entries(), 1u);
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0400, 0400u);
}

TEST_F(FilesTest, FindsOutWithoutWritingWhatCannotBeWritten) {
  EXPECT_TRUE(CheckWritable(folder_ + "/new").ok());
  EXPECT_TRUE(CheckWritable("/dev/null").ok());
  EXPECT_FALSE(CheckWritable(folder_).ok());
  EXPECT_FALSE(CheckWritable(folder_ + "/no/folder").ok());
  EXPECT_FALSE(CheckWritable("").ok());
  EXPECT_EQ(Entries(), 0u);
}

TEST_F(FilesTest, WritesStraightIntoWhatIsNoRegularFile) {
  EXPECT_TRUE(WriteFile("/dev/null", "text").ok());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(FilesTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(files_.Read(folder_ + "/none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(files_.Read(folder_).ok());
}

TEST_F(FilesTest, BringsScenariosAndPriceListsAlong) {
  EXPECT_TRUE(files_.ReadShipped("scenarios/cilium_churn.textproto").ok());
  EXPECT_TRUE(files_.ReadShipped("cost_models/linux_6_12.textproto").ok());
  EXPECT_FALSE(files_.ReadShipped("cost_models/none.textproto").ok());
  EXPECT_GE(files_.ShippedPaths().size(), 6u);
}

}  // namespace
}  // namespace tools
