// SPDX-License-Identifier: GPL-2.0-or-later
//
// What all files have that are compiled with a kernel's own headers.

#ifndef MAPLECHECK_KERNEL_H
#define MAPLECHECK_KERNEL_H

#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/slab.h>
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/rmap.h>
#include <linux/mman.h>
#include <linux/swap.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/cred.h>
#include <linux/pagemap.h>
#include <linux/mempolicy.h>
#include <linux/user_namespace.h>
#include <linux/userfaultfd_k.h>
#include <linux/rwsem.h>
#include <linux/percpu_counter.h>
#include <linux/memcontrol.h>
#include <linux/rcuwait.h>
#include <linux/interval_tree_generic.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>
#include "mm/internal.h"
#include "features.h"
#ifdef HAS_VMA_HEADER
#include "mm/vma.h"
#endif
#include "machine.h"

// Names of before allocations were told apart by their callers.
#ifndef HAS_ALLOCATION_PROFILING
#define kmem_cache_alloc_noprof kmem_cache_alloc
#define kmem_cache_alloc_bulk_noprof kmem_cache_alloc_bulk
#define kmem_cache_alloc_lru_noprof kmem_cache_alloc_lru
#define __kmalloc_noprof __kmalloc
#define __kmalloc_node_noprof __kmalloc_node
#define __kmalloc_cache_noprof kmalloc_trace
#define pcpu_alloc_noprof pcpu_alloc
#define __alloc_pages_noprof __alloc_pages
#define get_free_pages_noprof __get_free_pages
#endif

// Doors to functions that their files keep to themselves: file_*.c.
struct mm_struct *door_dup_mm(struct task_struct *task, struct mm_struct *mm);
bool door_reap(struct mm_struct *mm);
int door_unuse(struct mm_struct *mm);
int door_set_policy(struct vm_area_struct *vma);
int door_start_swap(void);
int door_add_to_swap(struct folio *folio);
void door_leave_swap_cache(struct folio *folio);
void door_fill_slot(swp_entry_t slot);
struct folio *door_cached_folio(unsigned long slot);
int door_start_large_folios(void);
void door_start_userfaults(void);
int door_new_userfault(void);
struct mm_struct *door_userfault_space(struct file *file);
int door_userfault_references(const struct userfaultfd_ctx *context);
bool door_has_event(struct file *file);
int door_read_event(struct file *file);

// What is told to nobody: it belongs to the swap area, whoever has asked for it.
#define NOBODYS MAPLECHECK_FORK_RESOURCE_COUNT

// pages.c
void pages_start(void);
struct page *pages_take(unsigned int order, uint32_t step, gfp_t gfp);
// Empties the lists of pages that the processor has not sorted in yet.
void pages_drain(void);
// objects.c
int64_t objects_end_grace_period(void *arguments);
// locks.c
void locks_begin_fork(struct mm_struct *mm);
extern bool locks_have_readers;
void locks_end_fork(void);
bool locks_let_others_run(void);
// neighbours.c
void neighbours_start(void);
int64_t files_new(uint64_t *file);
int64_t files_references(uint64_t file);
// operations.c
uint32_t operations_flags(const struct vm_area_struct *vma);
// resizing.c
int64_t resizing_remap(uint64_t space, uint64_t start, uint64_t length, uint64_t new_length, uint64_t flags,
	uint64_t new_start);
int64_t resizing_brk(uint64_t space, uint64_t address);
int64_t resizing_grow(uint64_t space, uint64_t address);
int64_t resizing_set_limit(uint32_t limit, uint64_t value);
// advice.c
int64_t advice_advise(uint64_t space, uint64_t start, uint64_t length, int32_t advice);
int64_t advice_lock(uint64_t space, uint64_t start, uint64_t length, bool is_locked);
// swapping.c
int64_t swapping_out(uint64_t space, uint64_t address, bool fills);
void swapping_drain(void);
// References to the slot that an entry leads to; 0 if it leads to none.
int64_t swapping_count(pte_t entry);
// userfaults.c
int64_t userfaults_watch(uint64_t space, uint64_t start, uint64_t length);
// Brings a page that is missing in an area that is watched: 0, or why not.
int userfaults_fill(struct vm_area_struct *vma, unsigned long address);
// Closes what watches address spaces that are gone.
void userfaults_close(void);
// Whether the task waits until an event is read.
bool userfaults_are_waited_for(void);
void userfaults_read(void);
// observers.c
int64_t observers_observe(uint32_t observer, uint64_t object, uint64_t address);
// looks.c
bool looks_flag(struct mm_struct *mm, int flag);
// Entries that lead to swap, as the space counts them.
long looks_swapped(struct mm_struct *mm);
pmd_t *looks_huge(struct mm_struct *mm, unsigned long address);
pte_t *looks_entry(struct mm_struct *mm, unsigned long address);
// How many pages there are, as a power of two, in the part of an address space that a missing table would map.
uint32_t looks_hole(struct mm_struct *mm, unsigned long address);
int64_t looks_areas(
	uint64_t space, void (*visit)(void *context, const struct maplecheck_fork_area *area), void *context);
int64_t looks_counters(uint64_t space, struct maplecheck_fork_counters *counters);
int64_t looks_page(uint64_t space, uint64_t address, struct maplecheck_fork_page *page);
int64_t looks_mappings(uint64_t file, void (*visit)(void *context, uint64_t space, uint64_t vma), void *context);
int64_t looks_committed(void);
#ifdef HAS_RMAP_TREE
#define for_each_mapping(vma, mapping) mapping_rmap_tree_foreach(vma, mapping, 0, ULONG_MAX)
#else
#define for_each_mapping(vma, mapping) vma_interval_tree_foreach(vma, &(mapping)->i_mmap, 0, ULONG_MAX)
#endif

#endif
