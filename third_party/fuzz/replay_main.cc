// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The main program of a fuzz_test that is not linked with libFuzzer: gives the function under test each file named on
// the command line, each prefix of it, and, of files up to kMaxFlippedBytes, each copy with one bit changed. Always the
// same inputs in the same order.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// A handshake initiation has 148 bytes; flipping all bits of longer inputs takes too long for a test.
constexpr size_t kMaxFlippedBytes = 512;

bool ReadFile(const char* path, std::vector<uint8_t>* bytes) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  for (int byte = std::fgetc(file); byte != EOF; byte = std::fgetc(file)) {
    bytes->push_back(static_cast<uint8_t>(byte));
  }
  const bool good = std::ferror(file) == 0;
  std::fclose(file);
  return good;
}

// A copy of its own, with nothing behind it: reading over the end is then an error that ASan sees.
void Try(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> input(data, data + size);
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

size_t Replay(std::vector<uint8_t> bytes) {
  size_t inputs = 0;
  for (size_t size = 0; size <= bytes.size(); ++size, ++inputs) Try(bytes.data(), size);
  if (bytes.size() > kMaxFlippedBytes) return inputs;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit, ++inputs) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    Try(bytes.data(), bytes.size());
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FILE...: no corpus is given\n", argv[0]);
    return 2;
  }
  size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    std::vector<uint8_t> bytes;
    if (!ReadFile(argv[i], &bytes)) {
      std::fprintf(stderr, "%s cannot be read\n", argv[i]);
      return 1;
    }
    inputs += Replay(std::move(bytes));
  }
  std::printf("%zu inputs\n", inputs);
  return 0;
}
