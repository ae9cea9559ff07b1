// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/uapi_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace live {
namespace {

// Read from one client before the others have their turn.
constexpr int kReadsInARow = 16;

absl::Status Failed(const std::string& path, absl::string_view what, int error) {
  const std::string message = absl::StrCat(path, ": ", what, ": ", std::strerror(error));
  return error == EACCES || error == EPERM ? absl::PermissionDeniedError(message)
                                           : absl::UnavailableError(message);
}

// REQUIRES: the path fits.
sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

bool SomebodyAnswers(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool answered =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return answered;
}

}  // namespace

absl::StatusOr<std::unique_ptr<UapiSocket>> UapiSocket::Listen(const std::string& path,
                                                               wg::uapi::Handler* handler) {
  const std::string unready = absl::StrCat(path, ".new");
  if (unready.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is too long for the name of a socket"));
  }
  const std::string folder = path.substr(0, path.rfind('/'));
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return Failed(folder, "cannot be made", errno);
  }
  struct stat status;
  if (lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) {
      return absl::AlreadyExistsError(absl::StrCat(path, " is there and is no socket"));
    }
    if (SomebodyAnswers(AddressOf(path))) {
      return absl::AlreadyExistsError(absl::StrCat(path, " is in use by another process"));
    }
  }
  unlink(unready.c_str());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return Failed(path, "no socket", errno);
  const sockaddr_un address = AddressOf(unready);
  const mode_t mask = umask(0077);
  const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  const int error = errno;
  umask(mask);
  if (!bound) {
    close(fd);
    return Failed(path, "cannot be bound", error);
  }
  // wg(8) removes a socket that refuses it: the name appears when somebody listens, not before.
  if (listen(fd, static_cast<int>(kMaxClients)) != 0 ||
      rename(unready.c_str(), path.c_str()) != 0) {
    const int listen_error = errno;
    close(fd);
    unlink(unready.c_str());
    return Failed(path, "cannot be listened at", listen_error);
  }
  return std::unique_ptr<UapiSocket>(new UapiSocket(path, fd, handler));
}

UapiSocket::UapiSocket(std::string path, int fd, wg::uapi::Handler* handler)
    : path_(std::move(path)), fd_(fd), handler_(handler) {}

UapiSocket::~UapiSocket() {
  for (const Client& client : clients_) close(client.fd);
  close(fd_);
  unlink(path_.c_str());
}

void UapiSocket::AppendTo(std::vector<pollfd>* fds) const {
  if (clients_.size() < kMaxClients) fds->push_back({.fd = fd_, .events = POLLIN, .revents = 0});
  for (const Client& client : clients_) {
    // Whoever does not read its answer is not read from either.
    const short events = client.answer.empty() ? POLLIN : POLLOUT;
    fds->push_back({.fd = client.fd, .events = events, .revents = 0});
  }
}

void UapiSocket::Serve() {
  Accept();
  for (size_t i = 0; i < clients_.size();) {
    if (ServeOne(&clients_[i])) {
      ++i;
      continue;
    }
    close(clients_[i].fd);
    clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void UapiSocket::Accept() {
  while (clients_.size() < kMaxClients) {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    clients_.push_back({fd, std::make_unique<wg::uapi::Session>(handler_), "", 0, false});
  }
}

bool UapiSocket::ServeOne(Client* client) {
  char block[1 << 16];
  for (int i = 0; i < kReadsInARow && client->answer.empty() && !client->is_over; ++i) {
    const ssize_t size = recv(client->fd, block, sizeof(block), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (size <= 0) return false;
    client->answer += client->session->Feed(absl::string_view(block, static_cast<size_t>(size)));
    client->is_over = client->session->is_over();
  }
  while (client->sent < client->answer.size()) {
    const absl::string_view rest = absl::string_view(client->answer).substr(client->sent);
    const ssize_t sent = send(client->fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN;
    client->sent += static_cast<size_t>(sent);
  }
  client->answer.clear();
  client->sent = 0;
  return !client->is_over;
}

}  // namespace live
