// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bulk mode, which kernels from 6.18 on have not: writes in ascending order that take their nodes beforehand.

#ifdef MAPLECHECK_HAS_BULK

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

// Whether nodes can be added to a reserve. They go into the first node of the reserve, and then into the node in its
// first slot; if that one is full, the request fails though there is memory.
static bool can_be_added_to(const struct ma_state *state, uint64_t wanted)
{
#ifdef MAPLECHECK_HAS_FULL_RESERVE
  uint64_t held = in_reserve(state);
  if (!held || wanted <= held || known_faults_exposed) return true;
  const struct maple_alloc *node = state->alloc;
  uint64_t room = MAPLE_ALLOC_SLOTS - node->node_count;
  if (!room) return wanted - held <= MAPLE_ALLOC_SLOTS;
  if (!node->node_count) return true;
  node = node->slot[0];
  while (wanted - held > room) {
    if (node->node_count == MAPLE_ALLOC_SLOTS) return false;
    if (!node->node_count) return true;
    room += MAPLE_ALLOC_SLOTS - node->node_count;
    node = node->slot[0];
  }
#endif
  return true;
}

// How many nodes bulk mode asks for, at most: leaves with a gap beside each entry, and what is above them.
static uint64_t most_for_bulk(uint64_t count)
{
  uint64_t leaves = (2 * count + 1) / (MAPLE_RANGE64_SLOTS - 2) + 1;
  return leaves + leaves / (MAPLE_ARANGE64_SLOTS - 2) + 4;
}

static enum maplecheck_status begin_bulk(struct maplecheck_map *map, uint64_t count, uint32_t policy)
{
  ENTER(map, MAPLECHECK_VIOLATION);
  // The number of nodes is counted in an int; the count is a hint, and above this it makes none better.
  if (count > 1 << 20) count = 1 << 20;
  MA_STATE(state, &map->tree, 0, 0);
  take_lock(map);
  // Bulk mode that is on goes on, and its reserve is added to. The flag says that a reserve is complete; it is taken
  // away to ask for more, as mas_preallocate() does.
  bool adds = map->is_bulk && map->bulk_version == map->version && can_be_added_to(&map->bulk, most_for_bulk(count));
  if (adds) {
    state = map->bulk;
    state.mas_flags &= ~MA_STATE_PREALLOC;
  }
  int code = mas_expected_entries(&state, count);
  // A call that fails gives the whole reserve back.
  if (code && adds) map->is_bulk = false;
  if (code == 0) {
    // What ends evens out a leaf; what begins only takes nodes.
    if (map->is_bulk && !adds) {
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

#endif
