// SPDX-License-Identifier: GPL-2.0-or-later
//
// Those who come to look in the middle of a call, on another processor. One that would have to wait goes away.

#include "kernel.h"

#ifndef HAS_ASKING_SWAP_OFF
#define HAS_ASKING_SWAP_OFF 0
#endif

struct look {
	uint32_t observer;
	uint64_t object, address;
};

static bool is_locked_for_writing(struct mm_struct *mm) { return atomic_long_read(&mm->mmap_lock.count) & 1; }

// Takes a use of an address space, and its lock for reading.
static bool enter(struct mm_struct *mm)
{
	if (is_locked_for_writing(mm) || !mmget_not_zero(mm)) return false;
	mmap_read_lock(mm);
	return true;
}
static void leave(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
	mmput(mm);
}

// All areas through a file, as the breakpoints of uprobes are found: from there to the address space, and to its tree.
static int64_t look_through_file(struct file *file)
{
	struct vm_area_struct *vma;
	int64_t count = 0;
	if (!i_mmap_trylock_write(file->f_mapping)) return MAPLECHECK_FORK_BUSY;
	i_mmap_unlock_write(file->f_mapping);
	for_each_mapping(vma, file->f_mapping) {
		if (!machine_is_live(vma)) machine_end("a freed vma is found through its file", NULL);
		struct mm_struct *mm = vma->vm_mm;
		if (!machine_is_live(mm)) machine_end("a vma of a freed space is found through its file", NULL);
		count++;
		// Uprobes want the lock for writing. While munmap() has it for reading, the tree is ahead of the file.
		if (atomic_long_read(&mm->mmap_lock.count) || !enter(mm)) continue;
		bool is_in_tree = vma_lookup(mm, vma->vm_start) == vma;
		leave(mm);
		if (!is_in_tree) machine_end("a vma is found through its file, and its tree has another", NULL);
	}
	return count;
}

// Goes over the areas of an address space, as whoever has a reference to it may. All that do so in the kernel pass by
// one that is marked as unstable. Who holds the lock finds as many as are counted.
static int64_t read_areas(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	int64_t count = 0;
	if (looks_flag(mm, MMF_UNSTABLE) || !enter(mm)) return MAPLECHECK_FORK_BUSY;
	VMA_ITERATOR(iterator, mm, 0);
	for_each_vma(iterator, vma) {
		if (!machine_is_live(vma)) machine_end("a reader finds an entry that is no vma", NULL);
		if (vma->vm_mm != mm) machine_end("a reader finds a vma of another space", NULL);
		count++;
	}
	bool is_counted = count == mm->map_count;
	leave(mm);
	if (!is_counted) machine_end("a reader finds another number of vmas than is counted", NULL);
	return count;
}

// How often a folio's page is found through its reverse map. Those who unmap it rely on it that they find all. While a
// vma is split, one entry is found through both of its halves.
static bool count_entry(struct folio *folio, struct vm_area_struct *vma, unsigned long address, void *count)
{
	if (!machine_is_live(vma)) machine_end("a freed vma is found through a folio", NULL);
	if (!machine_is_live(vma->vm_mm)) machine_end("a vma of a freed space is found through a folio", NULL);
	for (unsigned long end = min(vma->vm_end, address + folio_size(folio)); address < end; address += PAGE_SIZE) {
		pmd_t *huge = looks_huge(vma->vm_mm, address);
		pte_t *entry = looks_entry(vma->vm_mm, address);
		// An entry for all pages is one.
		if (huge) *(int *)count += IS_ALIGNED(address, PMD_SIZE) && page_folio(pmd_page(*huge)) == folio;
		else if (entry && pte_present(*entry) && page_folio(pte_page(*entry)) == folio) ++*(int *)count;
	}
	return true;
}

static int64_t walk_folio(struct mm_struct *mm, unsigned long address)
{
	pmd_t *huge = looks_huge(mm, address);
	pte_t *entry = looks_entry(mm, address);
	if (!huge && (!entry || !pte_present(*entry))) return MAPLECHECK_FORK_BUSY;
	struct folio *folio = page_folio(huge ? pmd_page(*huge) : pte_page(*entry));
	int found = 0;
	struct rmap_walk_control control = { .rmap_one = count_entry, .arg = &found, .try_lock = true };
	if (!folio_trylock(folio)) return MAPLECHECK_FORK_BUSY;
	rmap_walk(folio, &control);
	folio_unlock(folio);
	if (control.contended) return MAPLECHECK_FORK_BUSY;
	if (found < folio_mapcount(folio)) machine_end("a folio is mapped more often than its reverse map finds", NULL);
	return found;
}

// A page fault that takes the lock of one area.
static int64_t fault_under_area_lock(struct mm_struct *mm, unsigned long address)
{
#ifdef HAS_VMA_LOCKS
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, address);
	if (!vma) return MAPLECHECK_FORK_BUSY;
	vm_fault_t fault = handle_mm_fault(vma, address, FAULT_FLAG_VMA_LOCK | FAULT_FLAG_USER, NULL);
	if (!(fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))) vma_end_read(vma);
	return 0;
#else
	return MAPLECHECK_FORK_BUSY;
#endif
}

// What the kernel's own observers go over. A freed vma has flags too, by which they may pass it.
static void check_entries(struct mm_struct *mm, const char *finding)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(iterator, mm, 0);
	for_each_vma(iterator, vma)
		if (xa_is_zero(vma)) machine_end(finding, "the marker of a failed fork");
		else if (!machine_is_live(vma) || vma->vm_mm != mm) machine_end(finding, NULL);
}

static int64_t observe(void *given)
{
	struct look *look = given;
	struct mm_struct *mm = (void *)look->object;
	int64_t result;
	if (!locks_let_others_run()) return MAPLECHECK_FORK_BUSY;
	switch (look->observer) {
	case MAPLECHECK_FORK_OBSERVER_REAPER:
		if (is_locked_for_writing(mm)) return MAPLECHECK_FORK_BUSY;
		if (!looks_flag(mm, MMF_OOM_SKIP)) check_entries(mm, "the reaper finds what is no vma of the space");
		return door_reap(mm);
	case MAPLECHECK_FORK_OBSERVER_SWAP_OFF:
		if (is_locked_for_writing(mm) || !mmget_not_zero(mm)) return MAPLECHECK_FORK_BUSY;
		// From 6.17 on it passes by a space that is marked.
		if (!HAS_ASKING_SWAP_OFF || !looks_flag(mm, MMF_UNSTABLE))
			check_entries(mm, "swap-off finds what is no vma of the space");
		// It goes over a list of address spaces: one that is not in the list keeps its entries for ever.
		if (list_empty(&mm->mmlist) && looks_swapped(mm))
			machine_end("a space has pages in swap, and swap-off does not find it", NULL);
		result = door_unuse(mm);
		mmput(mm);
		return result;
	case MAPLECHECK_FORK_OBSERVER_REVERSE_MAP: return look_through_file((void *)look->object);
	case MAPLECHECK_FORK_OBSERVER_FOLIO: return walk_folio(mm, look->address);
	case MAPLECHECK_FORK_OBSERVER_FAULT: return fault_under_area_lock(mm, look->address);
	case MAPLECHECK_FORK_OBSERVER_READER: return read_areas(mm);
	default: return -EOPNOTSUPP;
	}
}

int64_t observers_observe(uint32_t observer, uint64_t object, uint64_t address)
{
	return machine_call(observe, &(struct look){ observer, object, address });
}
