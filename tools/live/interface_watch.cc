// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/interface_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace live {
namespace {

constexpr size_t kRoom = 32768;  // NLMSG_GOODSIZE and more

}  // namespace

absl::StatusOr<std::unique_ptr<InterfaceWatch>> InterfaceWatch::Create(uint32_t ifindex) {
  Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  if (!fd || bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::UnavailableError(absl::StrCat("rtnetlink: ", std::strerror(errno)));
  }
  std::unique_ptr<InterfaceWatch> watch(new InterfaceWatch(ifindex, std::move(fd)));
  if (!watch->Ask()) {
    return absl::UnavailableError(absl::StrCat("rtnetlink: ", std::strerror(errno)));
  }
  watch->Update();
  return watch;
}

bool InterfaceWatch::Ask() {
  struct {
    nlmsghdr header;
    ifinfomsg body;
  } request{};
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.body.ifi_index = static_cast<int>(ifindex_);
  return send(fd_.get(), &request, sizeof(request), 0) == sizeof(request);
}

void InterfaceWatch::Update() {
  alignas(nlmsghdr) char bytes[kRoom];
  while (true) {
    const ssize_t got = recv(fd_.get(), bytes, sizeof(bytes), 0);
    if (got >= 0) {
      Take(bytes, static_cast<size_t>(got));
    } else if (errno == ENOBUFS) {
      // Something was lost: what is so now is asked for anew.
      Ask();
    } else if (errno != EINTR) {
      return;
    }
  }
}

void InterfaceWatch::Take(const char* bytes, size_t size) {
  uint32_t left = static_cast<uint32_t>(size);
  for (auto* header = reinterpret_cast<const nlmsghdr*>(bytes); NLMSG_OK(header, left);
       header = NLMSG_NEXT(header, left)) {
    if (header->nlmsg_type == NLMSG_ERROR) {
      // The answer to Ask(): there is no such interface.
      const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
      if (error->error == -ENODEV) state_.gone = true;
      continue;
    }
    if (header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK) continue;
    const auto* link = static_cast<const ifinfomsg*>(NLMSG_DATA(header));
    if (link->ifi_index != static_cast<int>(ifindex_)) continue;
    if (header->nlmsg_type == RTM_DELLINK) {
      state_.gone = true;
      continue;
    }
    state_.up = (link->ifi_flags & IFF_UP) != 0;
    int room = static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof(*link)));
    for (const rtattr* attribute = IFLA_RTA(link); RTA_OK(attribute, room);
         attribute = RTA_NEXT(attribute, room)) {
      if (attribute->rta_type == IFLA_MTU) {
        std::memcpy(&state_.mtu, RTA_DATA(attribute), sizeof(state_.mtu));
      }
    }
  }
}

}  // namespace live
