// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/message.h"

#include <algorithm>

#include "protocol/check.h"
#include "protocol/endian.h"
#include "protocol/netlink/attribute.h"

namespace wg::netlink {
namespace {

constexpr size_t kErrnoBytes = 4;

// But for the length.
void StoreHeader(const Header& header, uint8_t* to) {
  StoreLe16(to + 4, header.type);
  StoreLe16(to + 6, header.flags);
  StoreLe32(to + 8, header.sequence);
  StoreLe32(to + 12, header.port);
}

}  // namespace

bool MessageReader::Next(Message* message) {
  if (left_.size() < kMessageHeaderBytes) return false;
  const uint8_t* const header = left_.data();
  const size_t length = LoadLe32(header);
  if (length < kMessageHeaderBytes || length > left_.size()) return false;
  message->header = {.type = LoadLe16(header + 4),
                     .flags = LoadLe16(header + 6),
                     .sequence = LoadLe32(header + 8),
                     .port = LoadLe32(header + 12)};
  message->payload = left_.subspan(kMessageHeaderBytes, length - kMessageHeaderBytes);
  left_.remove_prefix(std::min(Aligned(length), left_.size()));
  return true;
}

size_t BeginMessage(const Header& header, std::vector<uint8_t>* datagram) {
  const size_t at = datagram->size();
  datagram->resize(at + kMessageHeaderBytes);
  StoreHeader(header, datagram->data() + at);
  return at;
}

size_t BeginGenericMessage(const Header& header, Command command, std::vector<uint8_t>* datagram) {
  const size_t at = BeginMessage(header, datagram);
  datagram->push_back(static_cast<uint8_t>(command));
  datagram->push_back(kFamilyVersion);
  datagram->resize(datagram->size() + 2);
  return at;
}

void EndMessage(size_t at, std::vector<uint8_t>* datagram) {
  StoreLe32(datagram->data() + at, static_cast<uint32_t>(datagram->size() - at));
}

Errno ReadRequest(absl::Span<const uint8_t> datagram, bool has_net_admin, Request* request) {
  Message message;
  if (!MessageReader(datagram).Next(&message)) return Errno::kInval;
  if ((message.header.flags & kFlagRequest) == 0) return Errno::kInval;
  if (message.header.type != kFamily) return Errno::kNoEnt;
  if (message.payload.size() < kGenericHeaderBytes) return Errno::kInval;
  const bool is_dump = (message.header.flags & kFlagDump) == kFlagDump;
  const auto command = static_cast<Command>(message.payload[0]);
  if (command != (is_dump ? Command::kGetDevice : Command::kSetDevice)) return Errno::kOpNotSupp;
  if (!has_net_admin) return Errno::kPerm;
  request->header = message.header;
  request->command = command;
  request->attributes = message.payload.subspan(kGenericHeaderBytes);
  return Errno::kOk;
}

std::vector<uint8_t> EncodeAnswer(absl::Span<const uint8_t> request, Errno error) {
  Message message;
  CHECK(MessageReader(request).Next(&message));
  const size_t repeated = kMessageHeaderBytes + (error == Errno::kOk ? 0 : message.payload.size());
  const Header& header = message.header;
  std::vector<uint8_t> datagram;
  BeginMessage({.type = kTypeError, .sequence = header.sequence, .port = header.port}, &datagram);
  datagram.resize(datagram.size() + kErrnoBytes);
  StoreLe32(datagram.data() + kMessageHeaderBytes,
            static_cast<uint32_t>(-static_cast<int32_t>(error)));
  datagram.insert(datagram.end(), request.begin(), request.begin() + repeated);
  EndMessage(0, &datagram);
  return datagram;
}

bool DecodeAnswer(const Message& message, Errno* error) {
  if (message.header.type != kTypeError || message.payload.size() < kErrnoBytes) return false;
  *error = static_cast<Errno>(-LoadLe32(message.payload.data()));
  return true;
}

}  // namespace wg::netlink
