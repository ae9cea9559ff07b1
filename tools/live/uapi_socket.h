// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// UapiSocket: the text protocol of one interface on a UNIX stream socket, where wg(8) looks for it:
// /var/run/wireguard/INTERFACE.sock. The caller has the loop:
//
//   std::vector<pollfd> fds;
//   socket->AppendTo(&fds);
//   poll(fds.data(), fds.size(), ...);
//   socket->Serve();
#ifndef WGSIM_TOOLS_LIVE_UAPI_SOCKET_H_
#define WGSIM_TOOLS_LIVE_UAPI_SOCKET_H_

#include <poll.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "protocol/uapi/session.h"

namespace live {

// The folder in which wg(8) looks for sockets.
inline constexpr char kUapiFolder[] = "/var/run/wireguard";

class UapiSocket {
 public:
  // Clients at a time; others wait to be accepted.
  static constexpr size_t kMaxClients = 16;

  // Listens at `path`, for the owner only; its folder is made if it is missing. A socket that nobody answers at is
  // replaced; one that somebody does is AlreadyExists. `handler` outlives the socket.
  static absl::StatusOr<std::unique_ptr<UapiSocket>> Listen(const std::string& path,
                                                            wg::uapi::Handler* handler);
  // Removes the file.
  ~UapiSocket();
  UapiSocket(const UapiSocket&) = delete;
  UapiSocket& operator=(const UapiSocket&) = delete;

  // What to wait for.
  void AppendTo(std::vector<pollfd>* fds) const;
  // Does whatever can be done without waiting: accepts, reads, answers, writes. May be called at any time.
  void Serve();

 private:
  struct Client {
    int fd;
    std::unique_ptr<wg::uapi::Session> session;
    std::string answer;
    size_t sent = 0;       // of the answer
    bool is_over = false;  // closed once all is sent
  };

  UapiSocket(std::string path, int fd, wg::uapi::Handler* handler);
  void Accept();
  // False: the client is to be closed.
  static bool ServeOne(Client* client);

  const std::string path_;
  const int fd_;
  wg::uapi::Handler* const handler_;
  std::vector<Client> clients_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_UAPI_SOCKET_H_
