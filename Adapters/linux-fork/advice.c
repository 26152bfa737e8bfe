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

static int64_t advise(void *given)
{
	struct advice *advice = given;
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
