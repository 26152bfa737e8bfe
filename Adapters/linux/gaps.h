// SPDX-License-Identifier: GPL-2.0-or-later
//
// Searches for gaps. The state of a search is kept. If nothing was written since, and the next search looks further on
// in the same direction, it goes on with that state, as a caller may who looks for one gap after the other.

// Whether the state of the last search can be gone on with, in a direction.
static bool is_kept(const struct maplecheck_map *map, enum gap_direction direction)
{
#ifdef MAPLECHECK_HAS_STATUS
  return map->gap_direction == direction && map->gap_version == map->version && map->gap_search.status == ma_active;
#else
  return false;
#endif
}

// A search upward that goes on from one of the first two slots of a node skips the rest of that node. A caller who
// knows begins anew there.
static bool goes_on_upward(const struct maplecheck_map *map, uint64_t first)
{
  if (!is_kept(map, GAP_UPWARD) || first < map->gap_search.index) return false;
  return known_faults_exposed || map->gap_search.offset >= 2;
}

// A search downward that goes on passes over the gap that was found and the entry before it; from one of the first two
// slots it passes over nodes. If the window ends before the node, it reads in front of the node. A caller who knows
// begins anew in each of these cases.
static bool goes_on_downward(struct maplecheck_map *map, uint64_t last)
{
  if (!is_kept(map, GAP_DOWNWARD) || last >= map->gap_search.index) return false;
  if (known_faults_exposed) return true;
  if (map->gap_search.offset < 2 || last < map->gap_search.min) return false;
  MA_STATE(found, &map->tree, map->gap_search.index, map->gap_search.index);
  mas_walk(&found);
  return last < found.index;
}

// The state to search with: the one that is kept, or one that begins anew.
static struct ma_state *search_state(struct maplecheck_map *map, enum gap_direction direction, bool goes_on)
{
  MA_STATE(state, &map->tree, 0, 0);
  if (!goes_on) map->gap_search = state;
  map->gap_direction = direction;
  map->gap_version = map->version;
  return &map->gap_search;
}

static enum maplecheck_status lowest_gap(
  struct maplecheck_map *map, uint64_t size, uint64_t first, uint64_t last, uint64_t *start)
{
  // The search itself does not look, and finds nothing in a tall tree without gaps.
  if (!(map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)) return MAPLECHECK_GAPS_NOT_TRACKED;
  ENTER(map, MAPLECHECK_VIOLATION);
  struct ma_state *state = search_state(map, GAP_UPWARD, goes_on_upward(map, first));
  int code = mas_empty_area(state, first, last, size);
  if (code) map->gap_direction = GAP_NOWHERE;
  *start = state->index;
  LEAVE(map);
  return status_of(code, map, fits(size, first, last), true);
}

static enum maplecheck_status highest_gap(
  struct maplecheck_map *map, uint64_t size, uint64_t first, uint64_t last, uint64_t *start)
{
  if (!(map->tree.ma_flags & MT_FLAGS_ALLOC_RANGE)) return MAPLECHECK_GAPS_NOT_TRACKED;
  ENTER(map, MAPLECHECK_VIOLATION);
  struct ma_state *state = search_state(map, GAP_DOWNWARD, goes_on_downward(map, last));
  int code = mas_empty_area_rev(state, first, last, size);
  if (misses_first_gap(map, code, size, first, last)) {
    mas_reset(state);
    code = mas_empty_area_rev(state, first, last - 1, size);
  }
  if (code) map->gap_direction = GAP_NOWHERE;
  *start = state->index;
  LEAVE(map);
  return status_of(code, map, fits(size, first, last), true);
}
