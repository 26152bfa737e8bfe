// SPDX-License-Identifier: GPL-2.0-or-later
//
// The writes of the interface, each the one call of the kernel's that does it. What the kernel leaves to its callers is
// done here as a careful caller does it; the comments say where.

static gfp_t flags_of(uint32_t policy)
{
  return policy == MAPLECHECK_MAY_SLEEP ? GFP_KERNEL : policy == MAPLECHECK_ATOMIC ? GFP_ATOMIC : GFP_NOWAIT;
}

// The kernel's number, and where it has one for several reasons the reason, from the same arguments.
static enum maplecheck_status status_of(int code, struct maplecheck_map *map, bool range_is_valid, bool needs_gaps)
{
  switch (code) {
  case -ENOMEM: return MAPLECHECK_OUT_OF_MEMORY;
  case -EBUSY: return MAPLECHECK_NO_SPACE;
  case -EEXIST: return MAPLECHECK_OCCUPIED;
  case -EINVAL:
    if (needs_gaps && !(map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)) return MAPLECHECK_GAPS_NOT_TRACKED;
    return range_is_valid ? MAPLECHECK_RESERVED_ENTRY : MAPLECHECK_INVALID_RANGE;
  default: break;
  }
  if (code >= 0) return MAPLECHECK_OK;
  char text[64];
  snprintf(text, sizeof(text), "the call returned %d, which it does not document", code);
  if (violation_hook) violation_hook(violation_context, text);
  return MAPLECHECK_VIOLATION;
}

#include "reserve.h"

static void begin_write(struct maplecheck_map *map, struct ma_state *reserve)
{
  map->is_writing = true;
  map->pool.obtained = map->pool.returned = map->pool.logged = map->pool.refused_now = 0;
  map->nodes_planned = reserve ? in_reserve(reserve) : 0;
  shim_nodes_taken = 0;
}

// The external lock is the caller's: the tree's own is left alone.
static void take_lock(struct maplecheck_map *map)
{
  if (!map->has_external_lock) mtree_lock(&map->tree);
}

static void release_lock(struct maplecheck_map *map)
{
  if (!map->has_external_lock) mtree_unlock(&map->tree);
}

// NULL over the one entry of [0, MAX] leaves a root leaf that holds one NULL. A caller who knows destroys the tree,
// which it is the same as. Returns whether that was done.
static bool avoid_null_leaf(struct maplecheck_map *map)
{
  void *root = map->tree.ma_root;
  if (known_faults_exposed || !xa_is_node(root)) return false;
  struct maple_enode *enode = mte_safe_root(root);
  struct maple_node *node = mte_to_node(enode);
  if (!mte_is_leaf(enode) || node->mr64.pivot[0] != ULONG_MAX || node->mr64.slot[0]) return false;
  __mt_destroy(&map->tree);
  return true;
}

// From 6.16 on a store measures the heights at which it can end, and keeps them when it looks at the tree again after
// it waited for memory. What another writer changed meanwhile it then has too few nodes for. A caller who knows begins
// each time with a new measure, which mas_store() does. Returns whether that is to be done: only if a writer is to
// come.
static bool keeps_heights(struct maplecheck_map *map)
{
#ifdef MAPLECHECK_HAS_VACANT_HEIGHT
  return !known_faults_exposed && map->has_interloper;
#else
  return false;
#endif
}

static int store_anew(struct ma_state *state, void *entry, gfp_t gfp)
{
  unsigned long first = state->index, last = state->last;
  do {
    state->index = first, state->last = last;
    mas_store(state, entry);
  } while (mas_nomem(state, gfp));
  int code = mas_is_err(state) ? xa_err(state->node) : 0;
  mas_destroy(state);
  return code;
}

static int store_range(struct maplecheck_map *map, void *entry, uint64_t first, uint64_t last, gfp_t gfp)
{
  if (!keeps_heights(map) || xa_is_advanced(entry) || first > last)
    return mtree_store_range(&map->tree, first, last, entry, gfp);
  MA_STATE(state, &map->tree, first, last);
  mtree_lock(&map->tree);
  int code = store_anew(&state, entry, gfp);
  mtree_unlock(&map->tree);
  return code;
}

static enum maplecheck_status store(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  int code = store_range(map, (void *)entry, first, last, flags_of(policy));
  if (!entry) avoid_null_leaf(map);
  end_write(map, code == 0);
  LEAVE(map);
  return status_of(code, map, first <= last, false);
}

#ifdef MAPLECHECK_HAS_INSERT_OVER_ALL
// An insertion over everything does not look what is there, in a tree of one leaf. A caller who knows looks, each time
// that the lock is taken: another writer may have stored while it was dropped.
static int insert_over_all(struct maplecheck_map *map, uint64_t entry, uint32_t policy)
{
  MA_STATE(state, &map->tree, 0, ULONG_MAX);
  int code = 0;
  mtree_lock(&map->tree);
  do {
    MA_STATE(look, &map->tree, 0, 0);
    if (mas_find(&look, ULONG_MAX)) {
      mas_set_err(&state, -EEXIST);
      break;
    }
    mas_insert(&state, (void *)entry);
  } while (mas_nomem(&state, flags_of(policy)));
  mtree_unlock(&map->tree);
  if (mas_is_err(&state)) code = xa_err(state.node);
  mas_destroy(&state);
  return code;
}
#endif

static enum maplecheck_status insert(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy, uint64_t *occupant)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  int code;
#ifdef MAPLECHECK_HAS_INSERT_OVER_ALL
  if (!known_faults_exposed && !first && last == ULONG_MAX && !xa_is_advanced((void *)entry))
    code = insert_over_all(map, entry, policy);
  else
#endif
    code = mtree_insert_range(&map->tree, first, last, (void *)entry, flags_of(policy));
  end_write(map, code == 0);
  if (code == -EEXIST) {
    // The call does not say which entry is in the way.
    MA_STATE(state, &map->tree, first, first);
    *occupant = (uint64_t)mas_find(&state, last);
  }
  LEAVE(map);
  return status_of(code, map, first <= last, false);
}

static void *erase_at(struct maplecheck_map *map, struct ma_state *state)
{
#ifdef MAPLECHECK_HAS_VACANT_HEIGHT
  if (keeps_heights(map)) {
    unsigned long index = state->index;
    void *entry;
    do {
      mas_reset(state);
      mas_set(state, index);
      entry = mas_walk(state);
      if (!entry) break;
      mas_reset(state);
      mas_store(state, NULL);
#ifdef MAPLECHECK_HAS_NOFAIL
    } while (mas_nomem_nofail(state, index, index));
#else
    } while (mas_nomem(state, GFP_KERNEL));
#endif
    return entry;
  }
#endif
  return mas_erase(state);
}

static enum maplecheck_status erase(struct maplecheck_map *map, uint64_t index, uint32_t policy, uint64_t *entry)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  int code = 0;
  if (known_faults_exposed) {
    *entry = (uint64_t)mtree_erase(&map->tree, index);
  } else {
    // mtree_erase() returns the entry even where memory ran out and nothing was erased; the state tells the two apart.
    MA_STATE(state, &map->tree, index, index);
    take_lock(map);
    *entry = (uint64_t)erase_at(map, &state);
    if (mas_is_err(&state)) code = xa_err(state.node);
    // Where another writer erased the entry first, the call keeps the nodes that it waited for.
    mas_destroy(&state);
    release_lock(map);
    avoid_null_leaf(map);
  }
  end_write(map, code == 0 && *entry);
  LEAVE(map);
  (void)policy;
  return status_of(code, map, true, false);
}

static bool fits(uint64_t size, uint64_t first, uint64_t last)
{
  return first <= last && size && last - first >= size - 1;
}

// A search downward from the last index misses a gap in a slot that begins at 0. A caller who knows begins one index
// lower.
static bool misses_first_gap(struct maplecheck_map *map, int code, uint64_t size, uint64_t first, uint64_t last)
{
  return code == -EBUSY && last == ULONG_MAX && !known_faults_exposed && xa_is_node(map->tree.ma_root) &&
    fits(size, first, last - 1);
}

static enum maplecheck_status allocate_lowest(
  struct maplecheck_map *map, uint64_t entry, uint64_t size, uint64_t first, uint64_t last, uint32_t policy,
  uint64_t *start)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  unsigned long place = 0;
  int code = mtree_alloc_range(&map->tree, &place, (void *)entry, size, first, last, flags_of(policy));
  end_write(map, code == 0);
  *start = place;
  LEAVE(map);
  if (code == -EINVAL && mt_is_reserved((void *)entry) && map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)
    return MAPLECHECK_RESERVED_ENTRY;
  return status_of(code, map, fits(size, first, last), true);
}

static enum maplecheck_status allocate_highest(
  struct maplecheck_map *map, uint64_t entry, uint64_t size, uint64_t first, uint64_t last, uint32_t policy,
  uint64_t *start)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  unsigned long place = 0;
  int code = mtree_alloc_rrange(&map->tree, &place, (void *)entry, size, first, last, flags_of(policy));
  if (misses_first_gap(map, code, size, first, last))
    code = mtree_alloc_rrange(&map->tree, &place, (void *)entry, size, first, last - 1, flags_of(policy));
  end_write(map, code == 0);
  *start = place;
  LEAVE(map);
  if (code == -EINVAL && mt_is_reserved((void *)entry) && map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)
    return MAPLECHECK_RESERVED_ENTRY;
  return status_of(code, map, fits(size, first, last), true);
}

#ifdef MAPLECHECK_HAS_CYCLIC
// A version that waits for memory after its search stores where another writer may have come first: it says that an
// entry is in the way, and keeps the nodes that it waited for. A caller who knows begins again, and gives the nodes
// back.
static int allocate_in_turn(struct maplecheck_map *map, unsigned long *place, void *entry, unsigned long first,
  unsigned long last, unsigned long *next, gfp_t gfp)
{
#ifdef MAPLECHECK_HAS_CYCLIC_PLACE
  if (!known_faults_exposed && map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE && !mt_is_reserved(entry)) {
    unsigned int wraps = map->tree.ma_flags & MT_FLAGS_ALLOC_WRAPPED;
    MA_STATE(state, &map->tree, 0, 0);
    int code;
    mtree_lock(&map->tree);
    do {
      mas_reset(&state);
      code = mas_alloc_cyclic(&state, place, entry, first, last, next, gfp);
      // That a search wrapped before is forgotten by one that fails.
      if (code < 0) map->tree.ma_flags |= wraps;
    } while (code == -EEXIST);
    mas_destroy(&state);
    mtree_unlock(&map->tree);
    return code;
  }
#endif
  return mtree_alloc_cyclic(&map->tree, place, entry, first, last, next, gfp);
}

static enum maplecheck_status allocate_cyclic(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint64_t *next, uint32_t policy,
  uint64_t *index, bool *wrapped)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  unsigned long place = 0, after = *next;
  int code = allocate_in_turn(map, &place, (void *)entry, first, last, &after, flags_of(policy));
  end_write(map, code >= 0);
  *next = after;
  *index = place;
  *wrapped = code == 1;
  LEAVE(map);
  if (code == -EINVAL && mt_is_reserved((void *)entry) && map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)
    return MAPLECHECK_RESERVED_ENTRY;
  return status_of(code, map, first <= last, true);
}
#endif

static void remove_all(struct maplecheck_map *map)
{
  ENTER(map, );
  begin_write(map, NULL);
  if (map->has_external_lock) {
    __mt_destroy(&map->tree);
  } else {
    mtree_destroy(&map->tree);
  }
  end_write(map, true);
  LEAVE(map);
}

static void set_read_copy_update(struct maplecheck_map *map, bool enabled)
{
  ENTER(map, );
  if (enabled) {
    mt_set_in_rcu(&map->tree);
  } else {
    mt_clear_in_rcu(&map->tree);
  }
  map->version++;
  LEAVE(map);
}

#ifdef MAPLECHECK_HAS_DUP
static enum maplecheck_status duplicate(
  struct maplecheck_map *source, struct maplecheck_map *destination, uint32_t policy)
{
  if (source->is_broken) return MAPLECHECK_VIOLATION;
  unsigned int height = MT_FLAGS_HEIGHT_MASK;
  bool same_kind = (source->tree.ma_flags & ~height & ~MT_FLAGS_ALLOC_WRAPPED) ==
    (destination->tree.ma_flags & ~height & ~MT_FLAGS_ALLOC_WRAPPED);
  // A source that remembers a wrap is of another kind for the call; the destination is to remember it too.
  unsigned int former = destination->tree.ma_flags;
  if (same_kind) destination->tree.ma_flags |= source->tree.ma_flags & MT_FLAGS_ALLOC_WRAPPED;
  // All memory is the destination's: its nodes, and those that are given back where it cannot be made.
  ENTER(destination, MAPLECHECK_VIOLATION);
  begin_write(destination, NULL);
  int code = source->has_external_lock || destination->has_external_lock
    ? __mt_dup(&source->tree, &destination->tree, flags_of(policy))
    : mtree_dup(&source->tree, &destination->tree, flags_of(policy));
  end_write(destination, code == 0);
  destination->nodes_taken = destination->pool.obtained;
  if (code) destination->tree.ma_flags = former;
  LEAVE(destination);
  if (code == -EINVAL) return same_kind ? MAPLECHECK_DESTINATION_NOT_EMPTY : MAPLECHECK_KINDS_DIFFER;
  return status_of(code, destination, true, false);
}
#endif
