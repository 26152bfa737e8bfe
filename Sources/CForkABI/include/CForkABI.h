// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a shared library must show so that a kernel's own fork can be checked: one function that returns a table of
// functions. Adapters/linux-fork fills it with a kernel's files.
//
// A library is one machine with one processor, in memory that the host gives. All objects are handles: numbers that the
// library alone understands. Addresses are those of user space. Everything is called from one thread.
//
// A call returns 0 or more, or a negative error number of the kernel's, or MAPLECHECK_FORK_ENDED. The last one says
// that the kernel's code cannot go on. `violation` has told why, and only `restore` may follow.

#ifndef MAPLECHECK_FORK_ABI_H
#define MAPLECHECK_FORK_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The version of this interface. A library says which one it was compiled with; another one is refused.
#define MAPLECHECK_FORK_VERSION 6

// The symbol of the function that returns the table.
#define MAPLECHECK_FORK_SYMBOL "maplecheck_fork"

// The kernel's code met what it cannot go on from.
#define MAPLECHECK_FORK_ENDED (-100000)

// The steps that can fail, the same in every version. One that a version does not have is never asked about.
enum maplecheck_fork_step {
  MAPLECHECK_FORK_STEP_MM,           // the struct mm_struct
  MAPLECHECK_FORK_STEP_PGD,          // the highest page table
  MAPLECHECK_FORK_STEP_COUNTERS,     // counters for each processor
  MAPLECHECK_FORK_STEP_LOCK,         // mmap_lock: killed while it is waited for
  MAPLECHECK_FORK_STEP_VMA_LOCK,     // a vma's lock: killed while a reader is waited for
  MAPLECHECK_FORK_STEP_NODE,         // a node of the maple tree
  MAPLECHECK_FORK_STEP_NODES,        // nodes of the maple tree in one request, or a sheaf of them
  MAPLECHECK_FORK_STEP_CHARGE,       // the limit of committed memory
  MAPLECHECK_FORK_STEP_VMA,          // the struct vm_area_struct
  MAPLECHECK_FORK_STEP_LOCK_OBJECT,  // the lock of a vma where that is an object of its own
  MAPLECHECK_FORK_STEP_POLICY,       // a memory policy
  MAPLECHECK_FORK_STEP_USERFAULT,    // the context of a userfaultfd
  MAPLECHECK_FORK_STEP_ANON_VMA,     // the struct anon_vma
  MAPLECHECK_FORK_STEP_CHAIN,        // the struct anon_vma_chain
  MAPLECHECK_FORK_STEP_TABLE,        // a page table below the highest
  MAPLECHECK_FORK_STEP_FOLIO,        // memory for user space
  MAPLECHECK_FORK_STEP_SWAP,         // one more page of counts of a swap area
  MAPLECHECK_FORK_STEP_GATHER,       // a page that collects what an unmapping frees
  MAPLECHECK_FORK_STEP_HOOK,         // the architecture's part of fork
  MAPLECHECK_FORK_STEP_MEMORY,       // another object
  MAPLECHECK_FORK_STEP_USERFAULT_EVENT,  // killed while it waits until a userfaultfd has told of the child
  MAPLECHECK_FORK_STEP_COUNT,
};

// What is taken and given back.
enum maplecheck_fork_resource {
  MAPLECHECK_FORK_MM,
  MAPLECHECK_FORK_PGD,
  MAPLECHECK_FORK_COUNTERS,
  MAPLECHECK_FORK_NODE,
  MAPLECHECK_FORK_SHEAF,
  MAPLECHECK_FORK_VMA,
  MAPLECHECK_FORK_LOCK_OBJECT,
  MAPLECHECK_FORK_POLICY,
  MAPLECHECK_FORK_ANON_VMA,
  MAPLECHECK_FORK_CHAIN,
  MAPLECHECK_FORK_TABLE,
  MAPLECHECK_FORK_FOLIO,
  MAPLECHECK_FORK_GATHER,
  MAPLECHECK_FORK_MEMORY,
  MAPLECHECK_FORK_CONTEXT,  // of a userfaultfd
  MAPLECHECK_FORK_OPENED,  // a vma that its driver was told of
  MAPLECHECK_FORK_RESOURCE_COUNT,
};

// Moments at which somebody else may look.
enum maplecheck_fork_event {
  MAPLECHECK_FORK_EVENT_LOCKED,        // the object is a lock
  MAPLECHECK_FORK_EVENT_UNLOCKED,
  MAPLECHECK_FORK_EVENT_READ_LOCKED,
  MAPLECHECK_FORK_EVENT_READ_UNLOCKED,
  MAPLECHECK_FORK_EVENT_DOWNGRADED,
  MAPLECHECK_FORK_EVENT_RESCHEDULED,
  MAPLECHECK_FORK_EVENT_WAITED,        // for the readers of a vma
  MAPLECHECK_FORK_EVENT_FLUSHED,       // the translations of an address space
  MAPLECHECK_FORK_EVENT_TABLE_FREED,
  MAPLECHECK_FORK_EVENT_OPENED,        // the object is a vma
  MAPLECHECK_FORK_EVENT_CLOSED,
  MAPLECHECK_FORK_EVENT_CHILD_TOLD,    // a userfaultfd has told of a child: the object is its address space
  MAPLECHECK_FORK_EVENT_UPROBES_STARTED,
  MAPLECHECK_FORK_EVENT_UPROBES_ENDED,
  MAPLECHECK_FORK_EVENT_DRAINED,       // the lists of pages that wait to be sorted
  MAPLECHECK_FORK_EVENT_COUNT,
};

// How an area is mapped.
enum maplecheck_fork_flags {
  MAPLECHECK_FORK_READ = 1 << 0,
  MAPLECHECK_FORK_WRITE = 1 << 1,
  MAPLECHECK_FORK_EXECUTE = 1 << 2,
  MAPLECHECK_FORK_SHARED = 1 << 3,
  MAPLECHECK_FORK_DONT_COPY = 1 << 4,
  MAPLECHECK_FORK_WIPE_ON_FORK = 1 << 5,
  MAPLECHECK_FORK_ACCOUNT = 1 << 6,
  MAPLECHECK_FORK_LOCKED = 1 << 7,
  MAPLECHECK_FORK_GROWS_DOWN = 1 << 8,
  MAPLECHECK_FORK_WATCHED = 1 << 9,  // by a userfaultfd; `watch` makes it so
};

// Who looks.
enum maplecheck_fork_observer {
  MAPLECHECK_FORK_OBSERVER_REAPER,       // oom_reap_task_mm()
  MAPLECHECK_FORK_OBSERVER_SWAP_OFF,     // unuse_mm()
  MAPLECHECK_FORK_OBSERVER_REVERSE_MAP,  // all areas through a file, and through their address spaces' trees
  MAPLECHECK_FORK_OBSERVER_FOLIO,        // rmap_walk() of the folio at an address
  MAPLECHECK_FORK_OBSERVER_FAULT,        // a page fault under the lock of the area alone
  MAPLECHECK_FORK_OBSERVER_READER,       // all areas, with a use of the address space and its lock for reading
  MAPLECHECK_FORK_OBSERVER_COUNT,
};

// What can be bounded.
enum maplecheck_fork_limit {
  MAPLECHECK_FORK_LIMIT_AREAS,    // vm.max_map_count
  MAPLECHECK_FORK_LIMIT_READERS,  // of each vma while a fork is made: 0, or 1 without a call
};

// What a version's fork does, as its files say.
enum maplecheck_fork_trait {
  MAPLECHECK_FORK_DUPLICATES = 1 << 0,       // it duplicates the tree: __mt_dup()
  MAPLECHECK_FORK_MARKS_PLACE = 1 << 1,      // a failure leaves XA_ZERO_ENTRY in the child's tree
  MAPLECHECK_FORK_MARKS_SPACE = 1 << 2,      // a failure sets MMF_UNSTABLE
  MAPLECHECK_FORK_HAS_LOCK_OBJECTS = 1 << 3, // the lock of an area is an object of its own
  MAPLECHECK_FORK_SWAP_OFF_ASKS = 1 << 4,    // swap-off passes by an address space that is marked as unstable
  MAPLECHECK_FORK_LARGE_FOLIOS = 1 << 5,     // private memory can have folios of more than one page
};

// What the library asks of its host.
struct maplecheck_fork_host {
  void *context;
  // Whether a step fails. `count` is how many objects it asks for.
  bool (*fails)(void *context, uint32_t step, uint64_t count);
  void (*event)(void *context, uint32_t event, uint64_t object);
  // `place` is the address in the library's code that took the object or gave it back.
  void (*resource)(void *context, uint32_t kind, uint64_t object, bool is_taken, uint64_t place);
  void (*violation)(void *context, const char *text);
};

struct maplecheck_fork_area {
  uint64_t start;
  uint64_t end;  // not in the area
  uint64_t vma;
  uint64_t file;   // 0 without one
  uint64_t page;   // in the file, or that of the address
  uint64_t watcher;  // the context of a userfaultfd, 0 without one
  uint32_t flags;  // enum maplecheck_fork_flags
  uint32_t is_own; // 1 if the entry is a vma of this address space
};

struct maplecheck_fork_counters {
  uint64_t users, references;
  uint64_t areas;  // map_count
  uint64_t total_pages, locked_pages, data_pages, executable_pages, stack_pages, pinned_pages;
  uint64_t file_pages, anonymous_pages, swapped_pages, shared_pages;
  uint64_t table_bytes;
  bool is_unstable;  // MMF_UNSTABLE
  bool is_skipped;   // MMF_OOM_SKIP
  bool has_pinned;   // MMF_HAS_PINNED
  int32_t lock;      // readers of mmap_lock, or -1 for a writer
};

struct maplecheck_fork_page {
  uint64_t frame;    // 0 if there is no page
  uint64_t entry;    // the page-table entry as the hardware has it
  bool is_present, is_writable, is_dirty;
  bool is_huge;  // one entry maps all pages of the folio
  // Of the folio; without a page of the aligned hole that the address is in.
  uint32_t order;
  // Of the folio, or of the swap slot that the entry leads to.
  int64_t references, mappings;
};

struct maplecheck_fork_library {
  uint32_t version;
  uint32_t size;  // of this structure: a library that was built of an older header is refused
  const char *kernel;  // "Linux 7.3.4"
  uint64_t traits;     // enum maplecheck_fork_trait
  // The bytes that a machine needs, and their alignment, a power of two.
  uint64_t memory_size, memory_alignment;
  // Where the library is. Its file has functions by their distance from the start.
  uint64_t library_start, library_end;

  // Starts the machine. The memory is zeroed, and stays until the end. A second start is refused, with -EBUSY.
  int64_t (*start)(const struct maplecheck_fork_host *host, void *memory);

  // The state of the whole machine: how many bytes it takes now, where to put it, and how to go back to it.
  uint64_t (*state_size)(void);
  void (*save)(void *state);
  void (*restore)(const void *state);

  // Ends the call that runs, for this reason: for a handler of a signal that the library's code has raised. Comes back,
  // with false, only if no call runs.
  bool (*end_call)(const char *reason);

  // Tells `violation` of objects that were written to after they were freed; returns how many.
  int64_t (*check)(void);

  int64_t (*new_space)(uint64_t *space);
  int64_t (*new_file)(uint64_t *file);
  int64_t (*map)(uint64_t space, uint64_t start, uint64_t length, uint32_t flags, uint64_t file, uint64_t page);
  int64_t (*unmap)(uint64_t space, uint64_t start, uint64_t length);
  int64_t (*protect)(uint64_t space, uint64_t start, uint64_t length, uint32_t flags);
  // Moves or resizes areas, as mremap() with these flags of its own. Returns the new address.
  int64_t (*remap)(
      uint64_t space, uint64_t start, uint64_t length, uint64_t new_length, uint64_t flags, uint64_t new_start);
  // Moves the end of the heap. The first call says where the heap begins.
  int64_t (*brk)(uint64_t space, uint64_t address);
  // As madvise(), with an advice of its own.
  int64_t (*advise)(uint64_t space, uint64_t start, uint64_t length, int32_t advice);
  int64_t (*lock)(uint64_t space, uint64_t start, uint64_t length, bool is_locked);
  // Lets a stack grow down to an address, as a fault there does.
  int64_t (*grow)(uint64_t space, uint64_t address);
  int64_t (*set_limit)(uint32_t limit, uint64_t value);
  int64_t (*set_policy)(uint64_t space, uint64_t address);
  // Lets a userfaultfd of its own watch an area, and hear of forks.
  int64_t (*watch)(uint64_t space, uint64_t start, uint64_t length);
  // By a fault; a page that is not there comes with a folio of 1 << order pages, if that fits.
  int64_t (*touch)(uint64_t space, uint64_t address, bool writes, uint32_t order);
  int64_t (*pin)(uint64_t space, uint64_t address);
  // Takes a page of private memory out to swap, from all who map it. If it fills, so many others refer to the slot that
  // one more reference needs memory to count it.
  int64_t (*swap_out)(uint64_t space, uint64_t address, bool fills);
  // Copies an address space as fork does, dup_mm(), by a process that may be killed while it waits.
  int64_t (*fork)(uint64_t space, uint64_t *child);
  // Gives back one user of an address space. Kernel: mmput().
  int64_t (*put)(uint64_t space);
  // All readers leave, and what waits for them is freed.
  int64_t (*grace_period)(void);

  // Visits the areas of an address space in order, entries that are no vmas of its own included.
  int64_t (*areas)(
      uint64_t space, void (*visit)(void *context, const struct maplecheck_fork_area *area), void *context);
  int64_t (*counters)(uint64_t space, struct maplecheck_fork_counters *counters);
  int64_t (*page)(uint64_t space, uint64_t address, struct maplecheck_fork_page *page);
  // The address spaces that a page of a file can be found in, by the file's tree of areas.
  int64_t (*mappings)(uint64_t file, void (*visit)(void *context, uint64_t space, uint64_t vma), void *context);
  int64_t (*file_references)(uint64_t file);
  // Pages charged against the limit of committed memory.
  int64_t (*committed)(void);
  // Lets somebody look at an address space, at an address in it, or at a file. MAPLECHECK_FORK_BUSY if a lock cannot be
  // had, and if a version has nobody who looks so.
  int64_t (*observe)(uint32_t observer, uint64_t object, uint64_t address);
};

#define MAPLECHECK_FORK_BUSY (-100001)

const struct maplecheck_fork_library *maplecheck_fork(void);

#ifdef __cplusplus
}
#endif

#endif
