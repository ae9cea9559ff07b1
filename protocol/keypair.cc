// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/keypair.h"

#include "protocol/check.h"

namespace wg {
namespace {

// Out of the slot and, at once, out of the index table; packets in flight may keep the keypair
// itself.
void Drop(KeypairRef* slot, IndexTable& index_table) {
  if (!*slot) return;
  index_table.Remove((*slot)->index());
  *slot = KeypairRef();
}

}  // namespace

Keypair::Keypair(const Session& session, BootTime now, KeypairAccount* account)
    : sending{session.sending, now, true},
      receiving{session.receiving, now, true},
      peer_(session.peer),
      index_(session.index),
      remote_index_(session.remote_index),
      i_am_the_initiator_(session.i_am_the_initiator),
      internal_id_(++account->created),
      account_(account) {
  ++account_->live;
}

Keypair::~Keypair() {
  CHECK_GT(account_->live, 0u);
  --account_->live;
}

KeypairRef KeypairRef::Create(const Keypair::Session& session, BootTime now,
                              KeypairAccount* account) {
  return KeypairRef(new Keypair(session, now, account));
}

void KeypairRef::Destroy(Keypair* keypair) { delete keypair; }

void Keypairs::AddNewKeypair(KeypairRef new_keypair, IndexTable& index_table) {
  CHECK(static_cast<bool>(new_keypair));
  Drop(&previous_, index_table);
  if (new_keypair->i_am_the_initiator()) {
    // A next that was never confirmed is newer than current: it is the one the other side may still
    // use.
    if (next_) {
      Drop(&current_, index_table);
      previous_ = std::move(next_);
    } else {
      previous_ = std::move(current_);
    }
    current_ = std::move(new_keypair);
  } else {
    Drop(&next_, index_table);
    next_ = std::move(new_keypair);
  }
}

bool Keypairs::ReceivedWithKeypair(const Keypair* received, IndexTable& index_table) {
  if (received == nullptr || received != next_.get()) return false;
  Drop(&previous_, index_table);
  previous_ = std::move(current_);
  current_ = std::move(next_);
  return true;
}

void Keypairs::Clear(IndexTable& index_table) {
  Drop(&next_, index_table);
  Drop(&previous_, index_table);
  Drop(&current_, index_table);
}

void Keypairs::ExpireSending() {
  if (next_) next_->sending.is_valid = false;
  if (current_) current_->sending.is_valid = false;
}

}  // namespace wg
