// SPDX-License-Identifier: GPL-2.0-or-later
//
// What stands around fork: files and their drivers, the limit of committed memory, probes.

#include "kernel.h"

struct task_struct *machine_task;
struct mm_struct init_mm;
struct user_namespace init_user_ns;
const struct vm_operations_struct vma_dummy_vm_ops;
struct cpumask __cpu_possible_mask = { { 1 } }, __cpu_online_mask = { { 1 } }, __cpu_dying_mask;

// MARK: Files

#undef get_file_rcu
#ifdef HAS_FILE_REFERENCES
void fput(struct file *file)
{
	if (file_ref_put(&file->f_ref)) machine_end("a file loses the reference of whoever opened it", NULL);
}
static void init_references(struct file *file) { file_ref_init(&file->f_ref, 1); }
static long file_references(struct file *file) { return file_ref_read(&file->f_ref); }
#else
void fput(struct file *file)
{
	if (atomic_long_dec_and_test(&file->f_count))
		machine_end("a file loses the reference of whoever opened it", NULL);
}
static void init_references(struct file *file) { atomic_long_set(&file->f_count, 1); }
static long file_references(struct file *file) { return atomic_long_read(&file->f_count); }
#endif
#ifdef HAS_FILE_BY_PLACE
struct file *get_file_rcu(struct file __rcu **place)
{
	struct file *file = rcu_dereference_raw(*place);
	return file ? get_file(file) : NULL;
}
#endif

// A driver of a file: it is told of each area that comes and goes.
static void open_area(struct vm_area_struct *vma)
{
	machine_taken(MAPLECHECK_FORK_OPENED, vma);
	machine_event(MAPLECHECK_FORK_EVENT_OPENED, vma);
}
static void close_area(struct vm_area_struct *vma)
{
	machine_given(MAPLECHECK_FORK_OPENED, vma);
	machine_event(MAPLECHECK_FORK_EVENT_CLOSED, vma);
}
static vm_fault_t fault_area(struct vm_fault *fault)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_MOVABLE | __GFP_ZERO);
	if (!page) return VM_FAULT_OOM;
	page_folio(page)->mapping = fault->vma->vm_file->f_mapping;
	page_folio(page)->index = fault->pgoff;
	fault->page = page;
	return 0;
}
static const struct vm_operations_struct area_operations = {
	.open = open_area, .close = close_area, .fault = fault_area
};
static int map_area(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &area_operations;
	machine_taken(MAPLECHECK_FORK_OPENED, vma);
	return 0;
}
static const struct file_operations file_operations = { .mmap = map_area };
static const struct address_space_operations mapping_operations;

static int64_t new_file(void *result)
{
	struct inode *inode = machine_allocate(sizeof(*inode), 64, MAPLECHECK_FORK_MEMORY);
	struct address_space *mapping = &inode->i_data;
	memset(inode, 0, sizeof(*inode));
	inode->i_mapping = mapping;
	mapping->host = inode;
	mapping->i_mmap = RB_ROOT_CACHED;
	mapping->a_ops = &mapping_operations;
	init_rwsem(&mapping->i_mmap_rwsem);
	struct file *file = machine_allocate(sizeof(*file), 64, MAPLECHECK_FORK_MEMORY);
	memset(file, 0, sizeof(*file));
	file->f_mapping = mapping;
	file->f_inode = inode;
	file->f_op = &file_operations;
	file->f_mode = FMODE_READ | FMODE_WRITE;
	init_references(file);
	*(uint64_t *)result = (unsigned long)file;
	return 0;
}
int64_t files_new(uint64_t *file) { return machine_call(new_file, file); }
int64_t files_references(uint64_t file) { return file_references((struct file *)file); }

struct backing_dev_info *inode_to_bdi(struct inode *inode)
{
	static struct backing_dev_info none;
	return &none;
}

// MARK: Others who have a part in fork

// The kernel's own __vm_enough_memory() asks this first, and refuses then if the machine has no memory at all, that of
// the swap area included.
atomic_long_t _totalram_pages;
int cap_vm_enough_memory(struct mm_struct *mm, long pages)
{
	atomic_long_set(&_totalram_pages, machine_fails(MAPLECHECK_FORK_STEP_CHARGE, 1) ? -total_swap_pages : 1L << 30);
	return 0;
}

int ldt_dup_context(struct mm_struct *from, struct mm_struct *to)
{
	return machine_fails(MAPLECHECK_FORK_STEP_HOOK, 1) ? -ENOMEM : 0;
}
void uprobe_start_dup_mmap(void) { machine_event(MAPLECHECK_FORK_EVENT_UPROBES_STARTED, NULL); }
void uprobe_end_dup_mmap(void) { machine_event(MAPLECHECK_FORK_EVENT_UPROBES_ENDED, NULL); }
void ksm_enter(void) {}
#ifdef HAS_KSM_FOLIOS
struct folio *ksm_might_need_to_copy(struct folio *folio, struct vm_area_struct *vma, unsigned long address)
{
	return folio;
}
#else
struct page *ksm_might_need_to_copy(struct page *page, struct vm_area_struct *vma, unsigned long address)
{
	return page;
}
#endif
#ifdef HAS_KSM_VMA_FLAGS
vma_flags_t ksm_vma_flags(struct mm_struct *mm, const struct file *file, vma_flags_t flags) { return flags; }
#elif defined(HAS_KSM_VM_FLAGS)
vm_flags_t ksm_vma_flags(struct mm_struct *mm, const struct file *file, vm_flags_t flags) { return flags; }
#endif

void neighbours_start(void)
{
	struct task_struct *task = machine_allocate(sizeof(*task), 64, MAPLECHECK_FORK_MEMORY);
	struct cred *cred = machine_allocate(sizeof(*cred), 64, MAPLECHECK_FORK_MEMORY);
	memset(task, 0, sizeof(*task));
	memset(cred, 0, sizeof(*cred));
	task->signal = machine_allocate(sizeof(*task->signal), 64, MAPLECHECK_FORK_MEMORY);
	memset(task->signal, 0, sizeof(*task->signal));
	for (int limit = 0; limit < RLIM_NLIMITS; limit++)
		task->signal->rlim[limit] = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	cred->user_ns = &init_user_ns;
	RCU_INIT_POINTER(task->cred, cred);
	RCU_INIT_POINTER(task->real_cred, cred);
	machine_task = task;
	INIT_LIST_HEAD(&init_mm.mmlist);
}
