// SPDX-License-Identifier: GPL-2.0-or-later
//
// The four cursors of a map, each a `struct ma_state`.

#include "gaps.h"

static uint64_t load(struct maplecheck_map *map, uint64_t index)
{
  ENTER(map, 0);
  uint64_t entry = (uint64_t)mtree_load(&map->tree, index);
  LEAVE(map);
  return entry;
}

static void slot_at(struct maplecheck_map *map, uint64_t index, struct maplecheck_slot *slot)
{
  *slot = (struct maplecheck_slot){0, ULONG_MAX, 0};
  ENTER(map, );
  MA_STATE(state, &map->tree, index, index);
  slot->entry = (uint64_t)mas_walk(&state);
  slot->first = state.index;
  slot->last = state.last;
  LEAVE(map);
}

static uint64_t find(struct maplecheck_map *map, uint64_t *index, uint64_t limit)
{
  ENTER(map, 0);
  unsigned long place = *index;
  uint64_t entry = (uint64_t)mt_find(&map->tree, &place, limit);
  *index = place;
  LEAVE(map);
  return entry;
}

static uint64_t find_after(struct maplecheck_map *map, uint64_t *index, uint64_t limit)
{
  ENTER(map, 0);
  unsigned long place = *index;
  uint64_t entry = (uint64_t)mt_find_after(&map->tree, &place, limit);
  *index = place;
  LEAVE(map);
  return entry;
}

static uint64_t next(struct maplecheck_map *map, uint64_t index, uint64_t limit)
{
  ENTER(map, 0);
  uint64_t entry = (uint64_t)mt_next(&map->tree, index, limit);
  LEAVE(map);
  return entry;
}

static uint64_t previous(struct maplecheck_map *map, uint64_t index, uint64_t limit)
{
  ENTER(map, 0);
  uint64_t entry = (uint64_t)mt_prev(&map->tree, index, limit);
  LEAVE(map);
  return entry;
}

#ifdef MAPLECHECK_HAS_STATUS

static void cursor_state(struct maplecheck_map *map, uint32_t cursor, struct maplecheck_cursor *state)
{
  static const uint32_t statuses[] = {
    [ma_start] = MAPLECHECK_START,       [ma_active] = MAPLECHECK_ACTIVE,       [ma_root] = MAPLECHECK_ROOT,
    [ma_none] = MAPLECHECK_NONE,         [ma_pause] = MAPLECHECK_PAUSE,         [ma_overflow] = MAPLECHECK_OVERFLOW,
    [ma_underflow] = MAPLECHECK_UNDERFLOW, [ma_error] = UINT32_MAX,
  };
  const struct ma_state *mas = &map->cursors[cursor];
  *state = (struct maplecheck_cursor){mas->index, mas->last, statuses[mas->status]};
}

static void cursor_set(struct maplecheck_map *map, uint32_t cursor, uint64_t first, uint64_t last)
{
  mas_set_range(&map->cursors[cursor], first, last);
}

static void cursor_pause(struct maplecheck_map *map, uint32_t cursor) { mas_pause(&map->cursors[cursor]); }

static void cursor_reset(struct maplecheck_map *map, uint32_t cursor) { mas_reset(&map->cursors[cursor]); }

// A state that hit a limit without ever having a node goes on as if it had one. A caller who knows resets it.
static void avoid_missing_node(struct ma_state *mas, uint32_t move, uint64_t limit)
{
  if (mas->node) return;
  bool is_over = mas->status == ma_overflow, is_under = mas->status == ma_underflow;
  switch (move) {
  case MAPLECHECK_NEXT:
  case MAPLECHECK_NEXT_RANGE:
    if (is_over) mas->status = ma_start;
    break;
#ifndef MAPLECHECK_HAS_MAY_ACTIVATE
  case MAPLECHECK_PREVIOUS:
  case MAPLECHECK_PREVIOUS_RANGE:
    if (is_under) mas->status = ma_start;
    break;
#endif
  case MAPLECHECK_FIND_REVERSE:
  case MAPLECHECK_FIND_RANGE_REVERSE:
    if ((is_over || is_under) && mas->index > limit) mas->status = ma_start;
    break;
  default: break;
  }
}

static uint64_t cursor_move(struct maplecheck_map *map, uint32_t cursor, uint32_t move, uint64_t limit)
{
  ENTER(map, 0);
  struct ma_state *mas = &map->cursors[cursor];
  if (!known_faults_exposed) avoid_missing_node(mas, move, limit);
  void *entry = NULL;
  switch (move) {
  case MAPLECHECK_WALK: entry = mas_walk(mas); break;
  case MAPLECHECK_FIND: entry = mas_find(mas, limit); break;
  case MAPLECHECK_FIND_RANGE: entry = mas_find_range(mas, limit); break;
  case MAPLECHECK_NEXT: entry = mas_next(mas, limit); break;
  case MAPLECHECK_NEXT_RANGE: entry = mas_next_range(mas, limit); break;
  case MAPLECHECK_PREVIOUS: entry = mas_prev(mas, limit); break;
  case MAPLECHECK_PREVIOUS_RANGE: entry = mas_prev_range(mas, limit); break;
  case MAPLECHECK_FIND_REVERSE: entry = mas_find_rev(mas, limit); break;
  case MAPLECHECK_FIND_RANGE_REVERSE: entry = mas_find_range_rev(mas, limit); break;
  }
  LEAVE(map);
  return (uint64_t)entry;
}

// A new root leaves the state's copy of the node's end as it was; a caller who knows walks again.
static void avoid_stale_end(struct ma_state *mas, bool had_node)
{
  if (had_node || mas->status != ma_active) return;
  unsigned long first = mas->index;
  mas_reset(mas);
  mas->index = first;
  mas_walk(mas);
}

// A NULL over everything frees the nodes, and leaves the state with the one that it had. If it hits a limit next, it
// goes on from there. A caller who knows resets it.
static void avoid_freed_node(struct ma_state *mas)
{
  if (mas->status == ma_start) mas_reset(mas);
}

static enum maplecheck_status cursor_store(
  struct maplecheck_map *map, uint32_t cursor, uint64_t entry, uint32_t policy, uint64_t *former)
{
  struct ma_state *mas = &map->cursors[cursor];
  if (mas->index > mas->last) return MAPLECHECK_INVALID_RANGE;
  if (xa_is_advanced((void *)entry)) return MAPLECHECK_RESERVED_ENTRY;
  ENTER_WRITE(map);
  map->writing_cursor = mas;
  map->saved_cursor = *mas;
  map->found_root = map->tree.ma_root;
  begin_write(map, NULL);
  // mas_store_gfp() does not return what it overwrote, and what mas_store() returns is not always that.
  MA_STATE(before, &map->tree, mas->index, mas->index);
  map->former = mas_walk(&before);
  map->former_index = mas->index;
  map->wants_former = true;
  take_lock(map);
  int code;
  if (known_faults_exposed) {
    unsigned long first = mas->index, last = mas->last;
    do {
      mas->index = first, mas->last = last;
      map->former = mas_store(mas, (void *)entry);
    } while (mas_nomem(mas, flags_of(policy)));
    code = mas_is_err(mas) ? xa_err(mas->node) : 0;
    mas_destroy(mas);
  } else if (keeps_heights(map)) {
    code = store_anew(mas, (void *)entry, flags_of(policy));
  } else {
    code = mas_store_gfp(mas, (void *)entry, flags_of(policy));
  }
  release_lock(map);
  map->wants_former = false;
  *former = (uint64_t)map->former;
  map->writing_cursor = NULL;
  end_write(map, code == 0);
  if (code) {
    *mas = map->saved_cursor;
  } else if (!known_faults_exposed) {
    avoid_stale_end(mas, xa_is_node(map->found_root));
    if (avoid_null_leaf(map)) mas_reset(mas);
    avoid_freed_node(mas);
    // A NULL where the root pointer holds no entry for it can leave a state that says it stands on that entry.
    if (mas->status == ma_root && (mas->index || !map->found_root)) mas->status = ma_none;
  }
  LEAVE(map);
  return status_of(code, map, true, false);
}

static enum maplecheck_status cursor_erase(
  struct maplecheck_map *map, uint32_t cursor, uint32_t policy, uint64_t *former)
{
  ENTER_WRITE(map);
  struct ma_state *mas = &map->cursors[cursor];
  map->writing_cursor = mas;
  map->saved_cursor = *mas;
  begin_write(map, NULL);
  take_lock(map);
  // Without a node the call leaves the range of a NULL index as it was; a walk does not.
  map->found_root = map->tree.ma_root;
  if (!xa_is_node(map->found_root) && (!map->tree.ma_root || mas->index)) {
    *former = (uint64_t)mas_walk(mas);
  } else {
    *former = (uint64_t)erase_at(map, mas);
  }
  int code = mas_is_err(mas) ? xa_err(mas->node) : 0;
  if (!known_faults_exposed) mas_destroy(mas);
  // The same where another writer took the last node away while this one waited for memory.
  if (!code && !*former && !xa_is_node(map->tree.ma_root)) mas_walk(mas);
  release_lock(map);
  if (!code && avoid_null_leaf(map)) mas_reset(mas);
  if (!code && !known_faults_exposed) avoid_freed_node(mas);
  // Only where memory was refused first does the range of a state without a node become that of the entry.
  if (!code && !xa_is_node(map->found_root) && *former && !known_faults_exposed) mas->last = map->saved_cursor.last;
  map->writing_cursor = NULL;
  end_write(map, code == 0 && *former);
  if (code) *mas = map->saved_cursor;
  LEAVE(map);
  (void)policy;
  return status_of(code, map, true, false);
}

#endif
