// SPDX-License-Identifier: GPL-2.0-or-later
//
// Swap: what reclaim does to take a page out, and the device below, which keeps nothing. mm/vmscan.c and mm/page_io.c.

#include "kernel.h"
#include <linux/swapops.h>
#ifdef HAS_LEAVES
#include <linux/leafops.h>
#endif
#include "mm/swap.h"
#ifdef HAS_SWAP_IN_FOLIO
#define swap_of(folio) ((folio)->swap)
#else
#define swap_of(folio) folio_swap_entry(folio)
#endif

// A slot that was used, and all below it may have been.
static unsigned long greatest_slot;

struct swapping {
	struct mm_struct *mm;
	unsigned long address;
	bool fills;
};

static int64_t swap_out(void *given)
{
	struct swapping *swapping = given;
	machine_task->mm = swapping->mm;
	pte_t *entry = looks_entry(swapping->mm, swapping->address);
	if (!entry || !pte_present(*entry) || !page_folio(pte_page(*entry))->mapping) return -EFAULT;
	struct folio *folio = page_folio(pte_page(*entry));
	if (!folio_test_anon(folio) || folio_test_large(folio) || folio_maybe_dma_pinned(folio)) return -EBUSY;
	if (!folio_trylock(folio)) return -EBUSY;
	folio_get(folio);
	// A page that swap-off or a fault brought back may be in the swap cache still.
	int result = folio_test_swapcache(folio) ? 0 : door_add_to_swap(folio);
	if (!result) {
		unsigned long slot = swp_offset(swap_of(folio));
		greatest_slot = max(greatest_slot, slot);
		try_to_unmap(folio, 0);
		if (folio_mapped(folio)) result = -EBUSY;
		if (!result && swapping->fills) {
			door_fill_slot(swap_of(folio));
			// A fork that counts one more reference clears this in both entries.
			set_pte(entry, pte_swp_clear_exclusive(*entry));
		}
		door_leave_swap_cache(folio);
	}
	folio_unlock(folio);
	folio_put(folio);
#ifndef HAS_RSS_COUNTERS
	sync_mm_rss(swapping->mm);
#endif
	return result;
}

int64_t swapping_out(uint64_t space, uint64_t address, bool fills)
{
	return machine_call(swap_out, &(struct swapping){ (void *)space, address, fills });
}

// Takes pages that came back out of the swap cache, and that nobody maps any more, as reclaim does.
void swapping_drain(void)
{
	for (unsigned long slot = 1; slot <= greatest_slot; slot++) {
		struct folio *folio = door_cached_folio(slot);
		if (!folio) continue;
		if (!folio_mapped(folio) && folio_trylock(folio)) {
			door_leave_swap_cache(folio);
			folio_unlock(folio);
		}
		folio_put(folio);
	}
}

int64_t swapping_count(pte_t entry)
{
#ifdef HAS_LEAVES
	softleaf_t slot = softleaf_from_pte(entry);
	return softleaf_is_swap(slot) ? swp_swapcount(slot) : 0;
#else
	swp_entry_t slot = pte_to_swp_entry(entry);
	return non_swap_entry(slot) ? 0 : swp_swapcount(slot);
#endif
}

// MARK: The device. A page that comes back has no contents: nothing here reads them.

static void read_folio(struct folio *folio)
{
	folio_mark_uptodate(folio);
	folio_unlock(folio);
}
#ifdef HAS_SWAP_CONTEXTS
void swap_read_folio(struct swap_io_ctx *context, struct folio *folio) { read_folio(folio); }
void swap_read_submit(struct swap_io_ctx *context) {}
#elif defined(HAS_SWAP_READ_FOLIO)
void swap_read_folio(struct folio *folio, struct swap_iocb **plug) { read_folio(folio); }
#else
int swap_readpage(struct page *page, bool polls, struct swap_iocb **plug)
{
	read_folio(page_folio(page));
	return 0;
}
#endif

// The counts of a swap area are in a page of the machine.
struct page *vmalloc_to_page(const void *address) { return virt_to_page(address); }

// The swap cache of before 6.18 is a tree of folios.
#ifndef HAS_SWAP_CACHE_IN_TABLES
#ifdef HAS_FOLIO_OR_ERROR
struct folio *__filemap_get_folio(struct address_space *mapping, pgoff_t index, fgf_t flags, gfp_t gfp)
#else
struct folio *__filemap_get_folio(struct address_space *mapping, pgoff_t index, int flags, gfp_t gfp)
#endif
{
	struct folio *folio = xa_load(&mapping->i_pages, index);
#ifdef HAS_FOLIO_OR_ERROR
	if (!folio || xa_is_value(folio)) return ERR_PTR(-ENOENT);
#else
	if (!folio || xa_is_value(folio)) return NULL;
#endif
	folio_get(folio);
	return folio;
}
#endif
