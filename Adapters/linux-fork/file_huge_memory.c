// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and a door to what it keeps to itself.
#include "mm/huge_memory.c"
#include "features.h"
// Begins the list of folios of which a part is not mapped any more, as hugepage_init() does.
int door_start_large_folios(void)
{
#ifdef HAS_DEFERRED_LRU
	return list_lru_init(&deferred_split_lru);
#else
	INIT_LIST_HEAD(&NODE_DATA(0)->deferred_split_queue.split_queue);
	return 0;
#endif
}
