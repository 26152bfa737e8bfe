// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls that change what areas are for, each by the kernel's function that a system call ends in.

#include "kernel.h"
#include <linux/syscalls.h>

struct advice {
	struct mm_struct *mm;
	unsigned long start, length;
	int advice;
	bool is_locked;
};

// A folio of which a part alone is of no use any more is split first, and a split needs the lists of use.
static bool may_split(struct advice *advice)
{
	unsigned long end = advice->start + advice->length;
	if (advice->advice != MADV_FREE) return false;
	for (unsigned long address = advice->start; address < end; address += PAGE_SIZE) {
		pte_t *entry = looks_entry(advice->mm, address);
		if (looks_huge(advice->mm, address)) return true;
		if (!entry) address |= (PAGE_SIZE << looks_hole(advice->mm, address)) - PAGE_SIZE;
		else if (pte_present(*entry) && folio_test_large(page_folio(pte_page(*entry)))) return true;
	}
	return false;
}

static int64_t advise(void *given)
{
	struct advice *advice = given;
	if (may_split(advice)) machine_end("the machine has no split of a folio", NULL);
	machine_task->mm = advice->mm;
	int64_t result = sys_madvise(advice->start, advice->length, advice->advice);
	pages_drain();
	return result;
}

static int64_t lock(void *given)
{
	struct advice *advice = given;
	machine_task->mm = advice->mm;
	int64_t result = advice->is_locked ? sys_mlock(advice->start, advice->length) :
					     sys_munlock(advice->start, advice->length);
	// Pages wait in lists of a processor until it drains them.
	pages_drain();
	return result;
}

int64_t advice_advise(uint64_t space, uint64_t start, uint64_t length, int32_t advice)
{
	return machine_call(
		advise, &(struct advice){ .mm = (void *)space, .start = start, .length = length, .advice = advice });
}
int64_t advice_lock(uint64_t space, uint64_t start, uint64_t length, bool is_locked)
{
	return machine_call(
		lock, &(struct advice){ .mm = (void *)space, .start = start, .length = length, .is_locked = is_locked });
}
