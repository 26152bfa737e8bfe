// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the library shows of the kernel's state.

#include "kernel.h"

// The entry of the lowest table but one at an address; NULL if there is none.
static pmd_t *looks_pmd(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	if (pgd_none(*pgd)) return NULL;
	p4d_t *p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d)) return NULL;
	pud_t *pud = pud_offset(p4d, address);
	if (pud_none(*pud)) return NULL;
	pmd_t *pmd = pmd_offset(pud, address);
	return pmd_none(*pmd) ? NULL : pmd;
}

// The entry of a huge page at an address; NULL if there is none.
pmd_t *looks_huge(struct mm_struct *mm, unsigned long address)
{
#ifdef HAS_LARGE_FOLIOS
	pmd_t *pmd = looks_pmd(mm, address);
	return pmd && pmd_trans_huge(*pmd) ? pmd : NULL;
#else
	return NULL;
#endif
}

pte_t *looks_entry(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = looks_pmd(mm, address);
	return pmd && !pmd_leaf(*pmd) ? pte_offset_kernel(pmd, address) : NULL;
}

// A look goes over what a broken fork may have left: it is made as a call, which can be ended.
struct look {
	uint64_t object, address;
	void (*visit_area)(void *context, const struct maplecheck_fork_area *area);
	void (*visit_mapping)(void *context, uint64_t space, uint64_t vma);
	struct maplecheck_fork_page *page;
	void *context;
};

static int64_t look_at_areas(void *given)
{
	struct look *look = given;
	struct mm_struct *mm = (void *)look->object;
	struct vm_area_struct *vma;
	int64_t count = 0;
	MA_STATE(mas, &mm->mm_mt, 0, 0);
	mas_for_each(&mas, vma, ULONG_MAX) {
		struct maplecheck_fork_area area = {
			.start = mas.index, .end = mas.last + 1, .vma = (unsigned long)vma
		};
		if (!xa_is_zero(vma) && machine_is_live(vma) && vma->vm_mm == mm) {
			area.is_own = 1;
			area.file = (unsigned long)vma->vm_file;
			area.page = vma->vm_pgoff;
			area.watcher = (unsigned long)vma->vm_userfaultfd_ctx.ctx;
			area.flags = operations_flags(vma);
		}
		look->visit_area(look->context, &area);
		count++;
	}
	return count;
}

int64_t looks_areas(
	uint64_t space, void (*visit)(void *context, const struct maplecheck_fork_area *area), void *context)
{
	return machine_call(look_at_areas, &(struct look){ .object = space, .visit_area = visit, .context = context });
}

static long pages_of(struct mm_struct *mm, int member)
{
#ifdef HAS_RSS_COUNTERS
	return percpu_counter_sum(&mm->rss_stat[member]);
#else
	return atomic_long_read(&mm->rss_stat.count[member]);
#endif
}

long looks_swapped(struct mm_struct *mm) { return pages_of(mm, MM_SWAPENTS); }

bool looks_flag(struct mm_struct *mm, int flag)
{
#ifdef HAS_MM_FLAG_CALLS
	return mm_flags_test(flag, mm);
#else
	return test_bit(flag, &mm->flags);
#endif
}

int64_t looks_counters(uint64_t space, struct maplecheck_fork_counters *counters)
{
	struct mm_struct *mm = (void *)space;
	long lock = atomic_long_read(&mm->mmap_lock.count);
	*counters = (struct maplecheck_fork_counters){
		.users = atomic_read(&mm->mm_users), .references = atomic_read(&mm->mm_count), .areas = mm->map_count,
		.total_pages = mm->total_vm, .locked_pages = mm->locked_vm, .data_pages = mm->data_vm,
		.executable_pages = mm->exec_vm, .stack_pages = mm->stack_vm,
		.pinned_pages = atomic64_read(&mm->pinned_vm), .file_pages = pages_of(mm, MM_FILEPAGES),
		.anonymous_pages = pages_of(mm, MM_ANONPAGES), .swapped_pages = pages_of(mm, MM_SWAPENTS),
		.shared_pages = pages_of(mm, MM_SHMEMPAGES), .table_bytes = mm_pgtables_bytes(mm),
		.is_unstable = looks_flag(mm, MMF_UNSTABLE), .is_skipped = looks_flag(mm, MMF_OOM_SKIP),
		.has_pinned = looks_flag(mm, MMF_HAS_PINNED), .lock = lock & 1 ? -1 : lock >> 8,
	};
	return 0;
}

uint32_t looks_hole(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	if (pgd_none(*pgd)) return PGDIR_SHIFT - PAGE_SHIFT;
	p4d_t *p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d)) return P4D_SHIFT - PAGE_SHIFT;
	pud_t *pud = pud_offset(p4d, address);
	if (pud_none(*pud)) return PUD_SHIFT - PAGE_SHIFT;
	return pmd_none(*pmd_offset(pud, address)) ? PMD_SHIFT - PAGE_SHIFT : 0;
}

static int64_t look_at_page(void *given)
{
	struct look *look = given;
	struct maplecheck_fork_page *page = look->page;
	pmd_t *huge = looks_huge((void *)look->object, look->address);
	pte_t *entry = looks_entry((void *)look->object, look->address);
	*page = (struct maplecheck_fork_page){};
	if (huge) {
		struct folio *folio = page_folio(pmd_page(*huge));
		*page = (struct maplecheck_fork_page){
			.frame = pmd_pfn(*huge) + pte_index(look->address), .entry = pmd_val(*huge), .is_present = true, .is_huge = true,
			.is_writable = pmd_write(*huge), .is_dirty = pmd_dirty(*huge), .order = folio_order(folio),
			.references = folio_ref_count(folio), .mappings = folio_mapcount(folio),
		};
		return 1;
	}
	if (!entry) page->order = looks_hole((void *)look->object, look->address);
	if (!entry || pte_none(*entry)) return 0;
	page->entry = pte_val(*entry);
	page->is_present = pte_present(*entry);
	if (!page->is_present) {
		page->references = swapping_count(*entry);
		return 1;
	}
	struct folio *folio = page_folio(pte_page(*entry));
	page->frame = pte_pfn(*entry);
	page->is_writable = pte_write(*entry);
	page->is_dirty = pte_dirty(*entry);
	page->order = folio_order(folio);
	page->references = folio_ref_count(folio);
	page->mappings = folio_mapcount(folio);
	return 1;
}

int64_t looks_page(uint64_t space, uint64_t address, struct maplecheck_fork_page *page)
{
	return machine_call(look_at_page, &(struct look){ .object = space, .address = address, .page = page });
}

static int64_t look_at_mappings(void *given)
{
	struct look *look = given;
	struct address_space *mapping = ((struct file *)look->object)->f_mapping;
	struct vm_area_struct *vma;
	int64_t count = 0;
	for_each_mapping(vma, mapping) {
		look->visit_mapping(
			look->context, machine_is_live(vma) ? (unsigned long)vma->vm_mm : 0, (unsigned long)vma);
		count++;
	}
	return count;
}

int64_t looks_mappings(uint64_t file, void (*visit)(void *context, uint64_t space, uint64_t vma), void *context)
{
	return machine_call(
		look_at_mappings, &(struct look){ .object = file, .visit_mapping = visit, .context = context });
}

int64_t looks_committed(void) { return percpu_counter_sum(&vm_committed_as); }
