// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

// Newer than the headers that a build machine may have.
enum { kAllowedIpFlags = 4, kAllowedIpRemoveMe = 1 };
// Bytes of an allowed ip's nest: header, family, address, length of the prefix and, if it is taken away, flags.
enum { kEntryBytes4 = 4 + 8 + 8 + 8, kEntryBytes6 = 4 + 8 + 20 + 8, kFlagsBytes = 8 };

typedef struct {
  _Alignas(8) uint8_t bytes[kPageBytes];
  size_t size;
  size_t peers, peer, ips;  // where open nests begin; 0: not open
  unsigned entries;  // the most of a message; 0: no bound
  unsigned count;    // in this message
  int family;
  char device[16];
  uint8_t key[32];
  MessageSink sink;
  void* context;
} Builder;

static void Put(Builder* b, uint16_t type, const void* payload, size_t bytes) {
  struct nlattr header = {.nla_len = (uint16_t)(NLA_HDRLEN + bytes), .nla_type = type};
  if (b->size + NLA_HDRLEN + NLA_ALIGN(bytes) > kPageBytes) Die("a message is longer than a page");
  memcpy(b->bytes + b->size, &header, sizeof header);
  memset(b->bytes + b->size + NLA_HDRLEN, 0, NLA_ALIGN(bytes));
  memcpy(b->bytes + b->size + NLA_HDRLEN, payload, bytes);
  b->size += NLA_HDRLEN + NLA_ALIGN(bytes);
}

static size_t Open(Builder* b, uint16_t type) {
  const size_t at = b->size;
  Put(b, type | NLA_F_NESTED, "", 0);
  return at;
}

static void Close(Builder* b, size_t* at) {
  if (*at == 0) return;
  const uint16_t bytes = (uint16_t)(b->size - *at);
  memcpy(b->bytes + *at, &bytes, sizeof bytes);
  *at = 0;
}

static void Begin(Builder* b) {
  memset(b->bytes, 0, NLMSG_HDRLEN + GENL_HDRLEN);
  b->size = NLMSG_HDRLEN + GENL_HDRLEN;
  Put(b, WGDEVICE_A_IFNAME, b->device, strlen(b->device) + 1);
}

static int Finish(Builder* b) {
  Close(b, &b->ips);
  Close(b, &b->peer);
  Close(b, &b->peers);
  struct nlmsghdr header = {.nlmsg_len = (uint32_t)b->size,
                            .nlmsg_type = (uint16_t)b->family,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK};
  const struct genlmsghdr generic = {.cmd = WG_CMD_SET_DEVICE, .version = WG_GENL_VERSION};
  memcpy(b->bytes, &header, sizeof header);
  memcpy(b->bytes + NLMSG_HDRLEN, &generic, sizeof generic);
  return b->sink(b->context, b->bytes, b->size);
}

static void OpenPeer(Builder* b) {
  if (b->peers == 0) b->peers = Open(b, WGDEVICE_A_PEERS);
  b->peer = Open(b, 0);
  Put(b, WGPEER_A_PUBLIC_KEY, b->key, sizeof b->key);
}

static int AllowedIp(Builder* b, char* word) {
  const int remove = word[0] == '-';
  char* slash = strchr(word, '/');
  if (slash == NULL || b->peer == 0) Die("wrong allowed ip: %s", word);
  *slash = 0;
  const uint16_t family = strchr(word, ':') != NULL ? AF_INET6 : AF_INET;
  const uint8_t length = (uint8_t)atoi(slash + 1);
  uint8_t address[16];
  if (inet_pton(family, word + 1, address) != 1) Die("wrong address: %s", word + 1);
  const size_t bytes = (family == AF_INET ? kEntryBytes4 : kEntryBytes6) + (remove ? kFlagsBytes : 0);
  if (b->ips == 0) b->count = 0;
  if (b->size + bytes > kPageBytes || (b->entries != 0 && b->count == b->entries)) {
    const int error = Finish(b);
    if (error != 0) return error;
    Begin(b);
    OpenPeer(b);
    b->count = 0;
  }
  if (b->ips == 0) b->ips = Open(b, WGPEER_A_ALLOWEDIPS);
  size_t nest = Open(b, 0);
  Put(b, WGALLOWEDIP_A_FAMILY, &family, sizeof family);
  Put(b, WGALLOWEDIP_A_IPADDR, address, family == AF_INET ? 4 : 16);
  Put(b, WGALLOWEDIP_A_CIDR_MASK, &length, sizeof length);
  if (remove) Put(b, kAllowedIpFlags, &(uint32_t){kAllowedIpRemoveMe}, 4);
  Close(b, &nest);
  ++b->count;
  return 0;
}

static void Hex(const char* text, uint8_t key[32]) {
  for (int i = 0; i < 32; ++i) {
    char digits[3] = {text[2 * i], text[2 * i] == 0 ? 0 : text[2 * i + 1], 0};
    char* end;
    key[i] = (uint8_t)strtoul(digits, &end, 16);
    if (end != digits + 2) Die("wrong key: %s", text);
  }
}

static void Endpoint(Builder* b, char* text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  char* colon = strrchr(text, ':');
  if (colon == NULL) Die("wrong endpoint: %s", text);
  *colon = 0;
  address.sin_port = htons((uint16_t)atoi(colon + 1));
  if (inet_pton(AF_INET, text, &address.sin_addr) != 1) Die("wrong endpoint: %s", text);
  Put(b, WGPEER_A_ENDPOINT, &address, sizeof address);
}

static void StartPeer(Builder* b, const char* key, uint32_t flags) {
  Close(b, &b->ips);
  Close(b, &b->peer);
  Hex(key, b->key);
  OpenPeer(b);
  if (flags != 0) Put(b, WGPEER_A_FLAGS, &flags, 4);
}

// The flags among the words that follow peer=, which come before everything else of that peer.
static uint32_t PeerFlags(char** words, int count, int* used) {
  uint32_t flags = 0;
  for (*used = 0; *used < count; ++*used) {
    if (strcmp(words[*used], "remove") == 0) flags |= WGPEER_F_REMOVE_ME;
    else if (strcmp(words[*used], "replace") == 0) flags |= WGPEER_F_REPLACE_ALLOWEDIPS;
    else if (strcmp(words[*used], "update-only") == 0) flags |= WGPEER_F_UPDATE_ONLY;
    else break;
  }
  return flags;
}

static int Word(Builder* b, char* word) {
  uint8_t key[32];
  if (word[0] == '+' || word[0] == '-') return AllowedIp(b, word);
  if (strncmp(word, "private-key=", 12) == 0) {
    Hex(word + 12, key);
    Put(b, WGDEVICE_A_PRIVATE_KEY, key, sizeof key);
  } else if (strncmp(word, "listen-port=", 12) == 0) {
    Put(b, WGDEVICE_A_LISTEN_PORT, &(uint16_t){(uint16_t)atoi(word + 12)}, 2);
  } else if (strcmp(word, "replace-peers") == 0) {
    Put(b, WGDEVICE_A_FLAGS, &(uint32_t){WGDEVICE_F_REPLACE_PEERS}, 4);
  } else if (strncmp(word, "endpoint=", 9) == 0) {
    Endpoint(b, word + 9);
  } else if (strncmp(word, "keepalive=", 10) == 0) {
    Put(b, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, &(uint16_t){(uint16_t)atoi(word + 10)}, 2);
  } else {
    Die("unknown word: %s", word);
  }
  return 0;
}

int MakeMessages(char* line, int family, unsigned entries, MessageSink sink, void* context) {
  enum { kMostWords = 1 << 13 };
  static char* words[kMostWords];
  static Builder builder;
  int count = 0;
  for (char* word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
    if (count == kMostWords) Die("a request has too many words");
    words[count++] = word;
  }
  if (count == 0) Die("an empty request");
  memset(&builder, 0, sizeof builder);
  builder.family = family;
  builder.entries = entries;
  builder.sink = sink;
  builder.context = context;
  if (strlen(words[0]) >= sizeof builder.device) Die("wrong device: %s", words[0]);
  strcpy(builder.device, words[0]);
  Begin(&builder);
  for (int i = 1; i < count; ++i) {
    if (strncmp(words[i], "peer=", 5) == 0) {
      int used;
      const uint32_t flags = PeerFlags(words + i + 1, count - i - 1, &used);
      StartPeer(&builder, words[i] + 5, flags);
      i += used;
      continue;
    }
    const int error = Word(&builder, words[i]);
    if (error != 0) return error;
  }
  return Finish(&builder);
}
