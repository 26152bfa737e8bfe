// SPDX-License-Identifier: GPL-2.0-or-later
//
// The nodes that a state holds for a write to come.

static uint64_t in_reserve(const struct ma_state *state)
{
#ifdef MAPLECHECK_HAS_SHEAVES
  return (state->sheaf ? state->sheaf->size : 0) + (state->alloc ? 1 : 0);
#else
  return !state->alloc || (unsigned long)state->alloc & 1 ? 0 : state->alloc->total;
#endif
}

// Sheaves that no reserve holds: what a write forgot to give back, even if all its nodes were used.
static uint64_t forgotten_sheaves(const struct maplecheck_map *map)
{
  uint64_t forgotten = 0;
#ifdef MAPLECHECK_HAS_SHEAVES
  for (const struct slab_sheaf *sheaf = map->pool.sheaves; sheaf; sheaf = sheaf->next)
    forgotten += !map->is_prepared || sheaf != map->prepared.sheaf;
#endif
  return forgotten;
}
