// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

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

}  // namespace

absl::StatusOr<std::unique_ptr<Tun>> Tun::Create(const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof(request.ifr_name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", name, "\" is no name of an interface; write 1 to 15 letters"));
  }
  Fd fd(open(kPath, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return Failed(kPath, errno);
  std::memcpy(request.ifr_name, name.data(), name.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0) return Failed(name, errno);
  const uint32_t ifindex = if_nametoindex(name.c_str());
  if (ifindex == 0) return Failed(name, errno);
  const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq mtu{};
  std::memcpy(mtu.ifr_name, name.data(), name.size());
  mtu.ifr_mtu = kMtu;
  if (!any || ioctl(any.get(), SIOCSIFMTU, &mtu) != 0) {
    return Failed(absl::StrCat("MTU of ", name), errno);
  }
  return std::unique_ptr<Tun>(new Tun(name, ifindex, std::move(fd)));
}

Tun::Tun(std::string name, uint32_t ifindex, Fd fd)
    : name_(std::move(name)),
      ifindex_(ifindex),
      fd_(std::move(fd)),
      scratch_(new uint8_t[kLargestPacket]) {}

Tun::Got Tun::Read(wg::BufferPool* pool, wg::Buffer* packet) {
  const ssize_t got = read(fd_.get(), scratch_.get(), kLargestPacket);
  if (got > 0) {
    *packet = pool->Copy({scratch_.get(), static_cast<size_t>(got)});
    return Got::kPacket;
  }
  // Down: EIO until it is up again. Removed: EBADFD.
  return got < 0 && errno == EBADFD ? Got::kGone : Got::kNothing;
}

bool Tun::Write(absl::Span<const uint8_t> packet) {
  return write(fd_.get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
}

}  // namespace live
