// SPDX-License-Identifier: GPL-2.0-or-later
//
// The smallest subject that is of use: the ranges that are not NULL, in one sorted array. It has no nodes, no cursors
// and no lock, and leaves those functions out.
//
//   cc -shared -fPIC -I Sources/CSubjectABI/include -o libsortedlist.so SortedList.c

#include "CSubjectABI.h"

#include <stdlib.h>
#include <string.h>

struct range {
  uint64_t first, last, entry;
};

struct maplecheck_map {
  struct range *ranges;
  size_t count, capacity;
};

// The place of the first range that ends at or after an index.
static size_t place_of(const struct maplecheck_map *map, uint64_t index)
{
  size_t low = 0, high = map->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (map->ranges[middle].last < index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static struct maplecheck_map *create(uint32_t flags)
{
  (void)flags;
  return calloc(1, sizeof(struct maplecheck_map));
}

static void destroy(struct maplecheck_map *map)
{
  free(map->ranges);
  free(map);
}

static void remove_all(struct maplecheck_map *map) { map->count = 0; }

static void slot_at(struct maplecheck_map *map, uint64_t index, struct maplecheck_slot *slot)
{
  size_t place = place_of(map, index);
  if (place < map->count && map->ranges[place].first <= index) {
    *slot = (struct maplecheck_slot){map->ranges[place].first, map->ranges[place].last, map->ranges[place].entry};
    return;
  }
  slot->first = place ? map->ranges[place - 1].last + 1 : 0;
  slot->last = place < map->count ? map->ranges[place].first - 1 : UINT64_MAX;
  slot->entry = 0;
}

// The reservation marker occupies its range, and a plain read sees it as NULL.
#define ZERO_ENTRY 0x406

static uint64_t load(struct maplecheck_map *map, uint64_t index)
{
  struct maplecheck_slot slot;
  slot_at(map, index, &slot);
  return slot.entry == ZERO_ENTRY ? 0 : slot.entry;
}

static uint64_t find(struct maplecheck_map *map, uint64_t *index, uint64_t limit)
{
  if (*index > limit) return 0;
  for (size_t place = place_of(map, *index); place < map->count && map->ranges[place].first <= limit; place++) {
    if (map->ranges[place].entry == ZERO_ENTRY) continue;
    *index = map->ranges[place].last + 1;
    return map->ranges[place].entry;
  }
  return 0;
}

static uint64_t find_after(struct maplecheck_map *map, uint64_t *index, uint64_t limit)
{
  return *index ? find(map, index, limit) : 0;
}

static enum maplecheck_status store(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy)
{
  (void)policy;
  if (first > last) return MAPLECHECK_INVALID_RANGE;
  if ((entry & 3) == 2 && entry <= 0x402) return MAPLECHECK_RESERVED_ENTRY;
  size_t low = place_of(map, first), high = low;
  while (high < map->count && map->ranges[high].first <= last) high++;

  // What is left of the ranges that are cut, and the new one between them.
  struct range built[3];
  size_t count = 0;
  if (low < high && map->ranges[low].first < first)
    built[count++] = (struct range){map->ranges[low].first, first - 1, map->ranges[low].entry};
  if (entry) built[count++] = (struct range){first, last, entry};
  if (low < high && map->ranges[high - 1].last > last)
    built[count++] = (struct range){last + 1, map->ranges[high - 1].last, map->ranges[high - 1].entry};

  size_t total = map->count - (high - low) + count;
  if (total > map->capacity) {
    struct range *larger = realloc(map->ranges, 2 * total * sizeof(struct range));
    if (!larger) return MAPLECHECK_OUT_OF_MEMORY;
    map->ranges = larger;
    map->capacity = 2 * total;
  }
  if (total) {
    memmove(map->ranges + low + count, map->ranges + high, (map->count - high) * sizeof(struct range));
    memcpy(map->ranges + low, built, count * sizeof(struct range));
  }
  map->count = total;
  return MAPLECHECK_OK;
}

static enum maplecheck_status insert(
  struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy, uint64_t *occupant)
{
  size_t place = place_of(map, first);
  bool is_refused = first > last || ((entry & 3) == 2 && entry <= 0x402);
  if (!is_refused && place < map->count && map->ranges[place].first <= last) {
    *occupant = map->ranges[place].entry;
    return MAPLECHECK_OCCUPIED;
  }
  return store(map, entry, first, last, policy);
}

static enum maplecheck_status erase(struct maplecheck_map *map, uint64_t index, uint32_t policy, uint64_t *entry)
{
  struct maplecheck_slot slot;
  slot_at(map, index, &slot);
  *entry = slot.entry;
  return slot.entry ? store(map, 0, slot.first, slot.last, policy) : MAPLECHECK_OK;
}

static const struct maplecheck_subject subject = {
  .size = sizeof(struct maplecheck_subject),
  .version = MAPLECHECK_SUBJECT_VERSION,
  .name = "a sorted list",
  .create = create,
  .destroy = destroy,
  .remove_all = remove_all,
  .load = load,
  .slot_at = slot_at,
  .find = find,
  .find_after = find_after,
  .store = store,
  .insert = insert,
  .erase = erase,
};

const struct maplecheck_subject *maplecheck_subject(void) { return &subject; }
