// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls that the library shows, each by the kernel's function that a system call ends in.

#include "kernel.h"
#include <linux/syscalls.h>
#include <linux/radix-tree.h>

#ifdef HAS_VMA_FLAGS
#define FLAGS(flags) legacy_to_vma_flags(flags)
#else
#define FLAGS(flags) (flags)
#endif

static const struct {
	uint32_t ours;
	vm_flags_t kernels;
} flag_pairs[] = {
	{ MAPLECHECK_FORK_READ, VM_READ },
	{ MAPLECHECK_FORK_WRITE, VM_WRITE },
	{ MAPLECHECK_FORK_EXECUTE, VM_EXEC },
	{ MAPLECHECK_FORK_SHARED, VM_SHARED | VM_MAYSHARE },
	{ MAPLECHECK_FORK_DONT_COPY, VM_DONTCOPY },
	{ MAPLECHECK_FORK_WIPE_ON_FORK, VM_WIPEONFORK },
	{ MAPLECHECK_FORK_ACCOUNT, VM_ACCOUNT },
	{ MAPLECHECK_FORK_LOCKED, VM_LOCKED },
	{ MAPLECHECK_FORK_GROWS_DOWN, VM_GROWSDOWN },
	// An area is watched by a call of its own.
	{ MAPLECHECK_FORK_WATCHED, VM_UFFD_MISSING },
};

static vm_flags_t kernels_flags(uint32_t ours)
{
	vm_flags_t flags = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	ours &= ~MAPLECHECK_FORK_WATCHED;
	for (int place = 0; place < ARRAY_SIZE(flag_pairs); place++)
		if (ours & flag_pairs[place].ours) flags |= flag_pairs[place].kernels;
	return flags;
}

uint32_t operations_flags(const struct vm_area_struct *vma)
{
	uint32_t flags = 0;
	for (int place = 0; place < ARRAY_SIZE(flag_pairs); place++)
		if (vma->vm_flags & flag_pairs[place].kernels) flags |= flag_pairs[place].ours;
	return flags;
}

struct arguments {
	struct mm_struct *mm;
	unsigned long start, length, page;
	uint32_t flags;
	struct file *file;
	bool writes;
	uint32_t order;
	uint64_t *result;
};

static struct mm_struct *become(struct arguments *arguments) { return machine_task->mm = arguments->mm; }

static int64_t new_space(void *given)
{
	struct arguments *arguments = given;
	struct mm_struct *mm = mm_alloc();
	if (!mm) return -ENOMEM;
#ifdef HAS_GAP_BY_SPACE
	mm->get_unmapped_area = arch_get_unmapped_area;
#endif
	mm->task_size = TASK_SIZE_MAX;
	*arguments->result = (unsigned long)mm;
	return 0;
}

static int64_t map(void *given)
{
	struct arguments *arguments = given;
	struct mm_struct *mm = become(arguments);
	// Private anonymous memory is numbered by its addresses: do_mmap().
	unsigned long page = arguments->file ? arguments->page : arguments->start >> PAGE_SHIFT;
	mmap_write_lock(mm);
	long result = mmap_region(
		arguments->file, arguments->start, arguments->length, FLAGS(kernels_flags(arguments->flags)), page, NULL);
	mmap_write_unlock(mm);
	return result < 0 ? result : 0;
}

static int64_t unmap(void *given)
{
	struct arguments *arguments = given;
	become(arguments);
	return sys_munmap(arguments->start, arguments->length);
}

static int64_t protect(void *given)
{
	struct arguments *arguments = given;
	unsigned long protection = 0;
	if (arguments->flags & MAPLECHECK_FORK_READ) protection |= PROT_READ;
	if (arguments->flags & MAPLECHECK_FORK_WRITE) protection |= PROT_WRITE;
	if (arguments->flags & MAPLECHECK_FORK_EXECUTE) protection |= PROT_EXEC;
	become(arguments);
	return sys_mprotect(arguments->start, arguments->length, protection);
}

// A fault brings a folio of the order that is wanted, if that fits and nothing is there.
static vm_fault_t fault_in(struct vm_area_struct *vma, struct arguments *arguments)
{
#ifdef HAS_LARGE_FOLIOS
	huge_anon_orders_always = arguments->order ? BIT(arguments->order) : 0;
#endif
	vm_fault_t fault = handle_mm_fault(vma, arguments->start, arguments->writes ? FAULT_FLAG_WRITE : 0, NULL);
#ifdef HAS_LARGE_FOLIOS
	huge_anon_orders_always = 0;
#endif
	return fault;
}

static int64_t touch(void *given)
{
	struct arguments *arguments = given;
	struct mm_struct *mm = become(arguments);
	mmap_read_lock(mm);
	struct vm_area_struct *vma = vma_lookup(mm, arguments->start);
	vm_fault_t fault = VM_FAULT_SIGSEGV;
	pte_t *entry = looks_entry(mm, arguments->start);
	if (vma && userfaultfd_missing(vma) && (!entry || pte_none(*entry))) {
		// Whoever watches the area brings the page.
		mmap_read_unlock(mm);
		fault = userfaults_fill(vma, arguments->start) ? VM_FAULT_SIGSEGV : 0;
		mmap_read_lock(mm);
	} else if (vma && vma->vm_flags & (arguments->writes ? VM_WRITE : VM_READ | VM_EXEC))
		fault = fault_in(vma, arguments);
	mmap_read_unlock(mm);
#ifndef HAS_RSS_COUNTERS
	sync_mm_rss(mm);
#endif
	pages_drain();
	if (fault & VM_FAULT_OOM) return -ENOMEM;
	return fault & VM_FAULT_ERROR ? -EFAULT : 0;
}

static int64_t pin(void *given)
{
	struct arguments *arguments = given;
	pmd_t *huge = looks_huge(arguments->mm, arguments->start);
	pte_t *entry = looks_entry(arguments->mm, arguments->start);
	if (!huge && (!entry || !pte_present(*entry))) return -EFAULT;
	struct folio *folio = page_folio(huge ? pmd_page(*huge) : pte_page(*entry));
#ifdef HAS_MM_FLAG_CALLS
	mm_flags_set(MMF_HAS_PINNED, arguments->mm);
#else
	set_bit(MMF_HAS_PINNED, &arguments->mm->flags);
#endif
	// A pin of one page of a large folio is counted by itself.
	folio_ref_add(folio, folio_test_large(folio) ? 1 : GUP_PIN_COUNTING_BIAS);
#ifdef HAS_LARGE_FOLIOS
	if (folio_test_large(folio)) atomic_inc(&folio->_pincount);
#endif
	return 0;
}

static int64_t set_policy(void *given)
{
	struct arguments *arguments = given;
	struct mm_struct *mm = become(arguments);
	mmap_write_lock(mm);
	struct vm_area_struct *vma = vma_lookup(mm, arguments->start);
#ifdef HAS_VMA_LOCKS
	if (vma) vma_start_write(vma);
#endif
	int result = vma ? door_set_policy(vma) : -EFAULT;
	mmap_write_unlock(mm);
	return result;
}

static int64_t duplicate(void *given)
{
	struct arguments *arguments = given;
	struct mm_struct *mm = become(arguments);
	locks_begin_fork(mm);
	struct mm_struct *child = door_dup_mm(machine_task, mm);
	locks_end_fork();
	userfaults_close();
	if (!child) return -ENOMEM;
	*arguments->result = (unsigned long)child;
	return 0;
}

static int64_t put(void *given)
{
	struct arguments *arguments = given;
	if (machine_task->mm == arguments->mm) machine_task->mm = NULL;
	mmput(arguments->mm);
	userfaults_close();
	return 0;
}

// MARK: The table

static int64_t call_new_space(uint64_t *space)
{
	return machine_call(new_space, &(struct arguments){ .result = space });
}
static int64_t call_map(
	uint64_t space, uint64_t start, uint64_t length, uint32_t flags, uint64_t file, uint64_t page)
{
	return machine_call(map, &(struct arguments){ .mm = (void *)space, .start = start, .length = length,
		.flags = flags, .file = (void *)file, .page = page });
}
static int64_t call_unmap(uint64_t space, uint64_t start, uint64_t length)
{
	return machine_call(unmap, &(struct arguments){ .mm = (void *)space, .start = start, .length = length });
}
static int64_t call_protect(uint64_t space, uint64_t start, uint64_t length, uint32_t flags)
{
	return machine_call(
		protect, &(struct arguments){ .mm = (void *)space, .start = start, .length = length, .flags = flags });
}
static int64_t call_touch(uint64_t space, uint64_t address, bool writes, uint32_t order)
{
	return machine_call(
		touch, &(struct arguments){ .mm = (void *)space, .start = address, .writes = writes, .order = order });
}
static int64_t call_pin(uint64_t space, uint64_t address)
{
	return machine_call(pin, &(struct arguments){ .mm = (void *)space, .start = address });
}
static int64_t call_set_policy(uint64_t space, uint64_t address)
{
	return machine_call(set_policy, &(struct arguments){ .mm = (void *)space, .start = address });
}
static int64_t call_fork(uint64_t space, uint64_t *child)
{
	return machine_call(duplicate, &(struct arguments){ .mm = (void *)space, .result = child });
}
static int64_t call_put(uint64_t space) { return machine_call(put, &(struct arguments){ .mm = (void *)space }); }
static int64_t call_grace_period(void) { return machine_call(objects_end_grace_period, NULL); }

static const uint64_t traits = 0
#ifdef HAS_DUPLICATED_TREE
	| MAPLECHECK_FORK_DUPLICATES
#endif
#ifdef HAS_MARKED_PLACE
	| MAPLECHECK_FORK_MARKS_PLACE
#endif
#ifdef HAS_MARKED_SPACE
	| MAPLECHECK_FORK_MARKS_SPACE
#endif
#ifdef HAS_LOCK_OBJECTS
	| MAPLECHECK_FORK_HAS_LOCK_OBJECTS
#endif
#ifdef HAS_ASKING_SWAP_OFF
	| MAPLECHECK_FORK_SWAP_OFF_ASKS
#endif
#ifdef HAS_LARGE_FOLIOS
	| MAPLECHECK_FORK_LARGE_FOLIOS
#endif
	;

const struct maplecheck_fork_library machine_calls = {
	.traits = traits,
	.new_space = call_new_space,
	.new_file = files_new,
	.map = call_map,
	.unmap = call_unmap,
	.protect = call_protect,
	.remap = resizing_remap,
	.brk = resizing_brk,
	.advise = advice_advise,
	.lock = advice_lock,
	.grow = resizing_grow,
	.set_limit = resizing_set_limit,
	.set_policy = call_set_policy,
	.watch = userfaults_watch,
	.touch = call_touch,
	.pin = call_pin,
	.swap_out = swapping_out,
	.fork = call_fork,
	.put = call_put,
	.grace_period = call_grace_period,
	.areas = looks_areas,
	.counters = looks_counters,
	.page = looks_page,
	.mappings = looks_mappings,
	.file_references = files_references,
	.committed = looks_committed,
	.observe = observers_observe,
};

// MARK: The start

extern void __init mm_cache_init(void);
extern void __init proc_caches_init(void);
extern void __init anon_vma_init(void);
extern void __init mmap_init(void);
extern void __init numa_policy_init(void);
extern void __init vma_state_init(void);

void machine_start_kernel(void)
{
	pages_start();
	neighbours_start();
	mm_cache_init();
#ifdef HAS_VMA_STATE_INIT
	vma_state_init();
	mmap_init();
#else
	proc_caches_init();
#endif
	anon_vma_init();
	maple_tree_init();
	numa_policy_init();
	radix_tree_init();
	door_start_userfaults();
#ifdef HAS_LARGE_FOLIOS
	if (door_start_large_folios()) machine_end("there is no list of folios to be split", NULL);
#endif
	if (door_start_swap()) machine_end("the swap area does not come up", NULL);
	sysctl_overcommit_memory = OVERCOMMIT_GUESS;
}
