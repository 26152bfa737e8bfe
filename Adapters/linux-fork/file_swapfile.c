// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and doors to functions that it keeps to itself.
#include "mm/swapfile.c"
#include "features.h"
int door_unuse(struct mm_struct *mm) { return unuse_mm(mm, 0); }

// As many as there are counts in a page.
#define SWAP_PAGES PAGE_SIZE

// Makes a swap area, as swapon() does once it has read a device. It has one page more than can be used: its header.
int door_start_swap(void)
{
	int result = swapfile_init();
	struct swap_info_struct *area = result ? ERR_PTR(result) : alloc_swap_info();
	if (IS_ERR(area)) return PTR_ERR(area);
	area->max = SWAP_PAGES;
	area->pages = SWAP_PAGES - 1;
	static union swap_header header;
	static unsigned long pages_of_zeros[BITS_TO_LONGS(SWAP_PAGES)];
#ifdef HAS_SWAP_TABLES
#ifdef HAS_SWAP_ZEROS
	area->zeromap = pages_of_zeros;
#endif
	area->flags |= SWP_SOLIDSTATE;
	result = setup_swap_clusters_info(area, &header, SWAP_PAGES);
	if (!result) enable_swap_info(area);
	return result;
#else
	struct swap_cluster_info *clusters = NULL;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page) return -ENOMEM;
	unsigned char *counts = page_address(page);
	counts[0] = SWAP_MAP_BAD;
#ifdef HAS_SWAP_WITHOUT_CLUSTERS
	area->lowest_bit = area->cluster_next = 1;
	area->highest_bit = SWAP_PAGES - 1;
#else
	area->flags |= SWP_SOLIDSTATE;
	clusters = setup_clusters(area, &header, SWAP_PAGES);
	if (IS_ERR(clusters)) return PTR_ERR(clusters);
#endif
#ifndef HAS_SWAP_CACHE_IN_TABLES
	result = init_swap_address_space(area->type, SWAP_PAGES);
#endif
	if (!result) enable_swap_info(area, 0, counts, clusters, pages_of_zeros);
	return result;
#endif
}

// Puts a folio into the swap cache, with slots of its own that nobody refers to yet.
int door_add_to_swap(struct folio *folio)
{
#if defined(HAS_SWAP_TABLES)
	return folio_alloc_swap(folio);
#elif !defined(HAS_SWAP_WITHOUT_CLUSTERS)
	return folio_alloc_swap(folio, GFP_KERNEL);
#else
	return add_to_swap(folio) ? 0 : -ENOMEM;
#endif
}

// Takes a folio out of the swap cache, as reclaim does when it is written.
void door_leave_swap_cache(struct folio *folio)
{
#ifdef HAS_SWAP_CACHE_IN_TABLES
	swap_cache_del_folio(folio);
#else
	delete_from_swap_cache(folio);
#endif
}

// Lets others refer to a slot until one more reference needs more memory.
void door_fill_slot(swp_entry_t entry)
{
#ifdef HAS_SWAP_TABLES
	while (swp_swapcount(entry) < SWP_TB_COUNT_MAX - 1) swap_dup_entry_direct(entry);
#else
	while (swp_swapcount(entry) < SWAP_MAP_MAX) swap_duplicate(entry);
#endif
}

// The folio of a slot that is in the swap cache, with a reference; NULL if there is none.
struct folio *door_cached_folio(unsigned long slot)
{
	swp_entry_t entry = swp_entry(0, slot);
#ifdef HAS_SWAP_CACHE_IN_TABLES
	struct swap_cluster_info *cluster = __swap_entry_to_cluster(entry);
	// A cluster without a slot in use may have no table.
	return rcu_access_pointer(cluster->table) ? swap_cache_get_folio(entry) : NULL;
#else
	struct folio *folio = xa_load(&swap_address_space(entry)->i_pages, slot);
	if (!folio || xa_is_value(folio)) return NULL;
	folio_get(folio);
	return folio;
#endif
}
