// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "tools/live/super_packet.h"

// Linux 6.2.
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

namespace live {
namespace {

constexpr char kPath[] = "/dev/net/tun";
constexpr int kMtu = 1420;

absl::Status Failed(absl::string_view what, int error) {
  const std::string message = absl::StrCat(what, ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return absl::NotFoundError(message);
    case EPERM:
    case EACCES:
      return absl::PermissionDeniedError(message);
    case EBUSY:
      return absl::AlreadyExistsError(message);
    case EINVAL:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

bool HasHeader(int fd) {
  unsigned int features = 0;
  return ioctl(fd, TUNGETFEATURES, &features) == 0 && (features & IFF_VNET_HDR) != 0;
}

// What the kernel takes, of an interface with a header.
Tun::Offload Agree(int fd, Tun::Offload wanted) {
  constexpr unsigned long kTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
  constexpr unsigned long kUdp = kTcp | TUN_F_USO4 | TUN_F_USO6;
  if (wanted == Tun::Offload::kUdp && ioctl(fd, TUNSETOFFLOAD, kUdp) == 0) return wanted;
  return ioctl(fd, TUNSETOFFLOAD, kTcp) == 0 ? Tun::Offload::kTcp : Tun::Offload::kHeader;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tun>> Tun::Create(const std::string& name, Offload offload) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof(request.ifr_name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", name, "\" is no name of an interface; write 1 to 15 letters"));
  }
  Fd fd(open(kPath, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return Failed(kPath, errno);
  std::memcpy(request.ifr_name, name.data(), name.size());
  if (offload != Offload::kNone && !HasHeader(fd.get())) offload = Offload::kNone;
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (offload != Offload::kNone) request.ifr_flags |= IFF_VNET_HDR;
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0) return Failed(name, errno);
  if (offload != Offload::kNone) offload = Agree(fd.get(), offload);
  const uint32_t ifindex = if_nametoindex(name.c_str());
  if (ifindex == 0) return Failed(name, errno);
  const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq mtu{};
  std::memcpy(mtu.ifr_name, name.data(), name.size());
  mtu.ifr_mtu = kMtu;
  if (!any || ioctl(any.get(), SIOCSIFMTU, &mtu) != 0) {
    return Failed(absl::StrCat("MTU of ", name), errno);
  }
  return std::unique_ptr<Tun>(new Tun(name, ifindex, std::move(fd), offload));
}

Tun::Tun(std::string name, uint32_t ifindex, Fd fd, Offload offload)
    : name_(std::move(name)),
      ifindex_(ifindex),
      fd_(std::move(fd)),
      offload_(offload),
      scratch_(new uint8_t[kScratch]),
      joiner_({.tcp = offload >= Offload::kTcp, .udp = offload >= Offload::kUdp}) {}

ssize_t Tun::ReadRaw(Got* got) {
  const ssize_t size = read(fd_.get(), scratch_.get(), kScratch);
  *got = Got::kPacket;
  // Down: EIO until it is up again. Removed: EBADFD.
  if (size <= 0) *got = size < 0 && errno == EBADFD ? Got::kGone : Got::kNothing;
  return size;
}

Tun::Got Tun::Read(wg::BufferPool* pool, wg::Buffer* packet) {
  CHECK(offload_ == Offload::kNone);
  Got got;
  const ssize_t size = ReadRaw(&got);
  if (got == Got::kPacket) *packet = pool->Copy({scratch_.get(), static_cast<size_t>(size)});
  return got;
}

Tun::Got Tun::Read(wg::BufferPool* pool, std::vector<wg::Buffer>* packets) {
  Got got;
  const ssize_t size = ReadRaw(&got);
  if (got != Got::kPacket) return got;
  absl::Span<const uint8_t> bytes(scratch_.get(), static_cast<size_t>(size));
  VirtioHeader header;
  if (offload_ != Offload::kNone) {
    if (bytes.size() < sizeof(header)) return got;
    std::memcpy(&header, bytes.data(), sizeof(header));
    bytes.remove_prefix(sizeof(header));
  }
  CutSuperPacket(header, bytes, pool, packets);
  return got;
}

bool Tun::WriteParts(VirtioHeader header, const absl::Span<const uint8_t>* parts, size_t count) {
  iovec vector[kMostParts + 1];
  size_t length = 0;
  size_t bytes = 0;
  const auto add = [&](const void* from, size_t size) {
    vector[length++] = {const_cast<void*>(from), size};
    bytes += size;
  };
  if (offload_ != Offload::kNone) add(&header, sizeof(header));
  for (size_t i = 0; i < count; ++i) add(parts[i].data(), parts[i].size());
  return writev(fd_.get(), vector, static_cast<int>(length)) == static_cast<ssize_t>(bytes);
}

bool Tun::Write(absl::Span<const uint8_t> packet) { return WriteParts({}, &packet, 1); }

void Tun::Flush() {
  VirtioHeader header;
  absl::Span<const uint8_t> parts[kMostParts];
  for (size_t i = 0; i < joiner_.size(); ++i) {
    const size_t count = joiner_.Finish(i, &header, parts);
    WriteParts(header, parts, count);
  }
  joiner_.Clear();
}

}  // namespace live
