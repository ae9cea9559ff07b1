// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/text_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/live/fd.h"

namespace conformance {
namespace {

constexpr timeval kPatience{10, 0};

}  // namespace

absl::StatusOr<std::string> AskByText(const std::string& path, const std::string& request) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return absl::NotFoundError(absl::StrCat(path, " is too long"));
  std::memcpy(address.sun_path, path.data(), path.size());
  const live::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  for (size_t sent = 0; sent < request.size();) {
    const ssize_t wrote =
        send(fd.get(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (wrote <= 0) break;  // it has closed; what it said can be read
    sent += static_cast<size_t>(wrote);
  }
  std::string answer;
  char buffer[65536];
  while (answer != "\n" && !absl::EndsWith(answer, "\n\n")) {
    const ssize_t got = read(fd.get(), buffer, sizeof(buffer));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EAGAIN) return absl::DeadlineExceededError(absl::StrCat(path, ": no answer"));
      break;
    }
    answer.append(buffer, static_cast<size_t>(got));
  }
  return answer;
}

}  // namespace conformance
