// SPDX-License-Identifier: GPL-2.0-or-later
//
// Sheaves, from 6.18 on. A sheaf has exactly the nodes that were asked for, never more as the kernel's may: a store
// that takes one too many is then always seen. Filling one is a bulk request, refused as one.

#ifdef MAPLECHECK_HAS_SHEAVES

static void link_sheaf(struct pool *pool, struct slab_sheaf *sheaf)
{
  sheaf->link = &pool->sheaves;
  sheaf->next = pool->sheaves;
  if (sheaf->next) sheaf->next->link = &sheaf->next;
  pool->sheaves = sheaf;
}

static void free_sheaf(struct slab_sheaf *sheaf)
{
  *sheaf->link = sheaf->next;
  if (sheaf->next) sheaf->next->link = sheaf->link;
  free(sheaf);
}

// Gives up all sheaves but one, and not the nodes in them.
static void discard_sheaves(struct pool *pool, const struct slab_sheaf *kept)
{
  for (struct slab_sheaf *sheaf = pool->sheaves, *next; sheaf; sheaf = next) {
    next = sheaf->next;
    if (sheaf != kept) free_sheaf(sheaf);
  }
}

struct slab_sheaf *shim_prefill_sheaf(gfp_t gfp, unsigned int size)
{
  struct slab_sheaf *sheaf = malloc(sizeof(*sheaf) + size * sizeof(void *));
  if (!sheaf) abort();
  if (!shim_allocate_bulk(gfp, size, sheaf->objects)) {
    free(sheaf);
    return NULL;
  }
  sheaf->size = sheaf->capacity = size;
  link_sheaf(&current->pool, sheaf);
  return sheaf;
}

int shim_refill_sheaf(gfp_t gfp, struct slab_sheaf **place, unsigned int size)
{
  struct slab_sheaf *sheaf = *place;
  if (sheaf->size >= size) return 0;
  if (size > sheaf->capacity) {
    struct slab_sheaf *greater = shim_prefill_sheaf(gfp, size);
    if (!greater) return -ENOMEM;
    shim_return_sheaf(sheaf);
    *place = greater;
    return 0;
  }
  if (!shim_allocate_bulk(gfp, size - sheaf->size, sheaf->objects + sheaf->size)) return -ENOMEM;
  sheaf->size = size;
  return 0;
}

void shim_return_sheaf(struct slab_sheaf *sheaf)
{
  for (unsigned int place = 0; place < sheaf->size; place++) pool_give_back(&current->pool, sheaf->objects[place]);
  free_sheaf(sheaf);
}

void *shim_take_from_sheaf(struct slab_sheaf *sheaf, unsigned int store_type)
{
  static const char *const kinds[] = {
    [wr_invalid] = "none",           [wr_new_root] = "new-root",         [wr_store_root] = "root-store",
    [wr_exact_fit] = "exact-fit",    [wr_spanning_store] = "spanning-store", [wr_split_store] = "split-store",
    [wr_rebalance] = "rebalance",    [wr_append] = "append",             [wr_node_store] = "node-store",
    [wr_slot_store] = "slot-store",
  };
  if (!sheaf->size) {
    const char *kind = store_type < ARRAY_SIZE(kinds) && kinds[store_type] ? kinds[store_type] : "unknown";
    char text[80];
    snprintf(text, sizeof(text), "no node is left of %u, in a store of the kind %s", sheaf->capacity, kind);
    shim_violation("kmem_cache_alloc_from_sheaf", text, __func__, __LINE__);
  }
  return sheaf->objects[--sheaf->size];
}

#endif
