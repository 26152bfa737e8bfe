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

static uint64_t in_reserve(const struct ma_state *state)
{
  return !state->alloc || (unsigned long)state->alloc & 1 ? 0 : state->alloc->total;
}

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

static enum maplecheck_status store(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  int code = mtree_store_range(&map->tree, first, last, (void *)entry, flags_of(policy));
  if (!entry) avoid_null_leaf(map);
  end_write(map, code == 0);
  LEAVE(map);
  return status_of(code, map, first <= last, false);
}

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

static enum maplecheck_status insert(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy, uint64_t *occupant)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  int code;
  if (!known_faults_exposed && !first && last == ULONG_MAX && !xa_is_advanced((void *)entry)) {
    code = insert_over_all(map, entry, policy);
  } else {
    code = mtree_insert_range(&map->tree, first, last, (void *)entry, flags_of(policy));
  }
  end_write(map, code == 0);
  if (code == -EEXIST) {
    // The call does not say which entry is in the way.
    MA_STATE(state, &map->tree, first, first);
    *occupant = (uint64_t)mas_find(&state, last);
  }
  LEAVE(map);
  return status_of(code, map, first <= last, false);
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
    *entry = (uint64_t)mas_erase(&state);
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
static enum maplecheck_status allocate_cyclic(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint64_t *next, uint32_t policy,
  uint64_t *index, bool *wrapped)
{
  ENTER_WRITE(map);
  begin_write(map, NULL);
  unsigned long place = 0, after = *next;
  int code = mtree_alloc_cyclic(&map->tree, &place, (void *)entry, first, last, &after, flags_of(policy));
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

// MARK: Prepared stores

static enum maplecheck_status prepare(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  // The advanced interface leaves both to its callers.
  if (first > last) return MAPLECHECK_INVALID_RANGE;
  if (xa_is_advanced((void *)entry)) return MAPLECHECK_RESERVED_ENTRY;
  ENTER(map, MAPLECHECK_VIOLATION);
  MA_STATE(state, &map->tree, first, last);
  take_lock(map);
  int code = mas_preallocate(&state, (void *)entry, flags_of(policy));
  if (code == 0) {
    if (map->is_prepared) mas_destroy(&map->prepared);
    map->prepared = state;
    map->prepared_entry = (void *)entry;
    map->is_prepared = true;
    map->prepared_version = map->version;
  }
  release_lock(map);
  LEAVE(map);
  return status_of(code, map, true, false);
}

static enum maplecheck_status store_prepared(struct maplecheck_map *map)
{
  if (!map->is_prepared) return MAPLECHECK_NOT_PREPARED;
  // The tree must not change between the two calls: their position and their kind of store are kept.
  if (map->prepared_version != map->version) return MAPLECHECK_PLAN_NO_LONGER_FITS;
  ENTER(map, MAPLECHECK_VIOLATION);
  begin_write(map, &map->prepared);
  take_lock(map);
  mas_store_prealloc(&map->prepared, map->prepared_entry);
  release_lock(map);
  map->is_prepared = false;
  avoid_null_leaf(map);
  end_write(map, true);
  LEAVE(map);
  return MAPLECHECK_OK;
}

static void abandon_prepared(struct maplecheck_map *map)
{
  if (!map->is_prepared) return;
  ENTER(map, );
  take_lock(map);
  mas_destroy(&map->prepared);
  release_lock(map);
  map->is_prepared = false;
  LEAVE(map);
}

// MARK: Bulk mode

static void finish_bulk(struct maplecheck_map *map)
{
  struct ma_state *bulk = &map->bulk;
  // The end looks at the last leaf that was written: only while nobody else has written, and there is one. It is
  // meant for a tree without readers, and in reader mode goes wrong.
  bool is_stale = map->bulk_version != map->version;
  if (!known_faults_exposed && (is_stale || mt_in_rcu(&map->tree))) bulk->mas_flags &= ~MA_STATE_REBALANCE;
  if (is_stale) mas_reset(bulk);
  if (is_stale && !xa_is_node(map->tree.ma_root)) bulk->mas_flags &= ~MA_STATE_REBALANCE;
  mas_destroy(bulk);
  map->is_bulk = false;
}

static void end_bulk(struct maplecheck_map *map)
{
  if (!map->is_bulk) return;
  ENTER(map, );
  begin_write(map, &map->bulk);
  take_lock(map);
  finish_bulk(map);
  release_lock(map);
  end_write(map, true);
  LEAVE(map);
}

static enum maplecheck_status begin_bulk(struct maplecheck_map *map, uint64_t count, uint32_t policy)
{
  ENTER(map, MAPLECHECK_VIOLATION);
  MA_STATE(state, &map->tree, 0, 0);
  take_lock(map);
  // The number of nodes is counted in an int; the count is a hint, and above this it makes none better.
  int code = mas_expected_entries(&state, count > 1 << 20 ? 1 << 20 : count);
  if (code == 0) {
    // What ends evens out a leaf; what begins only takes nodes.
    if (map->is_bulk) {
      finish_bulk(map);
      map->version++;
    }
    map->bulk = state;
    map->is_bulk = true;
    map->bulk_version = map->version;
  }
  release_lock(map);
  LEAVE(map);
  (void)policy;
  return status_of(code, map, true, false);
}

// Sees to it that a store in bulk mode finds all the nodes that it can need: it would not ask for them itself.
static int top_up(struct maplecheck_map *map)
{
  struct ma_state *bulk = &map->bulk;
  uint64_t former = in_reserve(bulk);
  int most = 3 * mt_height(&map->tree) + 4;
  if (former >= (uint64_t)most) return 0;
  bulk->mas_flags &= ~MA_STATE_PREALLOC;
  mas_node_count_gfp(bulk, most, GFP_NOWAIT | __GFP_NOWARN);
  bulk->mas_flags |= MA_STATE_PREALLOC;
  if (!mas_is_err(bulk)) return 0;
  int code = xa_err(bulk->node);
  if (!in_reserve(bulk)) bulk->alloc = NULL;
  while (in_reserve(bulk) > former) shim_free(mas_pop_node(bulk));
  mas_reset(bulk);
  return code;
}

static enum maplecheck_status bulk_store(struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last)
{
  if (!map->is_bulk) return MAPLECHECK_NOT_PREPARED;
  if (first > last) return MAPLECHECK_INVALID_RANGE;
  if (xa_is_advanced((void *)entry)) return MAPLECHECK_RESERVED_ENTRY;
  ENTER(map, MAPLECHECK_VIOLATION);
  struct ma_state *bulk = &map->bulk;
  begin_write(map, bulk);
  take_lock(map);
  mas_set_range(bulk, first, last);
  int code = top_up(map);
  shim_nodes_taken = 0;
  if (code == 0) {
    // Bulk mode is for entries in ascending order, with no other writer: other stores would leave nodes that are too
    // full, and once a write came in between, the leaves that an earlier split was to even out are others.
    MA_STATE(behind, &map->tree, first, first);
    bool ascends = entry && !mas_find(&behind, ULONG_MAX);
    if (!known_faults_exposed) {
      if (!ascends) bulk->mas_flags &= ~MA_STATE_BULK;
      if (!ascends || map->bulk_version != map->version) bulk->mas_flags &= ~MA_STATE_REBALANCE;
    }
    mas_store(bulk, (void *)entry);
    bulk->mas_flags |= MA_STATE_BULK;
  }
  release_lock(map);
  avoid_null_leaf(map);
  end_write(map, code == 0);
  // Nodes that are replaced go back into the reserve, and are used again.
  map->nodes_planned = max(map->nodes_planned, map->nodes_taken);
  if (code == 0) map->bulk_version = map->version;
  LEAVE(map);
  return status_of(code, map, true, false);
}
