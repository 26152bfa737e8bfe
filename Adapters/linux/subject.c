// SPDX-License-Identifier: GPL-2.0-or-later
//
// A kernel's lib/maple_tree.c as a subject: that file, unchanged, and the interface around it in one translation
// unit, since what is looked at from outside is static in it. build.sh says which kernel it is.

#include "map.h"

#include "lib/maple_tree.c"

#ifndef MAPLECHECK_CHECKS_H
#error "lib/maple_tree.c does not include trace/events/maple_tree.h, so that its checks would not be reported"
#endif

#ifdef CONFIG_DEBUG_MAPLE_TREE
#define HAS_VALIDATE
#endif

#include "writes.h"

#include "prepared.h"

#include "bulk.h"

#include "cursors.h"

#include "shape.h"

#include "known_faults.h"

static struct maplecheck_map *create(uint32_t flags)
{
  struct maplecheck_map *map = calloc(1, sizeof(*map));
  if (!map) return NULL;
  unsigned int tree_flags = 0;
  if (flags & MAPLECHECK_TRACKS_GAPS) tree_flags |= MT_FLAGS_ALLOC_RANGE;
  if (flags & MAPLECHECK_READ_COPY_UPDATE) tree_flags |= MT_FLAGS_USE_RCU;
  if (flags & MAPLECHECK_EXTERNAL_LOCK) tree_flags |= MT_FLAGS_LOCK_EXTERN;
  map->has_external_lock = flags & MAPLECHECK_EXTERNAL_LOCK;
  mt_init_flags(&map->tree, tree_flags);
  MA_STATE(state, &map->tree, 0, 0);
  for (int cursor = 0; cursor < MAPLECHECK_CURSORS; cursor++) map->cursors[cursor] = state;
  return map;
}

static void destroy(struct maplecheck_map *map)
{
  // All nodes are the pool's, whatever state the tree is in.
  pool_discard(&map->pool);
#ifdef MAPLECHECK_HAS_SHEAVES
  discard_sheaves(&map->pool, NULL);
#endif
  free(map);
}

static void fail_allocation(struct maplecheck_map *map, uint64_t index, bool forever, uint32_t kinds)
{
  map->pool.failing = index;
  map->pool.forever = forever;
  map->pool.kinds = kinds;
  map->pool.requests = map->pool.refusals = 0;
}

static void permit_allocations(struct maplecheck_map *map, uint64_t *requests, uint64_t *refusals)
{
  *requests = map->pool.requests;
  *refusals = map->pool.refusals;
  fail_allocation(map, 0, false, 0);
}

static void schedule_interloper(struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last)
{
  map->has_interloper = true;
  map->interloper_ran = false;
  map->interloper_entry = (void *)entry;
  map->interloper_first = first;
  map->interloper_last = last;
}

static bool cancel_interloper(struct maplecheck_map *map)
{
  bool ran = map->interloper_ran;
  map->has_interloper = map->interloper_ran = false;
  return ran;
}

static void enter_reader(struct maplecheck_map *map) { map->readers++; }

static void leave_reader(struct maplecheck_map *map)
{
  if (!map->readers) return;
  ENTER(map, );
  map->readers--;
  LEAVE(map);
}

static const struct maplecheck_subject subject = {
  .size = sizeof(struct maplecheck_subject),
  .version = MAPLECHECK_SUBJECT_VERSION,
  .name = "Linux " MAPLECHECK_LINUX_VERSION ", " MAPLECHECK_LINUX_FILE
#ifdef MAPLECHECK_CORRECTED
    " without reader-teardown"
#endif
    ,
  .create = create,
  .destroy = destroy,
  .remove_all = remove_all,
  .set_read_copy_update = set_read_copy_update,
#ifdef MAPLECHECK_HAS_DUP
  .duplicate = duplicate,
#endif
  .load = load,
  .slot_at = slot_at,
  .find = find,
  .find_after = find_after,
  .next = next,
  .previous = previous,
  .lowest_gap = lowest_gap,
  .highest_gap = highest_gap,
  .store = store,
  .insert = insert,
  .erase = erase,
  .allocate_lowest = allocate_lowest,
  .allocate_highest = allocate_highest,
#ifdef MAPLECHECK_HAS_CYCLIC
  .allocate_cyclic = allocate_cyclic,
#endif
  .prepare = prepare,
  .store_prepared = store_prepared,
  .abandon_prepared = abandon_prepared,
#ifdef MAPLECHECK_HAS_BULK
  .begin_bulk = begin_bulk,
  .bulk_store = bulk_store,
  .end_bulk = end_bulk,
#endif
#ifdef MAPLECHECK_HAS_STATUS
  .cursor_state = cursor_state,
  .cursor_set = cursor_set,
  .cursor_move = cursor_move,
  .cursor_pause = cursor_pause,
  .cursor_reset = cursor_reset,
  .cursor_store = cursor_store,
  .cursor_erase = cursor_erase,
#endif
  .fail_allocation = fail_allocation,
  .permit_allocations = permit_allocations,
  .schedule_interloper = schedule_interloper,
  .cancel_interloper = cancel_interloper,
  .enter_reader = enter_reader,
  .leave_reader = leave_reader,
  .counters = counters,
  .walk_shape = walk_shape,
#ifdef HAS_VALIDATE
  .validate = validate,
#endif
  .fingerprint = fingerprint,
  .set_violation_hook = set_violation_hook,
  .known_faults = known_faults,
  .set_known_faults_exposed = set_known_faults_exposed,
};

__attribute__((visibility("default"))) const struct maplecheck_subject *maplecheck_subject(void)
{
  static bool is_initialized;
  if (!is_initialized) maple_tree_init();
  is_initialized = true;
  return &subject;
}
