// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a shared library must show to be checked as a range map: one function that returns a table of functions.
//
// A range map takes every index from 0 to UINT64_MAX to an entry, a word that is not 0, or to NULL, written 0. Ranges
// include both ends. docs/SUBJECTS.md is the how-to; Tests/ExternalSubjectTests/SortedList is a small example.
//
// Everything is called from one thread at a time. A function that a library does not have is NULL, and the operations
// that need it are skipped by name; those marked "required" must be there.

#ifndef MAPLECHECK_SUBJECT_ABI_H
#define MAPLECHECK_SUBJECT_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The version of this interface. A library says which one it was compiled with; another one is refused.
#define MAPLECHECK_SUBJECT_VERSION 2

// The symbol of the function that returns the table.
#define MAPLECHECK_SUBJECT_SYMBOL "maplecheck_subject"

// How many cursors a map has, numbered from 0.
#define MAPLECHECK_CURSORS 4

// What a call that can fail returns. Whatever the failure, the map is as it was.
enum maplecheck_status {
  MAPLECHECK_OK = 0,
  // The ends of a range are out of order, or a gap search's size is 0 or does not fit its window.
  MAPLECHECK_INVALID_RANGE,
  // The entry is a word that the library keeps for itself.
  MAPLECHECK_RESERVED_ENTRY,
  // A gap search in a map that does not track gaps.
  MAPLECHECK_GAPS_NOT_TRACKED,
  // The range to insert into holds an entry already. Only `insert` returns it.
  MAPLECHECK_OCCUPIED,
  // No gap of the size is in the window: what a gap search and an allocation return.
  MAPLECHECK_NO_SPACE,
  MAPLECHECK_OUT_OF_MEMORY,
  // A prepared store needs more than was taken for it: the map changed in between.
  MAPLECHECK_PLAN_NO_LONGER_FITS,
  // A prepared store, or a store in bulk mode, that was not prepared.
  MAPLECHECK_NOT_PREPARED,
  MAPLECHECK_DESTINATION_NOT_EMPTY,
  MAPLECHECK_KINDS_DIFFER,
  MAPLECHECK_HEIGHT_LIMIT,
  // For this map or these arguments the library has no such operation.
  MAPLECHECK_UNSUPPORTED,
  // The library found a fault of its own, told the violation hook, and cannot go on with this map.
  MAPLECHECK_VIOLATION,
};

// Properties of a map, fixed when it is made but for the reader mode.
enum maplecheck_flags {
  MAPLECHECK_TRACKS_GAPS = 1 << 0,
  // Nodes that readers may be in are replaced instead of changed.
  MAPLECHECK_READ_COPY_UPDATE = 1 << 1,
  // The caller's lock protects the map; the library never lets go of a lock of its own.
  MAPLECHECK_EXTERNAL_LOCK = 1 << 2,
};

// What an allocation may do.
enum maplecheck_policy {
  // May let go of the map's own lock and wait.
  MAPLECHECK_MAY_SLEEP = 0,
  // Fails instead of waiting.
  MAPLECHECK_MUST_NOT_SLEEP = 1,
  // As the former, with access to memory set aside for urgent requests.
  MAPLECHECK_ATOMIC = 2,
};

// Which allocation requests a failure order counts; 0 is all of them.
enum maplecheck_request_kind {
  MAPLECHECK_REQUEST_SINGLE = 1 << 0,
  MAPLECHECK_REQUEST_BULK = 1 << 1,
  MAPLECHECK_REQUEST_MAY_SLEEP = 1 << 2,
  MAPLECHECK_REQUEST_ATOMIC = 1 << 3,
};

enum maplecheck_cursor_status {
  MAPLECHECK_START = 0,
  MAPLECHECK_ACTIVE,
  MAPLECHECK_ROOT,
  MAPLECHECK_NONE,
  MAPLECHECK_PAUSE,
  MAPLECHECK_OVERFLOW,
  MAPLECHECK_UNDERFLOW,
};

enum maplecheck_move {
  MAPLECHECK_WALK = 0,
  MAPLECHECK_FIND,
  MAPLECHECK_FIND_RANGE,
  MAPLECHECK_NEXT,
  MAPLECHECK_NEXT_RANGE,
  MAPLECHECK_PREVIOUS,
  MAPLECHECK_PREVIOUS_RANGE,
  MAPLECHECK_FIND_REVERSE,
  MAPLECHECK_FIND_RANGE_REVERSE,
};

struct maplecheck_slot {
  uint64_t first;
  uint64_t last;
  uint64_t entry;
};

struct maplecheck_cursor {
  uint64_t first;
  uint64_t last;
  uint32_t status;  // enum maplecheck_cursor_status
};

// What a map counts of its own nodes; a library without nodes leaves all at 0.
struct maplecheck_counters {
  // Nodes the map holds: those that can be reached, those in reserve, those that wait for readers.
  uint64_t live_nodes;
  // Replaced nodes that wait until no reader can be in them.
  uint64_t retired_nodes;
  // Nodes in reserve for a prepared store or for bulk mode.
  uint64_t reserved_nodes;
  // Nodes that the last write built with, and a bound on them that was known before it changed anything.
  uint64_t nodes_taken;
  uint64_t nodes_planned;
  // Nodes that the last write gave back or retired.
  uint64_t nodes_returned;
  // Levels: 0 without a node, 1 for a lone leaf.
  uint64_t height;
};

enum maplecheck_node_kind {
  MAPLECHECK_LEAF = 1,
  MAPLECHECK_INTERNAL = 2,
  MAPLECHECK_INTERNAL_WITH_GAPS = 3,
};

// The memory of a node, as far as laws are about it.
struct maplecheck_inside {
  // How many slots and pivots a node of this kind has. If gaps are tracked, `gaps` has `slot_count` of them.
  uint32_t slot_count;
  uint32_t pivot_count;
  // The pivots as they are stored, `pivot_count` of them; those behind `end` must be 0.
  const uint64_t *pivots;
  // A node whose last used slot is below this has too few items, unless it is right-most; 0 if none has.
  uint32_t minimum;
  // The slot of its parent that the node names as its own.
  uint32_t parent_slot;
  // The node's address, and that of the node which it names as its parent: 0 in the root.
  uint64_t address;
  uint64_t parent;
  // Bit i is set if slot i, behind `end`, is not empty. A slot that holds the node's metadata counts as empty.
  uint64_t slots_behind_end;
  bool is_dead;
};

// One node as the shape walk shows it. Pointers are valid during the callback.
struct maplecheck_node {
  // 1 for the root.
  uint32_t depth;
  uint32_t kind;  // enum maplecheck_node_kind
  uint64_t first;
  uint64_t last;
  // The last used slot.
  uint32_t end;
  // The slot recorded as the one with the greatest gap; 0 where none is recorded.
  uint32_t gap_slot;
  // Bit i is set if slot i is NULL, or, in a node with children, holds no child; bits behind `end` are 0.
  uint64_t null_slots;
  // The highest index of each slot, `end` + 1 of them.
  const uint64_t *pivots;
  // Leaves: the entries. Else NULL.
  const uint64_t *entries;
  // The gap below each slot, or NULL where gaps are not tracked.
  const uint64_t *gaps;
  // What is in the node's own memory, for the laws that can be checked only there; NULL if it is not shown.
  const struct maplecheck_inside *inside;
};

struct maplecheck_map;

// Told each node, parents before their children, children in order; false ends the walk.
typedef bool (*maplecheck_node_visitor)(void *context, const struct maplecheck_node *node);
// Told a text that is valid during the call.
typedef void (*maplecheck_text_visitor)(void *context, const char *text);
// Told a count by name.
typedef void (*maplecheck_count_visitor)(void *context, const char *name, uint64_t count);

struct maplecheck_subject {
  // sizeof(struct maplecheck_subject) and MAPLECHECK_SUBJECT_VERSION when the library was compiled.
  uint32_t size;
  uint32_t version;
  // What the library is, for reports: "Linux 6.12.117, lib/maple_tree.c".
  const char *name;

  // MARK: Maps

  // An empty map, or NULL where `flags` (enum maplecheck_flags) are not supported. Required.
  struct maplecheck_map *(*create)(uint32_t flags);
  // Frees a map and all that it holds, in whatever state it is. Required.
  void (*destroy)(struct maplecheck_map *map);
  // Empties a map. Required.
  void (*remove_all)(struct maplecheck_map *map);
  void (*set_read_copy_update)(struct maplecheck_map *map, bool enabled);
  // Makes an empty map equal to another one.
  enum maplecheck_status (*duplicate)(
    struct maplecheck_map *source, struct maplecheck_map *destination, uint32_t policy);

  // MARK: Reads

  uint64_t (*load)(struct maplecheck_map *map, uint64_t index);
  // The slot that holds an index; neighbouring NULLs are one slot. Required.
  void (*slot_at)(struct maplecheck_map *map, uint64_t index, struct maplecheck_slot *slot);
  uint64_t (*find)(struct maplecheck_map *map, uint64_t *index, uint64_t limit);
  uint64_t (*find_after)(struct maplecheck_map *map, uint64_t *index, uint64_t limit);
  uint64_t (*next)(struct maplecheck_map *map, uint64_t index, uint64_t limit);
  uint64_t (*previous)(struct maplecheck_map *map, uint64_t index, uint64_t limit);
  enum maplecheck_status (*lowest_gap)(
    struct maplecheck_map *map, uint64_t size, uint64_t first, uint64_t last, uint64_t *start);
  enum maplecheck_status (*highest_gap)(
    struct maplecheck_map *map, uint64_t size, uint64_t first, uint64_t last, uint64_t *start);

  // MARK: Writes

  // Required.
  enum maplecheck_status (*store)(
    struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy);
  // On MAPLECHECK_OCCUPIED `occupant` is the first entry of the range; none is a violation.
  enum maplecheck_status (*insert)(
    struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy, uint64_t *occupant);
  // `entry` is what was erased, 0 where nothing was.
  enum maplecheck_status (*erase)(struct maplecheck_map *map, uint64_t index, uint32_t policy, uint64_t *entry);
  enum maplecheck_status (*allocate_lowest)(
    struct maplecheck_map *map, uint64_t entry, uint64_t size, uint64_t first, uint64_t last, uint32_t policy,
    uint64_t *start);
  enum maplecheck_status (*allocate_highest)(
    struct maplecheck_map *map, uint64_t entry, uint64_t size, uint64_t first, uint64_t last, uint32_t policy,
    uint64_t *start);
  enum maplecheck_status (*allocate_cyclic)(
    struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint64_t *next, uint32_t policy,
    uint64_t *index, bool *wrapped);

  // MARK: Prepared stores and bulk mode. All of a group or none.

  enum maplecheck_status (*prepare)(
    struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy);
  enum maplecheck_status (*store_prepared)(struct maplecheck_map *map);
  void (*abandon_prepared)(struct maplecheck_map *map);
  enum maplecheck_status (*begin_bulk)(struct maplecheck_map *map, uint64_t count, uint32_t policy);
  enum maplecheck_status (*bulk_store)(struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last);
  void (*end_bulk)(struct maplecheck_map *map);

  // MARK: Cursors. All or none. After each write that succeeds the loader pauses the other cursors.

  void (*cursor_state)(struct maplecheck_map *map, uint32_t cursor, struct maplecheck_cursor *state);
  void (*cursor_set)(struct maplecheck_map *map, uint32_t cursor, uint64_t first, uint64_t last);
  uint64_t (*cursor_move)(struct maplecheck_map *map, uint32_t cursor, uint32_t move, uint64_t limit);
  void (*cursor_pause)(struct maplecheck_map *map, uint32_t cursor);
  void (*cursor_reset)(struct maplecheck_map *map, uint32_t cursor);
  enum maplecheck_status (*cursor_store)(
    struct maplecheck_map *map, uint32_t cursor, uint64_t entry, uint32_t policy, uint64_t *former);
  enum maplecheck_status (*cursor_erase)(
    struct maplecheck_map *map, uint32_t cursor, uint32_t policy, uint64_t *former);

  // MARK: Failure

  // Refuses the `index`th request of a kind (enum maplecheck_request_kind) from now, counted from 1, and all later
  // ones too where `forever` is set. Both or none.
  // What was refused before a request that must not be refused does not count: such a call has no lack of memory.
  void (*fail_allocation)(struct maplecheck_map *map, uint64_t index, bool forever, uint32_t kinds);
  void (*permit_allocations)(struct maplecheck_map *map, uint64_t *requests, uint64_t *refusals);
  // When the next call lets go of the map's own lock to wait, another writer makes this store. Both or none.
  void (*schedule_interloper)(struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last);
  // Takes the interloper back, and tells whether it ran.
  bool (*cancel_interloper)(struct maplecheck_map *map);

  // MARK: Inside

  void (*enter_reader)(struct maplecheck_map *map);
  void (*leave_reader)(struct maplecheck_map *map);
  void (*counters)(struct maplecheck_map *map, struct maplecheck_counters *counters);
  // Goes through all nodes by their pivots. The laws of docs/SUBJECTS.md are checked on what it shows.
  void (*walk_shape)(struct maplecheck_map *map, maplecheck_node_visitor visitor, void *context);
  // The library's own check of its structure: a text for each thing that is wrong.
  void (*validate)(struct maplecheck_map *map, maplecheck_text_visitor visitor, void *context);
  // A word that changes whenever any bit of the structure does.
  uint64_t (*fingerprint)(struct maplecheck_map *map);
  void (*marks)(struct maplecheck_map *map, maplecheck_count_visitor visitor, void *context);

  // MARK: Faults

  // From now on each warning and each failed check inside the library is told to the hook, instead of ending the
  // process.
  void (*set_violation_hook)(maplecheck_text_visitor hook, void *context);
  // Faults that are known and that the library's caller can step around, by name; NULL ends the list. They are
  // stepped around unless `set_known_faults_exposed` says otherwise: then calls are made plainly, and the faults show.
  const char *const *known_faults;
  void (*set_known_faults_exposed)(bool exposed);
};

// A child process that runs a library asks the library's own handler of SIGSEGV and SIGBUS first, with this in
// `si_errno`. The handler then leaves the call by a jump, or it returns. It must not pass the signal on to a handler
// that was there before the library: that one may be the Swift runtime's, which starts a process for a backtrace.
#define MAPLECHECK_SIGNAL_IS_ASKED 0x6d61706c

// What a library defines under MAPLECHECK_SUBJECT_SYMBOL.
typedef const struct maplecheck_subject *(*maplecheck_subject_function)(void);

// MARK: Accesses. A library may show each access of its nodes, its root and its flags, so that readers can be tried
// between any two of them: docs/READERS.md. A library that does so has a function under MAPLECHECK_WITNESS_SYMBOL.

#define MAPLECHECK_WITNESS_SYMBOL "maplecheck_witness"

enum maplecheck_access {
  // Told before the access.
  MAPLECHECK_LOAD = 0,
  MAPLECHECK_STORE,
  // smp_wmb(), smp_rmb(), smp_mb().
  MAPLECHECK_WRITE_BARRIER,
  MAPLECHECK_READ_BARRIER,
  MAPLECHECK_FULL_BARRIER,
  // The next store is a release: rcu_assign_pointer(), smp_store_release().
  MAPLECHECK_RELEASE,
  // A node comes from the allocator, or goes back to it.
  MAPLECHECK_NODE_TAKEN,
  MAPLECHECK_NODE_FREED,
};

// `place` and `size` are bytes in memory; `code` is the address of the instruction after the access, or 0. If the
// answer is false the call has no end: the library leaves it if it can, and reports a violation.
typedef bool (*maplecheck_access_hook)(
  void *context, uint32_t access, void *place, uint64_t size, uint64_t code);

// From now on the accesses of calls on a map are told; of none without a hook.
typedef void (*maplecheck_witness_function)(
  struct maplecheck_map *map, maplecheck_access_hook hook, void *context);

#ifdef __cplusplus
}
#endif

#endif
