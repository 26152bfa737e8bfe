// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prepared stores, which take their nodes beforehand.

static enum maplecheck_status prepare(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  // The advanced interface leaves both to its callers.
  if (first > last) return MAPLECHECK_INVALID_RANGE;
  if (xa_is_advanced((void *)entry)) return MAPLECHECK_RESERVED_ENTRY;
  ENTER(map, MAPLECHECK_VIOLATION);
  MA_STATE(state, &map->tree, first, last);
  take_lock(map);
#ifdef MAPLECHECK_HAS_STATUS
  // A preparation that is there is made anew for another range, as mmap() does: the call asks for what is missing only,
  // and gives all back if it fails. Kernels without a status ask for nothing then.
  if (map->is_prepared) {
    state = map->prepared;
    mas_set_range(&state, first, last);
    map->is_prepared = false;
  }
#endif
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
