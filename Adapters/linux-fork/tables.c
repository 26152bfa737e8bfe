// SPDX-License-Identifier: GPL-2.0-or-later
//
// Page tables, as arch/x86/mm/pgtable.c and arch/x86/mm/tlb.c have them.

#include "kernel.h"

// Four levels of five are in use.
unsigned int pgdir_shift = 39, ptrs_per_p4d = 1;
pteval_t __supported_pte_mask = ~0UL;

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	struct page *page = pages_take(0, MAPLECHECK_FORK_STEP_PGD, __GFP_ZERO);
	if (!page) return NULL;
	set_page_count(page, 1);
	return page_address(page);
}
void pgd_free(struct mm_struct *mm, pgd_t *table) { free_pages((unsigned long)table, 0); }

#undef pte_alloc_one
pgtable_t pte_alloc_one(struct mm_struct *mm) { return __pte_alloc_one(mm, GFP_PGTABLE_USER); }

// Takes a table out, after what the versions have to undo of its descriptor before that.
static void remove_table(struct mmu_gather *tlb, struct page *page)
{
	machine_event(MAPLECHECK_FORK_EVENT_TABLE_FREED, page);
#ifdef HAS_TABLE_DESCRIPTORS_GATHERED
	tlb_remove_ptdesc(tlb, page_ptdesc(page));
#else
	tlb_remove_page(tlb, page);
#endif
}
void ___pte_free_tlb(struct mmu_gather *tlb, struct page *page)
{
#ifdef HAS_TABLE_DESCRIPTORS
	pagetable_pte_dtor(page_ptdesc(page));
#elif !defined(HAS_TABLE_DESCRIPTORS_GATHERED)
	pgtable_pte_page_dtor(page);
#endif
	remove_table(tlb, page);
}
void ___pmd_free_tlb(struct mmu_gather *tlb, pmd_t *table)
{
#ifdef HAS_TABLE_DESCRIPTORS
	pagetable_pmd_dtor(virt_to_ptdesc(table));
#elif !defined(HAS_TABLE_DESCRIPTORS_GATHERED)
	pgtable_pmd_page_dtor(virt_to_page(table));
#endif
	remove_table(tlb, virt_to_page(table));
}
void ___pud_free_tlb(struct mmu_gather *tlb, pud_t *table)
{
#ifdef HAS_TABLE_DESCRIPTORS
	pagetable_pud_dtor(virt_to_ptdesc(table));
#endif
	remove_table(tlb, virt_to_page(table));
}

#ifdef HAS_WRITABLE_BY_VMA
pte_t pte_mkwrite(pte_t pte, struct vm_area_struct *vma) { return pte_clear_saveddirty(pte_mkwrite_novma(pte)); }
#endif

// A huge page is an entry of a table of the second level.
#ifdef HAS_LARGE_FOLIOS
pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma) { return pmd_clear_saveddirty(pmd_mkwrite_novma(pmd)); }
int pmdp_set_access_flags(struct vm_area_struct *vma, unsigned long address, pmd_t *place, pmd_t entry, int dirty)
{
	int changed = !pmd_same(*place, entry);
	if (changed && dirty) set_pmd(place, entry);
	return changed;
}
pmd_t pmdp_invalidate_ad(struct vm_area_struct *vma, unsigned long address, pmd_t *place)
{
	return pmdp_establish(vma, address, place, pmd_mkinvalid(*place));
}
#endif

int ptep_set_access_flags(struct vm_area_struct *vma, unsigned long address, pte_t *place, pte_t entry, int dirty)
{
	int changed = !pte_same(*place, entry);
	if (changed && dirty) set_pte(place, entry);
	return changed;
}

// What an area's flags allow: private pages that may be written begin write-protected.
pgprot_t vm_get_page_prot(vm_flags_t flags)
{
	bool writes = flags & VM_WRITE, executes = flags & VM_EXEC, shared = flags & VM_SHARED;
	if (!(flags & (VM_READ | VM_WRITE | VM_EXEC))) return PAGE_NONE;
	if (writes && shared) return executes ? PAGE_SHARED_EXEC : PAGE_SHARED;
	if (writes) return executes ? PAGE_COPY_EXEC : PAGE_COPY;
	return executes ? PAGE_READONLY_EXEC : PAGE_READONLY;
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end, unsigned int stride, bool tables)
{
	machine_event(MAPLECHECK_FORK_EVENT_FLUSHED, mm);
}
