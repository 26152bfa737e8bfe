// SPDX-License-Identifier: GPL-2.0-or-later
//
// What can be seen of a tree's nodes, by a walk of our own that goes from the root down and believes nothing but
// pivots.

struct shape_walk {
  maplecheck_node_visitor visitor;
  void *context;
  uint64_t nodes;
  uint64_t mixed;
  bool stops;
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
  hash = (hash ^ word) * 0xff51afd7ed558ccdull;
  return hash ^ hash >> 32;
}

// Whether a word names a node, as the words in slots of nodes with children do.
static bool names_node(uint64_t word) { return (word & 0x86) == 4 && word > 4096; }

// The memory of a node, as far as laws are about it.
static struct maplecheck_inside look_inside(
  struct maplecheck_map *map, struct maple_enode *enode, const unsigned long *pivots, unsigned char end)
{
  struct maple_node *node = mte_to_node(enode);
  enum maple_type type = mte_node_type(enode);
  void __rcu **slots = ma_slots(node, type);
  bool is_root = ma_is_root(node);
  struct maplecheck_inside inside = {
    .slot_count = mt_slots[type], .pivot_count = mt_pivots[type], .pivots = (const uint64_t *)pivots,
    // Bulk mode may leave nodes with less than is due until it ends.
    .minimum = map->is_bulk ? 0 : mt_min_slots[type],
    .address = (uint64_t)node, .parent = is_root ? 0 : (uint64_t)mte_parent(enode),
    .parent_slot = is_root ? 0 : mte_parent_slot(enode), .is_dead = ma_dead_node(node),
  };
  // The last slot of a node without gaps that is not full holds the metadata.
  unsigned int behind = type == maple_arange_64 ? mt_slots[type] : mt_slots[type] - 1;
  for (unsigned int slot = end + 1; slot < behind; slot++)
    if (slots[slot]) inside.slots_behind_end |= 1ull << slot;
  return inside;
}

static void visit(struct maplecheck_map *map, struct maple_enode *enode, uint32_t depth, unsigned long first,
  unsigned long last, struct shape_walk *walk)
{
  if (walk->stops || depth > MAPLE_HEIGHT_MAX) return;
  struct maple_node *node = mte_to_node(enode);
  enum maple_type type = mte_node_type(enode);
  unsigned long *pivots = ma_pivots(node, type);
  void __rcu **slots = ma_slots(node, type);
  unsigned char end = ma_data_end(node, type, pivots, last);
  bool has_gaps = type == maple_arange_64;
  walk->nodes++;
  // Who looks at the nodes does not ask for the fingerprint.
  for (size_t word = 0; word < 32 && !walk->visitor; word++)
    walk->mixed = mix(walk->mixed, ((uint64_t *)node)[word]);
  if (end >= mt_slots[type]) return;

  uint64_t bounds[MAPLE_NODE_SLOTS], entries[MAPLE_NODE_SLOTS], null_slots = 0;
  for (unsigned int slot = 0; slot <= end; slot++) {
    bounds[slot] = slot < end ? pivots[slot] : last;
    entries[slot] = (uint64_t)slots[slot];
    if (ma_is_leaf(type) ? !entries[slot] : !names_node(entries[slot])) null_slots |= 1ull << slot;
  }
  if (walk->visitor) {
    struct maplecheck_inside inside = look_inside(map, enode, pivots, end);
    struct maplecheck_node seen = {
      .depth = depth, .first = first, .last = last, .end = end, .null_slots = null_slots, .pivots = bounds,
      .kind = ma_is_leaf(type) ? MAPLECHECK_LEAF : has_gaps ? MAPLECHECK_INTERNAL_WITH_GAPS : MAPLECHECK_INTERNAL,
      .entries = ma_is_leaf(type) ? entries : NULL,
      .gaps = has_gaps ? (const uint64_t *)ma_gaps(node, type) : NULL,
      .gap_slot = has_gaps ? ma_meta(node, type)->gap : 0, .inside = &inside,
    };
    if (!walk->visitor(walk->context, &seen)) walk->stops = true;
  }
  if (ma_is_leaf(type)) return;
  unsigned long low = first;
  for (unsigned int slot = 0; slot <= end; slot++) {
    if (!(null_slots >> slot & 1)) visit(map, (struct maple_enode *)entries[slot], depth + 1, low, bounds[slot], walk);
    low = bounds[slot] + 1;
  }
}

static void walk_tree(struct maplecheck_map *map, struct shape_walk *walk)
{
  void *root = map->tree.ma_root;
  walk->mixed = mix(mix(0, map->tree.ma_flags), (uint64_t)root);
  if (xa_is_node(root)) visit(map, mte_safe_root(root), 1, 0, ULONG_MAX, walk);
}

static void walk_shape(struct maplecheck_map *map, maplecheck_node_visitor visitor, void *context)
{
  ENTER(map, );
  struct shape_walk walk = {.visitor = visitor, .context = context};
  walk_tree(map, &walk);
  LEAVE(map);
}

static uint64_t fingerprint(struct maplecheck_map *map)
{
  ENTER(map, 0);
  struct shape_walk walk = {0};
  walk_tree(map, &walk);
  LEAVE(map);
  return walk.mixed;
}

static void counters(struct maplecheck_map *map, struct maplecheck_counters *counts)
{
  *counts = (struct maplecheck_counters){0};
  ENTER(map, );
  counts->live_nodes = map->pool.live + forgotten_sheaves(map);
  if (map->is_prepared) counts->reserved_nodes += in_reserve(&map->prepared);
  if (map->is_bulk) counts->reserved_nodes += in_reserve(&map->bulk);
  counts->retired_nodes = map->single_callbacks;
  if (map->single_callbacks != map->all_callbacks) {
    // A whole subtree waits behind one callback: what is left is counted instead.
    struct shape_walk walk = {0};
    walk_tree(map, &walk);
    counts->retired_nodes = map->pool.live - walk.nodes - counts->reserved_nodes;
  }
  counts->nodes_taken = map->nodes_taken;
  counts->nodes_planned = map->nodes_planned;
  counts->nodes_returned = map->pool.returned + map->all_callbacks;
  counts->height = xa_is_node(map->tree.ma_root) ? mt_height(&map->tree) : 0;
  LEAVE(map);
}

#ifdef CONFIG_DEBUG_MAPLE_TREE
static void validate(struct maplecheck_map *map, maplecheck_text_visitor visitor, void *context)
{
  // Bulk mode may leave nodes with less than is due; the kernel's check knows nothing of it.
  if (map->is_bulk) return;
  maplecheck_text_visitor hook = violation_hook;
  void *hook_context = violation_context;
  violation_hook = visitor;
  violation_context = context;
  ENTER(map, );
  take_lock(map);
  if (map->tree.ma_root) mt_validate(&map->tree);
  release_lock(map);
  LEAVE(map);
  violation_hook = hook;
  violation_context = hook_context;
}
#endif
