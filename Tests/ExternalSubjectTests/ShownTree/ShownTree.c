// SPDX-License-Identifier: GPL-2.0-or-later
//
// A subject that shows a tree of two leaves below a root, and lies about it in one thing at a time: storing the entry
// of value n makes it tell lie n, of the list below, from then on. It holds nothing that could be looked up.

#include "CSubjectABI.h"

#include <stdlib.h>
#include <string.h>

enum lie {
  NO_LIE,
  LEAF_TOO_DEEP,
  HEIGHT,
  PIVOTS,
  LAST_PIVOT,
  SLOT_BEHIND_END,
  PIVOT_BEHIND_END,
  NO_CHILD,
  CHILD_NOT_SHOWN,
  PARENT,
  PARENT_SLOT,
  PARENT_OF_ROOT,
  NULLS_MEET,
  NULL_AT_END,
  TOO_FEW_ITEMS,
  DEAD,
  GAP_TOO_LARGE,
  GAP_SLOT,
  GAP_BEHIND_END,
  ROOT_OF_ONE_CHILD,
  NODE_LOST,
  NOTHING_INSIDE,
};

struct maplecheck_map {
  enum lie lie;
};

#define SLOTS 6

struct node {
  uint64_t pivots[SLOTS];
  uint64_t gaps[SLOTS];
  struct maplecheck_inside inside;
  struct maplecheck_node shown;
};

static void make(struct node *node, uint32_t kind, uint32_t depth, uint64_t first, uint64_t last, uint64_t address)
{
  memset(node, 0, sizeof(*node));
  node->inside = (struct maplecheck_inside){
    .slot_count = SLOTS, .pivot_count = SLOTS - 1, .pivots = node->pivots, .minimum = 2, .address = address,
  };
  node->shown = (struct maplecheck_node){
    .depth = depth, .kind = kind, .first = first, .last = last, .pivots = node->pivots, .inside = &node->inside,
  };
}

// Slots of 10 indices each, from `first` on; the last one goes on to the end.
static void fill(struct node *node, uint32_t slots)
{
  node->shown.end = slots - 1;
  for (uint32_t slot = 0; slot < slots; slot++)
    node->pivots[slot] = slot + 1 < slots ? node->shown.first + 10 * slot + 9 : node->shown.last;
}

static void walk_shape(struct maplecheck_map *map, maplecheck_node_visitor visitor, void *context)
{
  struct node root, left, right;
  make(&root, MAPLECHECK_INTERNAL_WITH_GAPS, 1, 0, UINT64_MAX, 0x1000);
  make(&left, MAPLECHECK_LEAF, 2, 0, 99, 0x2000);
  make(&right, MAPLECHECK_LEAF, 2, 100, UINT64_MAX, 0x3000);
  root.shown.end = 1;
  root.pivots[0] = 99;
  root.pivots[1] = UINT64_MAX;
  root.shown.gaps = root.gaps;
  // The left leaf's second slot is NULL, and the right one's last.
  fill(&left, 4);
  fill(&right, 4);
  left.shown.null_slots = 1 << 1;
  right.shown.null_slots = 1 << 3;
  root.gaps[0] = 10;
  root.gaps[1] = UINT64_MAX - 130 + 1;
  root.shown.gap_slot = 1;
  left.inside.parent = right.inside.parent = 0x1000;
  right.inside.parent_slot = 1;

  switch (map->lie) {
  case LEAF_TOO_DEEP:
    // Three leaves are below what should be one.
    right.shown.kind = MAPLECHECK_INTERNAL, right.shown.null_slots = 0;
    memset(right.pivots, 0, sizeof(right.pivots));
    fill(&right, 3);
    root.gaps[1] = UINT64_MAX - 123 + 1;
    break;
  case PIVOTS: left.pivots[1] = left.pivots[0]; break;
  case LAST_PIVOT: left.pivots[3] = 98; break;
  case SLOT_BEHIND_END: left.inside.slots_behind_end = 1 << 4; break;
  case PIVOT_BEHIND_END: left.pivots[4] = 1; break;
  case NO_CHILD: root.shown.null_slots = 1 << 1, root.gaps[1] = 0, root.shown.gap_slot = 0; break;
  case CHILD_NOT_SHOWN: root.gaps[1] = 0, root.shown.gap_slot = 0; break;
  case PARENT: right.inside.parent = 0x2000; break;
  case PARENT_SLOT: right.inside.parent_slot = 2; break;
  case PARENT_OF_ROOT: root.inside.parent = 0x2000; break;
  case NULLS_MEET: left.shown.null_slots = 3 << 1; break;
  case NULL_AT_END: left.shown.null_slots = 1 << 3, root.gaps[0] = 70; break;
  case TOO_FEW_ITEMS:
    memset(left.pivots, 0, sizeof(left.pivots));
    left.shown.end = 1, left.pivots[0] = 9, left.pivots[1] = 99;
    left.shown.null_slots = 0, root.gaps[0] = 0;
    break;
  case DEAD: left.inside.is_dead = true; break;
  case GAP_TOO_LARGE: root.gaps[0] = 11; break;
  case GAP_SLOT: root.shown.gap_slot = 0; break;
  case GAP_BEHIND_END: root.gaps[2] = 1; break;
  case ROOT_OF_ONE_CHILD:
    right.shown.first = 0, right.inside.parent_slot = 0;
    fill(&right, 4);
    root.shown.end = 0, root.shown.gap_slot = 0;
    memset(root.pivots, 0, sizeof(root.pivots));
    memset(root.gaps, 0, sizeof(root.gaps));
    root.pivots[0] = UINT64_MAX, root.gaps[0] = UINT64_MAX - 30 + 1;
    break;
  case NOTHING_INSIDE:
    root.shown.inside = left.shown.inside = right.shown.inside = NULL;
    // Nobody can see it.
    left.pivots[4] = 1;
    break;
  default: break;
  }
  if (!visitor(context, &root.shown)) return;
  if (map->lie != ROOT_OF_ONE_CHILD && !visitor(context, &left.shown)) return;
  if (map->lie == CHILD_NOT_SHOWN || map->lie == NO_CHILD) return;
  if (!visitor(context, &right.shown) || map->lie != LEAF_TOO_DEEP) return;
  struct node leaf;
  uint64_t first = 100;
  for (uint32_t slot = 0; slot < 3; slot++) {
    uint64_t last = slot < 2 ? first + 9 : UINT64_MAX;
    make(&leaf, MAPLECHECK_LEAF, 3, first, last, 0x4000 + 0x1000 * slot);
    leaf.inside.parent = 0x3000, leaf.inside.parent_slot = slot;
    leaf.shown.end = 3;
    for (uint32_t place = 0; place < 4; place++) leaf.pivots[place] = place < 3 ? first + place : last;
    leaf.shown.null_slots = slot == 2 ? 1 << 3 : 0;
    if (!visitor(context, &leaf.shown)) return;
    first = last + 1;
  }
}

static void counters(struct maplecheck_map *map, struct maplecheck_counters *counts)
{
  *counts = (struct maplecheck_counters){.live_nodes = 3, .height = 2};
  if (map->lie == HEIGHT) counts->height = 3;
  if (map->lie == NODE_LOST) counts->live_nodes = 4;
  if (map->lie == ROOT_OF_ONE_CHILD) counts->live_nodes = 2;
  if (map->lie == NO_CHILD || map->lie == CHILD_NOT_SHOWN) counts->live_nodes = 2;
  if (map->lie == LEAF_TOO_DEEP) counts->live_nodes = 6;
}

static struct maplecheck_map *create(uint32_t flags) { return calloc(1, sizeof(struct maplecheck_map)); }

static void destroy(struct maplecheck_map *map) { free(map); }

static void remove_all(struct maplecheck_map *map) { map->lie = NO_LIE; }

static void slot_at(struct maplecheck_map *map, uint64_t index, struct maplecheck_slot *slot)
{
  *slot = (struct maplecheck_slot){0, UINT64_MAX, 0};
}

static enum maplecheck_status store(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  map->lie = entry >> 1;
  return MAPLECHECK_OK;
}

static const struct maplecheck_subject subject = {
  .size = sizeof(struct maplecheck_subject),
  .version = MAPLECHECK_SUBJECT_VERSION,
  .name = "a tree that is only shown",
  .create = create,
  .destroy = destroy,
  .remove_all = remove_all,
  .slot_at = slot_at,
  .store = store,
  .counters = counters,
  .walk_shape = walk_shape,
};

const struct maplecheck_subject *maplecheck_subject(void) { return &subject; }
