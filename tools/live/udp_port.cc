// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/udp_port.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "protocol/ip.h"
#include "tools/live/readiness.h"
#include "tools/live/socket_address.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace live {
namespace {

constexpr size_t kLargestMessage = 65536;
constexpr int kTriesForAPort = 16;
// What waits in the kernel while this process does something else (WireGuard-go asks for as much).
constexpr int kBufferBytes = 7 << 20;

// Where the kernel lacks one the rest works all the same.
bool SetOption(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

// Errno in *error if it cannot be bound.
Fd Open(int family, uint16_t port, bool offload, int* error) {
  Fd fd(socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  *error = errno;
  if (!fd) return fd;
  // Beyond net.core.rmem_max for those who may, as for the kernel's WireGuard there is no such
  // limit.
  if (!SetOption(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, kBufferBytes)) {
    SetOption(fd.get(), SOL_SOCKET, SO_RCVBUF, kBufferBytes);
  }
  if (!SetOption(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, kBufferBytes)) {
    SetOption(fd.get(), SOL_SOCKET, SO_SNDBUF, kBufferBytes);
  }
  if (offload) SetOption(fd.get(), SOL_UDP, UDP_GRO, 1);
  // What is larger than the path is cut on the way and not refused (skb->ignore_df in the kernel's
  // WireGuard).
  wg::Endpoint any{.address = wg::IpAddress::V4(0), .port = port};
  if (family == AF_INET6) {
    any.address = wg::IpAddress::V6(0, 0);
    SetOption(fd.get(), IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
    SetOption(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    SetOption(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    SetOption(fd.get(), IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  } else {
    SetOption(fd.get(), IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    SetOption(fd.get(), IPPROTO_IP, IP_PKTINFO, 1);
    SetOption(fd.get(), IPPROTO_IP, IP_RECVTOS, 1);
  }
  sockaddr_storage address;
  const socklen_t size = ToSystem(any, &address);
  *error = 0;
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0) return fd;
  *error = errno;
  return Fd();
}

uint16_t PortOf(const Fd& fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return FromSystem(address).port;
}

absl::Status Failed(uint16_t port, int error) {
  const std::string message = absl::StrCat("UDP port ", port, ": ", std::strerror(error));
  if (error == EADDRINUSE) return absl::AlreadyExistsError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

// Room for what describes a message, either way.
union Control {
  cmsghdr aligned;
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int))];
};

// Adds one record to the message's control data.
template <typename T>
void AddControl(msghdr* message, int level, int type, const T& value) {
  char* const at = static_cast<char*>(message->msg_control) + message->msg_controllen;
  auto* header = reinterpret_cast<cmsghdr*>(at);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof(value));
  std::memcpy(CMSG_DATA(header), &value, sizeof(value));
  message->msg_controllen += CMSG_SPACE(sizeof(value));
}

// What the control data of a received message says. Returns the size of its segments; 0: it is one.
size_t ReadControl(msghdr* message, wg::Datagram* datagram) {
  size_t segment = 0;
  for (cmsghdr* c = CMSG_FIRSTHDR(message); c != nullptr; c = CMSG_NXTHDR(message, c)) {
    const auto read = [c](auto* value) { std::memcpy(value, CMSG_DATA(c), sizeof(*value)); };
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      read(&info);
      datagram->local = FromSystem(info.ipi_addr);
      datagram->ifindex = static_cast<uint32_t>(info.ipi_ifindex);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      read(&info);
      datagram->local = FromSystem(info.ipi6_addr);
      datagram->ifindex = info.ipi6_ifindex;
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
      read(&datagram->ds);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) {
      int ds;
      read(&ds);
      datagram->ds = static_cast<uint8_t>(ds);
    } else if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
      int size;
      read(&size);
      segment = static_cast<size_t>(size);
    }
  }
  return segment;
}

// Whether a second datagram can follow the first in one message, their sizes apart.
bool SameWay(const wg::Datagram& a, const wg::Datagram& b) {
  return a.remote == b.remote && a.local == b.local && a.ifindex == b.ifindex && a.ds == b.ds;
}

}  // namespace

struct UdpPort::Batch {
  Batch() : bytes(new uint8_t[kBatch * kLargestMessage]) {
    for (size_t i = 0; i < kBatch; ++i) {
      parts[i] = {bytes.get() + i * kLargestMessage, kLargestMessage};
    }
  }
  // recvmmsg has written sizes over them.
  void Prepare() {
    for (size_t i = 0; i < kBatch; ++i) {
      messages[i] = {};
      messages[i].msg_hdr.msg_name = &names[i];
      messages[i].msg_hdr.msg_namelen = sizeof(names[i]);
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].bytes;
      messages[i].msg_hdr.msg_controllen = sizeof(controls[i].bytes);
    }
  }

  const std::unique_ptr<uint8_t[]> bytes;
  iovec parts[kBatch];
  sockaddr_storage names[kBatch];
  Control controls[kBatch];
  mmsghdr messages[kBatch];
};

// One message that leaves: datagrams that follow each other on one way, as LengthOfRun says.
struct UdpPort::Outgoing {
  void Fill(absl::Span<const wg::Datagram> run, bool with_source) {
    const wg::Datagram& first = run[0];
    for (size_t i = 0; i < run.size(); ++i) {
      parts[i] = {const_cast<uint8_t*>(run[i].payload.data()), run[i].payload.size()};
    }
    std::memset(&control, 0, sizeof(control));
    header = {};
    header.msg_name = &name;
    header.msg_namelen = ToSystem(first.remote, &name);
    header.msg_iov = parts;
    header.msg_iovlen = run.size();
    header.msg_control = control.bytes;
    const bool v4 = first.remote.address.is_v4();
    // The source and no interface: where the datagram leaves is the routes' business, as it is in
    // send4 and send6. With an interface Linux takes whatever is not reachable by any route for a
    // neighbour there.
    if (with_source && v4) {
      AddControl(&header, IPPROTO_IP, IP_PKTINFO,
                 in_pktinfo{.ipi_ifindex = 0, .ipi_spec_dst = ToIn4(first.local), .ipi_addr = {}});
    } else if (with_source) {
      AddControl(&header, IPPROTO_IPV6, IPV6_PKTINFO,
                 in6_pktinfo{.ipi6_addr = ToIn6(first.local), .ipi6_ifindex = 0});
    }
    AddControl(&header, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS,
               static_cast<int>(first.ds));
    if (run.size() > 1) {
      AddControl(&header, SOL_UDP, UDP_SEGMENT, static_cast<uint16_t>(first.payload.size()));
    }
  }

  msghdr header;
  sockaddr_storage name;
  iovec parts[kMostSegments];
  Control control;
};

struct UdpPort::OutgoingBatch {
  Outgoing messages[kBatch];
  mmsghdr headers[kBatch];
  size_t lengths[kBatch];  // datagrams of each
};

absl::StatusOr<std::unique_ptr<UdpPort>> UdpPort::Bind(uint16_t port, bool offload) {
  int error = 0;
  for (int i = 0; i < kTriesForAPort; ++i) {
    Fd v4 = Open(AF_INET, port, offload, &error);
    if (!v4 && error != EAFNOSUPPORT) return Failed(port, error);
    const uint16_t got = v4 ? PortOf(v4) : port;
    Fd v6 = Open(AF_INET6, got, offload, &error);
    // Somebody has this one in the other family alone: another is looked for.
    if (!v6 && error == EADDRINUSE && port == 0) continue;
    if (!v6 && error != EAFNOSUPPORT && error != EADDRNOTAVAIL) return Failed(got, error);
    if (!v4 && !v6) return Failed(got, error);
    const uint16_t final_port = v4 ? got : PortOf(v6);
    return std::unique_ptr<UdpPort>(new UdpPort(std::move(v4), std::move(v6), final_port, offload));
  }
  return Failed(port, error);
}

UdpPort::UdpPort(Fd v4, Fd v6, uint16_t port, bool offload)
    : v4_(std::move(v4)),
      v6_(std::move(v6)),
      port_(port),
      segments_(offload),
      batch_(std::make_unique<Batch>()),
      outgoing_(std::make_unique<OutgoingBatch>()) {}

UdpPort::~UdpPort() = default;

void UdpPort::AppendTo(std::vector<pollfd>* fds) const {
  for (const Fd* fd : {&v4_, &v6_}) {
    if (*fd) fds->push_back({.fd = fd->get(), .events = POLLIN, .revents = 0});
  }
}

bool UdpPort::SetMark(uint32_t mark) {
  bool done = true;
  for (const Fd* fd : {&v4_, &v6_}) {
    if (!*fd) continue;
    done &= setsockopt(fd->get(), SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) == 0;
  }
  return done;
}

bool UdpPort::Receive(absl::Span<const pollfd> polled, wg::BufferPool* pool,
                      std::vector<wg::Datagram>* out) {
  bool empty = true;
  for (const Fd* fd : {&v4_, &v6_}) {
    if (*fd && MayBeReady(polled, fd->get())) empty &= ReceiveFrom(fd->get(), pool, out);
  }
  return empty;
}

bool UdpPort::ReceiveFrom(int fd, wg::BufferPool* pool, std::vector<wg::Datagram>* out) {
  batch_->Prepare();
  const int got = recvmmsg(fd, batch_->messages, kBatch, MSG_DONTWAIT, nullptr);
  // An error that ICMP brought was about something sent long ago; it is not there any more now.
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  for (int i = 0; i < got; ++i) {
    msghdr* const message = &batch_->messages[i].msg_hdr;
    wg::Datagram of_all;
    of_all.remote = FromSystem(batch_->names[i]);
    const size_t segment = ReadControl(message, &of_all);
    absl::Span<const uint8_t> bytes(static_cast<const uint8_t*>(message->msg_iov->iov_base),
                                    batch_->messages[i].msg_len);
    do {
      wg::Datagram datagram;
      datagram.remote = of_all.remote;
      datagram.local = of_all.local;
      datagram.ifindex = of_all.ifindex;
      datagram.ds = of_all.ds;
      const size_t size = segment == 0 ? bytes.size() : std::min(segment, bytes.size());
      datagram.payload = pool->Copy(bytes.subspan(0, size));
      bytes.remove_prefix(size);
      out->push_back(std::move(datagram));
    } while (!bytes.empty());
  }
  return static_cast<size_t>(got) < kBatch;
}

int UdpPort::FdFor(const wg::Datagram& datagram) const {
  return datagram.remote.address.is_v4() ? v4_.get() : v6_.get();
}

size_t UdpPort::LengthOfRun(absl::Span<const wg::Datagram> datagrams) const {
  if (!segments_) return 1;
  const size_t size = datagrams[0].payload.size();
  size_t bytes = size;
  size_t length = 1;
  // The last one may be shorter.
  while (length < std::min(datagrams.size(), kMostSegments) &&
         datagrams[length - 1].payload.size() == size && datagrams[length].payload.size() <= size &&
         bytes + datagrams[length].payload.size() <= kMostBytes &&
         SameWay(datagrams[0], datagrams[length])) {
    bytes += datagrams[length].payload.size();
    ++length;
  }
  return length;
}

size_t UdpPort::Gather(absl::Span<const wg::Datagram> datagrams) {
  const int fd = FdFor(datagrams[0]);
  if (fd < 0) return 0;
  size_t count = 0;
  while (!datagrams.empty() && count < kBatch) {
    if (FdFor(datagrams[0]) != fd || !datagrams[0].remote) break;
    const size_t length = LengthOfRun(datagrams);
    Outgoing& message = outgoing_->messages[count];
    message.Fill(datagrams.subspan(0, length), static_cast<bool>(datagrams[0].local));
    outgoing_->headers[count] = {.msg_hdr = message.header, .msg_len = 0};
    outgoing_->lengths[count] = length;
    datagrams.remove_prefix(length);
    ++count;
  }
  return count;
}

void UdpPort::Send(absl::Span<const wg::Datagram> datagrams, std::vector<Sent>* sent) {
  while (!datagrams.empty()) {
    const size_t count = Gather(datagrams);
    if (count == 0) {
      sent->push_back({wg::SendOutcome::kNoRoute, false});
      datagrams.remove_prefix(1);
      continue;
    }
    const int fd = FdFor(datagrams[0]);
    for (size_t done = 0; done < count; ++done) {
      const int gone = sendmmsg(fd, outgoing_->headers + done, count - done, MSG_DONTWAIT);
      for (int i = 0; i < gone; ++i, ++done) {
        sent->insert(sent->end(), outgoing_->lengths[done], {wg::SendOutcome::kSent, false});
        datagrams.remove_prefix(outgoing_->lengths[done]);
      }
      if (done == count) break;
      // This one does not leave as it is.
      SendRun(datagrams.subspan(0, outgoing_->lengths[done]), sent);
      datagrams.remove_prefix(outgoing_->lengths[done]);
    }
  }
}

void UdpPort::SendRun(absl::Span<const wg::Datagram> run, std::vector<Sent>* sent) {
  const Sent outcome = SendOne(run);
  if (outcome.outcome == wg::SendOutcome::kOutputFailed && run.size() > 1) {
    // EIO: the way out cannot cut at all; otherwise it is about these (longer than the path's MTU,
    // say).
    if (errno == EIO) segments_ = false;
    for (size_t i = 0; i < run.size(); ++i) sent->push_back(SendOne(run.subspan(i, 1)));
  } else {
    sent->insert(sent->end(), run.size(), outcome);
  }
}

UdpPort::Sent UdpPort::SendOne(absl::Span<const wg::Datagram> run) {
  const wg::Datagram& first = run[0];
  Outgoing& message = outgoing_->messages[0];  // whose turn has come and gone
  bool with_source = static_cast<bool>(first.local);
  while (true) {
    message.Fill(run, with_source);
    if (sendmsg(FdFor(first), &message.header, MSG_DONTWAIT) >= 0) {
      return {wg::SendOutcome::kSent, with_source != static_cast<bool>(first.local)};
    }
    switch (errno) {
      case EINTR:
        continue;
      case EINVAL:
      case EADDRNOTAVAIL:
        // The source is no address here any more; or it is not about the source.
        if (!with_source) return {wg::SendOutcome::kOutputFailed, false};
        with_source = false;
        continue;
      case ENETUNREACH:
      case EHOSTUNREACH:
      case EAFNOSUPPORT:
        if (!with_source) return {wg::SendOutcome::kNoRoute, false};
        with_source = false;
        continue;
      default:
        return {wg::SendOutcome::kOutputFailed, false};
    }
  }
}

}  // namespace live
