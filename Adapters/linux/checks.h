// SPDX-License-Identifier: GPL-2.0-or-later
//
// The last header that lib/maple_tree.c includes, behind linux/maple_tree.h: the place to make the checks of that
// header reports, and to see each node that is taken out of a reserve.

#ifndef MAPLECHECK_CHECKS_H
#define MAPLECHECK_CHECKS_H

#include "memory.h"

#undef MT_BUG_ON
#undef MAS_BUG_ON
#undef MAS_WR_BUG_ON
#undef MT_WARN_ON
#undef MAS_WARN_ON
#undef MAS_WR_WARN_ON
#define MT_BUG_ON(tree, condition) ((void)SHIM_CHECK("MT_BUG_ON", condition))
#define MAS_BUG_ON(state, condition) ((void)SHIM_CHECK("MAS_BUG_ON", condition))
#define MAS_WR_BUG_ON(state, condition) ((void)SHIM_CHECK("MAS_WR_BUG_ON", condition))
#define MT_WARN_ON(tree, condition) SHIM_CHECK("MT_WARN_ON", condition)
#define MAS_WARN_ON(state, condition) SHIM_CHECK("MAS_WARN_ON", condition)
#define MAS_WR_WARN_ON(state, condition) SHIM_CHECK("MAS_WR_WARN_ON", condition)

// Each node is cleared when it is taken out of a reserve, which is the one place where a list node is cleared. Where a
// reserve is a sheaf nodes are of another type, which is cleared elsewhere too: there the function tells. Its name is
// compared when the file is compiled; a call of strcmp() would cost time, and would teach libFuzzer the name.
extern uint64_t shim_nodes_taken;
#ifdef MAPLECHECK_HAS_SHEAVES
#define SHIM_IS_TAKEN(place) !__builtin_strcmp(__func__, "mas_pop_node")
#else
#define SHIM_IS_TAKEN(place) _Generic((place), struct maple_alloc *: 1, default: 0)
#endif
#define memset(place, value, size) (shim_nodes_taken += SHIM_IS_TAKEN(place), watched_memset(place, value, size))

#endif
