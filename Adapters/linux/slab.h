// SPDX-License-Identifier: GPL-2.0-or-later
//
// What lib/maple_tree.c asks of the kernel's allocator. Up to 6.16 a state holds a chain of nodes that it requested;
// from 6.18 on it holds a sheaf: an array of nodes that is filled before a write, and that the write takes from.

#ifndef MAPLECHECK_SLAB_H
#define MAPLECHECK_SLAB_H

#define __GFP_BLOCKS 1u
#define __GFP_NOWARN 2u
#define __GFP_ZERO 4u
#define __GFP_URGENT 8u
// Must not be refused, however long it takes.
#define __GFP_NOFAIL 16u
#define GFP_KERNEL __GFP_BLOCKS
#define GFP_NOWAIT 0u
#define GFP_ATOMIC __GFP_URGENT
#define SLAB_PANIC 0

static inline bool gfpflags_allow_blocking(gfp_t gfp) { return gfp & __GFP_BLOCKS; }
#define might_alloc(gfp) ((void)(gfp))

struct kmem_cache;

struct kmem_cache_args {
  unsigned int align;
  unsigned int sheaf_capacity;
};

// MARK: Nodes

void *shim_allocate(gfp_t gfp);
int shim_allocate_bulk(gfp_t gfp, size_t count, void **nodes);
void shim_free(void *node);
void shim_free_bulk(size_t count, void **nodes);
void shim_free_later(struct rcu_head *head);

#define kmem_cache_create(name, size, ...) ((struct kmem_cache *)(size))
#define kmem_cache_alloc(cache, gfp) shim_allocate(gfp)
#define kmem_cache_alloc_bulk(cache, gfp, count, nodes) shim_allocate_bulk(gfp, count, nodes)
#define kmem_cache_free(cache, node) shim_free(node)
#define kmem_cache_shrink(cache) ((void)0)
#define kmem_cache_free_bulk(cache, count, nodes) shim_free_bulk(count, nodes)
#define kfree(node) shim_free(node)
#define kfree_rcu(node, member) shim_free_later(&(node)->member)

// MARK: Sheaves

struct slab_sheaf {
  struct slab_sheaf *next;
  struct slab_sheaf **link;
  unsigned int size;
  unsigned int capacity;
  void *objects[];
};

struct slab_sheaf *shim_prefill_sheaf(gfp_t gfp, unsigned int size);
int shim_refill_sheaf(gfp_t gfp, struct slab_sheaf **sheaf, unsigned int size);
void shim_return_sheaf(struct slab_sheaf *sheaf);
void *shim_take_from_sheaf(struct slab_sheaf *sheaf, unsigned int store_type);

#define kmem_cache_prefill_sheaf(cache, gfp, size) shim_prefill_sheaf(gfp, size)
#define kmem_cache_refill_sheaf(cache, gfp, sheaf, size) shim_refill_sheaf(gfp, sheaf, size)
#define kmem_cache_return_sheaf(cache, gfp, sheaf) shim_return_sheaf(sheaf)
#define kmem_cache_sheaf_size(sheaf) ((sheaf)->size)
// The one caller has its state at hand, by this name: which kind of store it is belongs into what is told of it.
#define kmem_cache_alloc_from_sheaf(cache, gfp, sheaf) shim_take_from_sheaf(sheaf, mas->store_type)

#endif
