// SPDX-License-Identifier: GPL-2.0-or-later
//
// Nodes of 256 bytes, aligned to 256, from chunks that belong to one map each: a map that is broken can be given up
// whole.
//
// In the instrumented library a node that is free is poisoned, each node has a poisoned one beside it, and a freed
// node is used again as late as can be. In the plain one it is used again first, as a slab does.

#ifndef MAPLECHECK_POOL_H
#define MAPLECHECK_POOL_H

#include "user_space.h"

#ifdef MAPLECHECK_INSTRUMENTED
#include <sanitizer/asan_interface.h>
#define POOL_STRIDE 512
#define POOL_POISON(node) __asan_poison_memory_region(node, 256)
#define POOL_UNPOISON(node) __asan_unpoison_memory_region(node, 256)
#else
#define POOL_STRIDE 256
#define POOL_POISON(node) ((void)(node))
#define POOL_UNPOISON(node) ((void)(node))
#endif

#define POOL_CHUNK_BYTES (64 * 1024)
#define POOL_CHUNK_NODES (POOL_CHUNK_BYTES / POOL_STRIDE - 4)

struct pool_chunk {
  struct pool_chunk *next;
  struct pool *owner;
  uint16_t never_used;
  uint8_t is_live[POOL_CHUNK_NODES];
};

struct pool {
  struct pool_chunk *chunks;
  // Free nodes, linked by their second word: the first tells a dead node, and stays.
  void *first_free;
  void *last_free;
  uint64_t live;
  // The sheaves that are in use, of kernels that have them.
  struct slab_sheaf *sheaves;
  // Nodes got and given back since the last write began.
  uint64_t obtained;
  uint64_t returned;
  // The first of those got, and the refusals since.
  void *log[128];
  unsigned int logged;
  uint64_t refused_now;
  // The refusals that were ordered.
  uint64_t failing;
  bool forever;
  bool suspended;
  uint32_t kinds;
  uint64_t requests;
  uint64_t refusals;
};

static struct pool_chunk *pool_spare_chunks;

static inline struct pool_chunk *pool_chunk_of(const void *node)
{
  return (struct pool_chunk *)((uintptr_t)node & ~(uintptr_t)(POOL_CHUNK_BYTES - 1));
}

static inline char *pool_node(struct pool_chunk *chunk, size_t index)
{
  return (char *)chunk + 4 * POOL_STRIDE + index * POOL_STRIDE;
}

static inline size_t pool_index(struct pool_chunk *chunk, const void *node)
{
  return (size_t)((const char *)node - pool_node(chunk, 0)) / POOL_STRIDE;
}

static inline void **pool_link(void *node) { return (void **)((char *)node + 8); }

#ifdef MAPLECHECK_WITNESSED
char witness_chunks[WITNESS_CHUNKS][WITNESS_CHUNK_BYTES] __attribute__((aligned(WITNESS_CHUNK_BYTES)));
_Static_assert(WITNESS_CHUNK_BYTES == POOL_CHUNK_BYTES && WITNESS_CHUNK_HEAD == 4 * POOL_STRIDE, "what is a chunk");

static struct pool_chunk *pool_new_chunk(void)
{
  static size_t used;
  return used < WITNESS_CHUNKS ? (struct pool_chunk *)witness_chunks[used++] : NULL;
}
#else
static struct pool_chunk *pool_new_chunk(void) { return aligned_alloc(POOL_CHUNK_BYTES, POOL_CHUNK_BYTES); }
#endif

static void pool_add_chunk(struct pool *pool)
{
  struct pool_chunk *chunk = pool_spare_chunks;
  if (chunk) {
    pool_spare_chunks = chunk->next;
  } else {
    chunk = pool_new_chunk();
    if (!chunk) abort();
#ifdef MAPLECHECK_INSTRUMENTED
    __asan_poison_memory_region(pool_node(chunk, 0) - 256, POOL_CHUNK_NODES * POOL_STRIDE);
#endif
  }
  memset(chunk, 0, sizeof(*chunk));
  chunk->owner = pool;
  chunk->next = pool->chunks;
  pool->chunks = chunk;
}

static void *pool_take(struct pool *pool)
{
  char *node;
  struct pool_chunk *chunk = pool->chunks;
#ifdef MAPLECHECK_INSTRUMENTED
  bool prefers_fresh = chunk && chunk->never_used < POOL_CHUNK_NODES;
#else
  bool prefers_fresh = false;
#endif
  if (pool->first_free && !prefers_fresh) {
    node = pool->first_free;
    POOL_UNPOISON(node);
    pool->first_free = *pool_link(node);
    if (!pool->first_free) pool->last_free = NULL;
    chunk = pool_chunk_of(node);
  } else {
    if (!chunk || chunk->never_used == POOL_CHUNK_NODES) pool_add_chunk(pool);
    chunk = pool->chunks;
    node = pool_node(chunk, chunk->never_used++);
    POOL_UNPOISON(node);
#if defined(MAPLECHECK_INSTRUMENTED) || defined(MAPLECHECK_WITNESSED)
    // What was never written must not happen to be zero.
    memset(node, 0xa5, 256);
#endif
  }
  witness_node(MAPLECHECK_NODE_TAKEN, node);
  chunk->is_live[pool_index(chunk, node)] = 1;
  pool->live++;
  pool->obtained++;
  if (pool->logged < ARRAY_SIZE(pool->log)) pool->log[pool->logged++] = node;
  return node;
}

static void pool_give_back(struct pool *pool, void *node)
{
  struct pool_chunk *chunk = pool_chunk_of(node);
  if (!node || chunk->owner != pool)
    shim_violation("pool", "a node is freed that the map did not allocate", __func__, __LINE__);
  uint8_t *is_live = &chunk->is_live[pool_index(chunk, node)];
  if (!*is_live) shim_violation("pool", "a node is freed twice", __func__, __LINE__);
  *is_live = 0;
  witness_node(MAPLECHECK_NODE_FREED, node);
#ifdef MAPLECHECK_INSTRUMENTED
  *pool_link(node) = NULL;
  if (pool->last_free) {
    POOL_UNPOISON(pool->last_free);
    *pool_link(pool->last_free) = node;
    POOL_POISON(pool->last_free);
  } else {
    pool->first_free = node;
  }
  pool->last_free = node;
#else
  *pool_link(node) = pool->first_free;
  pool->first_free = node;
#endif
  POOL_POISON(node);
  pool->live--;
  pool->returned++;
}

// Gives up all nodes at once, live or not.
static void pool_discard(struct pool *pool)
{
  while (pool->chunks) {
    struct pool_chunk *chunk = pool->chunks;
    pool->chunks = chunk->next;
#ifdef MAPLECHECK_INSTRUMENTED
    __asan_poison_memory_region(pool_node(chunk, 0), chunk->never_used * POOL_STRIDE);
#endif
    chunk->next = pool_spare_chunks;
    pool_spare_chunks = chunk;
  }
}

// Whether a request may be served.
static bool pool_permits(struct pool *pool, gfp_t gfp, bool bulk)
{
  if (pool->suspended) return true;
  if (gfp & __GFP_NOFAIL) {
    // The caller goes on as if nothing had been refused: a call that reports a lack of memory now is wrong.
    pool->refusals = 0;
    return true;
  }
  uint32_t kind = (bulk ? 2 : 1) | (gfpflags_allow_blocking(gfp) ? 4 : 8);
  uint32_t wanted = pool->kinds;
  // Of each pair of kinds that the order names one of, the request must be that one.
  if ((wanted & 3) && !(wanted & kind & 3)) return true;
  if ((wanted & 12) && !(wanted & kind & 12)) return true;
  pool->requests++;
  if (!pool->failing) return true;
  if (pool->forever ? pool->requests < pool->failing : pool->requests != pool->failing) return true;
  pool->refusals++;
  pool->refused_now++;
  return false;
}

#endif
