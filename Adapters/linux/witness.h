// SPDX-License-Identifier: GPL-2.0-or-later
//
// Shows each access of a tree's memory, in the flavour `readers`: the compiler calls a function before each load and
// store (-fsanitize-coverage=trace-loads,trace-stores). Tree memory is the nodes, and the tree's root and flags.
// CSubjectABI.h says what is shown. In the other flavours nothing of this is there.

#ifndef MAPLECHECK_WITNESS_H
#define MAPLECHECK_WITNESS_H

#ifdef MAPLECHECK_WITNESSED
#include "CSubjectABI.h"

#define UNSEEN __attribute__((no_sanitize("coverage")))

// All chunks lie in here, so that one comparison tells whether a place is in a node. A chunk begins with its own
// account, which no tree reads.
#define WITNESS_CHUNK_BYTES (64 * 1024)
#define WITNESS_CHUNK_HEAD 1024
#define WITNESS_CHUNKS 256

extern char witness_chunks[WITNESS_CHUNKS][WITNESS_CHUNK_BYTES];
extern maplecheck_access_hook witness_hook;
extern void *witness_context;
// The tree of the map that is used: its flags and its root, but for its lock.
extern uintptr_t witness_root;
extern size_t witness_root_size;

#define CODE ((uintptr_t)__builtin_return_address(0))

void shim_violation(const char *check, const char *text, const char *function, int line) __attribute__((noreturn));

UNSEEN static inline void witness_told(uint32_t access, void *place, size_t size, uintptr_t code)
{
  if (witness_hook(witness_context, access, place, size, code)) return;
  witness_hook = NULL;
  shim_violation("reader", "the call has no end", __func__, __LINE__);
}

UNSEEN static inline void witness(uint32_t access)
{
  if (witness_hook) witness_told(access, NULL, 0, 0);
}

UNSEEN static inline void witness_node(uint32_t access, void *node)
{
  if (witness_hook) witness_told(access, node, 256, 0);
}

UNSEEN static inline void witness_place(uint32_t access, void *place, size_t size, uintptr_t code)
{
  if (!witness_hook) return;
  size_t offset = (uintptr_t)place - (uintptr_t)witness_chunks;
  if (offset < sizeof(witness_chunks) ? offset % WITNESS_CHUNK_BYTES >= WITNESS_CHUNK_HEAD
                                      : (uintptr_t)place - witness_root < witness_root_size)
    witness_told(access, place, size, code);
}

#else
#define UNSEEN
#define witness(access) ((void)0)
#define witness_node(access, node) ((void)0)
#endif

#endif
