// SPDX-License-Identifier: GPL-2.0-or-later
//
// The map behind the interface, and what surrounds each call on it: the pool that nodes come from, the callbacks that
// wait for readers, the lock, and the way out of a call that found a fault.

#ifndef MAPLECHECK_MAP_H
#define MAPLECHECK_MAP_H

#include <dlfcn.h>
#include <linux/maple_tree.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "CSubjectABI.h"
#include "pool.h"

// Where the last search for a gap went that found one.
enum gap_direction { GAP_NOWHERE, GAP_UPWARD, GAP_DOWNWARD };

struct maplecheck_map {
  struct maple_tree tree;
  struct pool pool;
  bool is_broken;
  bool has_external_lock;
  // Whether a write of the map's own interface is between its first and its last line.
  bool is_writing;

  // Callbacks that wait for readers, oldest first, and how many of them free just one node.
  struct rcu_head *first_callback;
  struct rcu_head *last_callback;
  uint64_t single_callbacks;
  uint64_t all_callbacks;
  uint32_t readers;

  struct ma_state cursors[MAPLECHECK_CURSORS];

  struct ma_state gap_search;
  enum gap_direction gap_direction;
  uint64_t gap_version;

  struct ma_state prepared;
  void *prepared_entry;
  bool is_prepared;
  struct ma_state bulk;
  bool is_bulk;
  // Counts the changes, so that a preparation that is stale is known.
  uint64_t version;
  uint64_t prepared_version;
  uint64_t bulk_version;

  uint64_t nodes_taken;
  uint64_t nodes_planned;

  bool has_interloper;
  bool interloper_ran;
  void *interloper_entry;
  unsigned long interloper_first;
  unsigned long interloper_last;
  // Where a cursor's store reads what it overwrites, and what it read.
  bool wants_former;
  unsigned long former_index;
  void *former;
  // What the root pointer held when the write through a cursor began, or began again after another writer.
  void *found_root;
  // The cursor that a write goes through, and what it was before.
  struct ma_state *writing_cursor;
  struct ma_state saved_cursor;
};

uint64_t shim_nodes_taken;
static struct maplecheck_map *current;
static jmp_buf escape;
static bool can_escape;
static maplecheck_text_visitor violation_hook;
static void *violation_context;
static bool known_faults_exposed;
static char last_print[512];

#ifdef MAPLECHECK_WITNESSED
maplecheck_access_hook witness_hook;
void *witness_context;
uintptr_t witness_root;
size_t witness_root_size;

__attribute__((visibility("default"))) void maplecheck_witness(
  struct maplecheck_map *map, maplecheck_access_hook hook, void *context)
{
  struct maple_tree *tree = &map->tree;
  witness_root = (uintptr_t)&tree->ma_flags;
  witness_root_size = (uintptr_t)(tree + 1) - witness_root;
  witness_hook = hook;
  witness_context = context;
}

#define SHOWS(size)                                                                                            \
  UNSEEN void __sanitizer_cov_load##size(void *place) { witness_place(MAPLECHECK_LOAD, place, size, CODE); }   \
  UNSEEN void __sanitizer_cov_store##size(void *place) { witness_place(MAPLECHECK_STORE, place, size, CODE); }
SHOWS(1)
SHOWS(2)
SHOWS(4)
SHOWS(8)
SHOWS(16)
#endif

// MARK: Reports

__attribute__((noreturn)) static void leave_broken(const char *text)
{
  if (violation_hook && can_escape) {
    violation_hook(violation_context, text);
    current->is_broken = true;
    can_escape = false;
    _longjmp(escape, 1);
  }
  fprintf(stderr, "%s\n", text);
  abort();
}

void shim_print(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_print, sizeof(last_print), format, arguments);
  va_end(arguments);
}

__attribute__((noreturn)) void shim_violation(const char *check, const char *text, const char *function, int line)
{
  char message[1024];
  size_t length = strlen(last_print);
  if (length && last_print[length - 1] == '\n') last_print[length - 1] = 0;
  snprintf(message, sizeof(message), "%s(%s) in %s(), line %d%s%s", check, text, function, line,
    *last_print ? ": " : "", last_print);
  *last_print = 0;
  leave_broken(message);
}

#ifndef MAPLECHECK_INSTRUMENTED
static struct sigaction former_actions[2];
static bool former_is_subjects[2];

static bool is_subjects(const struct sigaction *action)
{
  Dl_info info;
  if (!(action->sa_flags & SA_SIGINFO) || !dladdr((void *)(uintptr_t)action->sa_sigaction, &info)) return false;
  void *library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return false;
  bool found = dlsym(library, MAPLECHECK_SUBJECT_SYMBOL) != NULL;
  dlclose(library);
  return found;
}

static void catch_signal(int number, siginfo_t *info, void *context)
{
  if (can_escape && violation_hook) leave_broken("the library used memory that is not mapped");
  // Another library of a kernel may be loaded too, and may be the one: it is asked, and this one stays.
  struct sigaction *former = &former_actions[number == SIGBUS];
  if (info->si_errno == MAPLECHECK_SIGNAL_IS_ASKED && !former_is_subjects[number == SIGBUS]) return;
  if (former->sa_flags & SA_SIGINFO) {
    former->sa_sigaction(number, info, context);
  } else {
    sigaction(number, former, NULL);
  }
}
#endif

static void set_violation_hook(maplecheck_text_visitor hook, void *context)
{
  violation_hook = hook;
  violation_context = context;
#ifndef MAPLECHECK_INSTRUMENTED
  static bool catches;
  if (!hook || catches) return;
  catches = true;
  struct sigaction action = {.sa_sigaction = catch_signal, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSEGV, &action, &former_actions[0]);
  sigaction(SIGBUS, &action, &former_actions[1]);
  for (int i = 0; i < 2; i++) former_is_subjects[i] = is_subjects(&former_actions[i]);
#endif
}

// MARK: Calls

static void run_callbacks(struct maplecheck_map *map)
{
  while (map->first_callback) {
    struct rcu_head *head = map->first_callback;
    map->first_callback = head->next;
    if (!map->first_callback) map->last_callback = NULL;
    head->func(head);
  }
  map->single_callbacks = map->all_callbacks = 0;
}

// Begins a call; a fault inside returns from the calling function with `value`.
#define ENTER(map, value)                        \
  if ((map)->is_broken) return value;            \
  current = (map);                               \
  if (violation_hook) {                          \
    if (_setjmp(escape)) return value;           \
    can_escape = true;                           \
  }

static void give_up(struct maplecheck_map *map);

// As ENTER, for a write that may have to be given up because it asks for memory again and again.
#define ENTER_WRITE(map)                                   \
  if ((map)->is_broken) return MAPLECHECK_VIOLATION;       \
  current = (map);                                         \
  if (violation_hook) {                                    \
    int reason_ = _setjmp(escape);                         \
    if (reason_ == 2) {                                    \
      give_up(map);                                        \
      return MAPLECHECK_OUT_OF_MEMORY;                     \
    }                                                      \
    if (reason_) return MAPLECHECK_VIOLATION;              \
    can_escape = true;                                     \
  }

// Ends a call. Callbacks run here: in between the caller may be a reader.
#define LEAVE(map)                                                        \
  do {                                                                    \
    if ((map)->first_callback && !(map)->readers) run_callbacks(map);     \
    can_escape = false;                                                   \
  } while (0)

static void begin_write(struct maplecheck_map *map, struct ma_state *reserve);

static void end_write(struct maplecheck_map *map, bool changed)
{
  map->is_writing = false;
  map->nodes_taken = shim_nodes_taken;
  map->nodes_planned += map->pool.obtained;
  if (changed) map->version++;
}

// MARK: What the kernel's file calls

void shim_lock(spinlock_t *lock)
{
  if (lock->depth++) shim_violation("spin_lock", "the lock is held already", __func__, __LINE__);
}

void shim_unlock(spinlock_t *lock)
{
  if (--lock->depth) shim_violation("spin_unlock", "the lock is not held", __func__, __LINE__);
}

#ifdef MAPLECHECK_HAS_SHEAVES
// Nodes are aligned to their size.
static void free_one(struct rcu_head *head) { shim_free((void *)((uintptr_t)head & ~(uintptr_t)255)); }
void shim_free_later(struct rcu_head *head) { shim_call_rcu(head, free_one); }
#else
static void mt_free_rcu(struct rcu_head *head);
#define free_one mt_free_rcu
#endif

void shim_call_rcu(struct rcu_head *head, void (*function)(struct rcu_head *head))
{
  head->next = NULL;
  head->func = function;
  if (current->last_callback) {
    current->last_callback->next = head;
  } else {
    current->first_callback = head;
  }
  current->last_callback = head;
  current->all_callbacks++;
  if (function == free_one) current->single_callbacks++;
}

#include "sheaves.h"

// A write that holds a node tries again after each refusal, without end where memory stays out. Nothing has changed
// yet: the nodes that it holds are given back, and it ends as it should have.
static void give_up(struct maplecheck_map *map)
{
  map->tree.ma_lock.depth = 0;
  struct pool *pool = &map->pool;
  for (unsigned int index = 0; index < pool->logged; index++) {
    void *node = pool->log[index];
    struct pool_chunk *chunk = pool_chunk_of(node);
    if (chunk->is_live[pool_index(chunk, node)]) pool_give_back(pool, node);
  }
#ifdef MAPLECHECK_HAS_SHEAVES
  discard_sheaves(pool, map->is_prepared ? map->prepared.sheaf : NULL);
#endif
  if (map->writing_cursor) *map->writing_cursor = map->saved_cursor;
  map->writing_cursor = NULL;
  map->wants_former = false;
  map->is_writing = false;
  map->nodes_taken = map->nodes_planned = 0;
}

static bool permits(gfp_t gfp, bool bulk)
{
  if (pool_permits(&current->pool, gfp, bulk)) return true;
  if (current->pool.refused_now >= 100 && current->is_writing && can_escape) {
    if (known_faults_exposed)
      shim_violation("allocation", "a hundred refusals in one call, and it tries again", __func__, __LINE__);
    can_escape = false;
    _longjmp(escape, 2);
  }
  return false;
}

// In writes.h: it needs what lib/maple_tree.c defines.
static bool avoid_null_leaf(struct maplecheck_map *map);

// The other writer, who comes in where the lock is not held and this one waits for memory.
static void run_interloper(struct maplecheck_map *map)
{
  if (!map->has_interloper || !map->is_writing || map->has_external_lock || map->tree.ma_lock.depth) return;
  map->has_interloper = false;
  bool was_suspended = map->pool.suspended;
  uint64_t taken = shim_nodes_taken, obtained = map->pool.obtained;
  unsigned int logged = map->pool.logged;
  map->pool.suspended = true;
  int code = mtree_store_range(
    &map->tree, map->interloper_first, map->interloper_last, map->interloper_entry, GFP_KERNEL);
  if (code == 0) {
    if (!map->interloper_entry) {
      mtree_lock(&map->tree);
      avoid_null_leaf(map);
      mtree_unlock(&map->tree);
    }
    map->interloper_ran = true;
    map->version++;
    map->found_root = map->tree.ma_root;
  }
  map->pool.suspended = was_suspended;
  map->pool.obtained = obtained;
  map->pool.logged = logged;
  shim_nodes_taken = taken;
  if (map->wants_former) {
    MA_STATE(state, &map->tree, map->former_index, map->former_index);
    map->former = mas_walk(&state);
  }
}

void *shim_allocate(gfp_t gfp)
{
  if (gfpflags_allow_blocking(gfp)) run_interloper(current);
  if (!permits(gfp, false)) return NULL;
  void *node = pool_take(&current->pool);
  if (gfp & __GFP_ZERO) memset(node, 0, 256);
  return node;
}

int shim_allocate_bulk(gfp_t gfp, size_t count, void **nodes)
{
  if (gfpflags_allow_blocking(gfp)) run_interloper(current);
  bool permitted = permits(gfp, true);
  // A request that fails half-way leaves what it had written: pointers to nodes that are free again.
  size_t served = permitted ? count : (count + 1) / 2;
  for (size_t index = 0; index < served; index++) nodes[index] = pool_take(&current->pool);
  if (permitted) return (int)count;
  for (size_t index = 0; index < served; index++) pool_give_back(&current->pool, nodes[index]);
  current->pool.obtained -= served;
  current->pool.returned -= served;
  return 0;
}

void shim_free(void *node) { pool_give_back(&current->pool, node); }

void shim_free_bulk(size_t count, void **nodes)
{
  // The array may lie in one of the nodes.
  void *copies[64];
  if (count > 64) shim_violation("kmem_cache_free_bulk", "more nodes than a node has slots", __func__, __LINE__);
  memcpy(copies, nodes, count * sizeof(void *));
  for (size_t index = 0; index < count; index++) pool_give_back(&current->pool, copies[index]);
}

#endif
