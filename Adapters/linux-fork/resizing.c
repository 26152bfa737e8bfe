// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls that move areas and the ends of areas, each by the kernel's function that a system call ends in.

#include "kernel.h"
#include <linux/syscalls.h>

// The first gap above an address that is wanted, or above the place of the first mapping. x86-64 searches from above.
// No check here rests on that.
#ifdef HAS_GAP_BY_FLAGS
unsigned long arch_get_unmapped_area(struct file *file, unsigned long wanted, unsigned long length, unsigned long page,
	unsigned long flags, vm_flags_t kinds)
#else
unsigned long arch_get_unmapped_area(
	struct file *file, unsigned long wanted, unsigned long length, unsigned long page, unsigned long flags)
#endif
{
	struct vm_area_struct *vma;
	unsigned long start = wanted && !(flags & MAP_FIXED) ? PAGE_ALIGN(wanted) : 0x100000000000;
	if (flags & MAP_FIXED) return wanted;
	VMA_ITERATOR(iterator, machine_task->mm, start);
	for_each_vma(iterator, vma) {
		if (vm_start_gap(vma) >= start + length) break;
		start = max(start, vma->vm_end);
	}
	return start;
}

struct resizing {
	struct mm_struct *mm;
	unsigned long start, length, new_length, flags, new_start;
};

static int64_t remap(void *given)
{
	struct resizing *resizing = given;
	machine_task->mm = resizing->mm;
	return sys_mremap(
		resizing->start, resizing->length, resizing->new_length, resizing->flags, resizing->new_start);
}

static int64_t move_end(void *given)
{
	struct resizing *resizing = given;
	struct mm_struct *mm = machine_task->mm = resizing->mm;
	// What exec does for a program.
	if (!mm->start_brk) mm->start_brk = mm->brk = resizing->start;
	return sys_brk(resizing->start) == resizing->start ? 0 : -ENOMEM;
}

static int64_t grow(void *given)
{
	struct resizing *resizing = given;
	struct mm_struct *mm = machine_task->mm = resizing->mm;
	mmap_write_lock(mm);
	struct vm_area_struct *vma = find_vma(mm, resizing->start);
	int result = -EFAULT;
	if (vma && vma->vm_start <= resizing->start) result = 0;
	else if (vma && vma->vm_flags & VM_GROWSDOWN) result = expand_stack_locked(vma, resizing->start & PAGE_MASK);
	mmap_write_unlock(mm);
	return result;
}

int64_t resizing_remap(
	uint64_t space, uint64_t start, uint64_t length, uint64_t new_length, uint64_t flags, uint64_t new_start)
{
	return machine_call(remap, &(struct resizing){ (void *)space, start, length, new_length, flags, new_start });
}
int64_t resizing_brk(uint64_t space, uint64_t address)
{
	return machine_call(move_end, &(struct resizing){ .mm = (void *)space, .start = address });
}
int64_t resizing_grow(uint64_t space, uint64_t address)
{
	return machine_call(grow, &(struct resizing){ .mm = (void *)space, .start = address });
}

int64_t resizing_set_limit(uint32_t limit, uint64_t value)
{
	if (value > INT_MAX) return -EINVAL;
	switch (limit) {
	case MAPLECHECK_FORK_LIMIT_AREAS: sysctl_max_map_count = value; return 0;
	case MAPLECHECK_FORK_LIMIT_READERS: locks_have_readers = value; return 0;
	default: return -EINVAL;
	}
}
