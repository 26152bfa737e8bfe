// SPDX-License-Identifier: GPL-2.0-or-later
//
// Physical pages: mm/page_alloc.c and the ends of folios in mm/swap.c.

#include "kernel.h"

unsigned long page_offset_base, phys_base, max_mapnr;
struct page *mem_map;
#ifdef HAS_ZERO_PAGE_PFN
unsigned long zero_page_pfn;
#endif
unsigned int nr_node_ids = 1;
nodemask_t node_states[NR_NODE_STATES];
struct pglist_data *node_data[MAX_NUMNODES];
static struct pglist_data node;

// What a request for a page is for, as its flags say: memory for user space moves, a page of counts of swap may be
// anywhere, a page that gathers must not wait.
static uint32_t step_of(gfp_t gfp)
{
	if (gfp & __GFP_MOVABLE) return MAPLECHECK_FORK_STEP_FOLIO;
	if (gfp & __GFP_HIGHMEM) return MAPLECHECK_FORK_STEP_SWAP;
	return gfp & __GFP_DIRECT_RECLAIM ? MAPLECHECK_FORK_STEP_TABLE : MAPLECHECK_FORK_STEP_GATHER;
}

static uint32_t resource_of(uint32_t step)
{
	switch (step) {
	case MAPLECHECK_FORK_STEP_FOLIO: return MAPLECHECK_FORK_FOLIO;
	case MAPLECHECK_FORK_STEP_PGD: return MAPLECHECK_FORK_PGD;
	case MAPLECHECK_FORK_STEP_GATHER: return MAPLECHECK_FORK_GATHER;
	case MAPLECHECK_FORK_STEP_SWAP: return NOBODYS;
	default: return MAPLECHECK_FORK_TABLE;
	}
}

#ifdef HAS_LARGE_FOLIOS
void prep_compound_page(struct page *page, unsigned int order)
{
	__SetPageHead(page);
	for (int place = 1; place < 1 << order; place++)
#ifdef HAS_TAIL_BY_PAGE
		prep_compound_tail(page + place, page, order);
#else
		prep_compound_tail(page, place);
#endif
	prep_compound_head(page, order);
}

// What must be so of a folio that is freed: free_tail_page_prepare().
static void check_large(struct folio *folio)
{
	folio_unqueue_deferred_split(folio);
	if (folio_large_mapcount(folio) || folio_entire_mapcount(folio) || atomic_read(&folio->_nr_pages_mapped))
		machine_end("a page is freed that is mapped", NULL);
	if (folio_order(folio) > 1 && !list_empty(&folio->_deferred_list))
		machine_end("a page is freed that is to be split", NULL);
	for (int place = 1; place < folio_nr_pages(folio); place++)
		if (atomic_read(&folio_page(folio, place)->_mapcount) != -1)
			machine_end("a page is freed of which a part is mapped", NULL);
}
#else
#define prep_compound_page(page, order) ((void)0)
#define check_large(folio) ((void)0)
#endif

struct page *pages_take(unsigned int order, uint32_t step, gfp_t gfp)
{
	if (!(gfp & __GFP_NOFAIL) && machine_fails(step, 1)) return NULL;
	unsigned long frame = machine_take_frames(order);
	struct page *page = pfn_to_page(frame);
	memset(page, 0, sizeof(*page) << order);
	for (int place = 0; place < 1 << order; place++) atomic_set(&page[place]._mapcount, -1);
	memset(page_address(page), gfp & __GFP_ZERO ? 0 : 0x5a, PAGE_SIZE << order);
	if (order && gfp & __GFP_COMP) prep_compound_page(page, order);
	machine_frame_marks[frame] = resource_of(step) + 1;
	if (resource_of(step) != NOBODYS) machine_taken(resource_of(step), page);
	return page;
}

static void give_page(struct page *page)
{
	unsigned long frame = page_to_pfn(page);
	if (page_ref_count(page)) machine_end("a page is freed that somebody refers to", NULL);
	if (frame >= MACHINE_FRAMES || !machine_frame_marks[frame]) machine_end("a page is freed twice", NULL);
	if (machine_frame_marks[frame] == MAPLECHECK_FORK_FOLIO + 1 && atomic_read(&page->_mapcount) != -1)
		machine_end("a page is freed that is mapped", NULL);
	if (machine_frame_marks[frame] != NOBODYS + 1) machine_given(machine_frame_marks[frame] - 1, page);
	machine_frame_marks[frame] = 0;
	if (PageHead(page)) check_large(page_folio(page));
	memset(page_address(page), 0xdd, PAGE_SIZE << compound_order(page));
}

#ifdef HAS_FROZEN_PAGES
struct page *__alloc_frozen_pages_noprof(gfp_t gfp, unsigned int order, int wanted_node, nodemask_t *mask)
{
	return pages_take(order, step_of(gfp), gfp);
}
#endif

struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int wanted_node, nodemask_t *mask)
{
	struct page *page = pages_take(order, step_of(gfp), gfp);
	if (page) set_page_count(page, 1);
	return page;
}

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page = __alloc_pages_noprof(gfp, order, 0, NULL);
	return page ? (unsigned long)page_address(page) : 0;
}
#ifndef HAS_ALLOCATION_PROFILING
unsigned long get_zeroed_page(gfp_t gfp) { return __get_free_pages(gfp | __GFP_ZERO, 0); }
#endif
#ifdef HAS_FOLIO_ALLOCATION
struct folio *__folio_alloc(gfp_t gfp, unsigned int order, int wanted_node, nodemask_t *mask)
{
	struct page *page = __alloc_pages(gfp, order, wanted_node, mask);
	return page ? page_folio(page) : NULL;
}
#endif

void __free_pages(struct page *page, unsigned int order)
{
	if (put_page_testzero(page)) give_page(page);
}
void free_pages(unsigned long address, unsigned int order)
{
	if (address) __free_pages(virt_to_page((void *)address), order);
}
void __folio_put(struct folio *folio) { give_page(&folio->page); }
#ifdef HAS_PAGES_BY_BATCH
void folios_put_refs(struct folio_batch *folios, unsigned int *references)
{
	for (unsigned int place = 0; place < folio_batch_count(folios); place++) {
		struct folio *folio = folios->folios[place];
		if (folio_ref_sub_and_test(folio, references ? references[place] : 1)) give_page(&folio->page);
	}
	folio_batch_reinit(folios);
}
#else
void release_pages(struct page **pages, int count)
{
	for (int place = 0; place < count; place++)
		if (put_page_testzero(pages[place])) give_page(pages[place]);
}
#endif

void folio_unlock(struct folio *folio) { clear_bit(PG_locked, (unsigned long *)&folio->flags); }
void unlock_page(struct page *page) { folio_unlock(page_folio(page)); }
void __folio_lock(struct folio *folio) { machine_end("a page's lock is waited for, and nobody gives it back", NULL); }
void pages_drain(void)
{
#ifdef HAS_LOCKED_BATCHES
	mlock_drain_local();
#else
	mlock_page_drain_local();
#endif
}
void lru_add_drain(void)
{
	pages_drain();
	machine_event(MAPLECHECK_FORK_EVENT_DRAINED, NULL);
}
void copy_page(void *to, void *from) { memcpy(to, from, PAGE_SIZE); }
// Called out of assembly, which allows them no other registers.
asm(".text\n"
    ".hidden clear_page_orig, __clear_pages_unrolled\n"
    ".globl clear_page_orig, __clear_pages_unrolled\n"
    "clear_page_orig: movl $4096, %ecx\n\txorl %eax, %eax\n"
    "__clear_pages_unrolled: rep stosb\n\tret\n");
// A stack is none of the machine's.
bool __virt_addr_valid(unsigned long address)
{
	return address - page_offset_base < MACHINE_FRAMES << PAGE_SHIFT;
}

void pages_start(void)
{
	machine_place_frames(sizeof(struct page));
	page_offset_base = (unsigned long)machine_frames;
	mem_map = machine_page_structures;
	max_mapnr = highest_memmap_pfn = MACHINE_FRAMES;
	node_data[0] = &node;
	for (int state = 0; state < NR_NODE_STATES; state++) node_set(0, node_states[state]);
#ifdef HAS_ZERO_PAGE_PFN
	zero_page_pfn = machine_take_frames(0);
	memset(pfn_to_page(zero_page_pfn), 0, sizeof(struct page));
	set_page_count(pfn_to_page(zero_page_pfn), 1);
	atomic_set(&pfn_to_page(zero_page_pfn)->_mapcount, -1);
#endif
}
