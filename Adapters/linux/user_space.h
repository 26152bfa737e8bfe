// SPDX-License-Identifier: GPL-2.0-or-later
//
// What lib/maple_tree.c expects of the rest of a kernel, in user space, for one thread. build.sh makes every header
// that the file includes lead here, but for linux/maple_tree.h, which is that kernel tree's own.

#ifndef MAPLECHECK_USER_SPACE_H
#define MAPLECHECK_USER_SPACE_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Without it the file wants the hooks of the test program that the kernel's tools build around it.
#define __KERNEL__ 1
#define CONFIG_64BIT 1
#define BITS_PER_LONG 64

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned int gfp_t;

// MARK: Compiler

#define __rcu
#define __init
#define __must_check
#define __must_hold(lock)
#define __maybe_unused __attribute__((unused))
#define __pure __attribute__((pure))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define noinline_for_stack noinline
#define fallthrough __attribute__((fallthrough))
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define IS_ENABLED(option) 0
#define READ_ONCE(value) (*(const volatile __typeof__(value) *)&(value))
#define WRITE_ONCE(place, value) (*(volatile __typeof__(place) *)&(place) = (value))
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define BIT(number) (1UL << (number))
#define DIV_ROUND_UP(value, divisor) (((value) + (divisor) - 1) / (divisor))
#define min(left, right) \
  ({ __auto_type left_ = (left); __auto_type right_ = (right); left_ < right_ ? left_ : right_; })
#define max(left, right) \
  ({ __auto_type left_ = (left); __auto_type right_ = (right); left_ > right_ ? left_ : right_; })
#define min_t(type, left, right) min((type)(left), (type)(right))
#define max_t(type, left, right) max((type)(left), (type)(right))

// MARK: Order. One thread sees its own writes in order; the compiler must keep them.

#include "witness.h"

#define smp_wmb() (witness(MAPLECHECK_WRITE_BARRIER), __atomic_thread_fence(__ATOMIC_RELEASE))
#define smp_rmb() (witness(MAPLECHECK_READ_BARRIER), __atomic_thread_fence(__ATOMIC_ACQUIRE))
#define smp_mb() (witness(MAPLECHECK_FULL_BARRIER), __atomic_thread_fence(__ATOMIC_SEQ_CST))

struct rcu_head {
  struct rcu_head *next;
  void (*func)(struct rcu_head *head);
};

void shim_call_rcu(struct rcu_head *head, void (*function)(struct rcu_head *head));

#define call_rcu(head, function) shim_call_rcu(head, function)
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define rcu_dereference(pointer) READ_ONCE(pointer)
#define rcu_dereference_check(pointer, condition) READ_ONCE(pointer)
#define rcu_dereference_protected(pointer, condition) (pointer)
#define rcu_dereference_raw(pointer) READ_ONCE(pointer)
#define rcu_assign_pointer(place, value)                        \
  do {                                                          \
    void *value_ = (void *)(value);                             \
    witness(MAPLECHECK_RELEASE);                                \
    __atomic_store_n((void **)&(place), value_, __ATOMIC_RELEASE); \
  } while (0)
#define RCU_INIT_POINTER(place, value) ((place) = (value))
#define rcu_callback_map 0
#define lock_is_held(map) 1

// MARK: Locks

// As wide as a word, so that no word holds both a lock and what readers look at.
typedef struct {
  long depth;
} spinlock_t;

struct lock_class_key {
  int unused;
};

void shim_lock(spinlock_t *lock);
void shim_unlock(spinlock_t *lock);

#define __SPIN_LOCK_UNLOCKED(name) {0}
#define SINGLE_DEPTH_NESTING 1
#define spin_lock_init(lock) ((lock)->depth = 0)
#define spin_lock(lock) shim_lock(lock)
#define spin_lock_nested(lock, subclass) shim_lock(lock)
#define spin_unlock(lock) shim_unlock(lock)
#define lockdep_is_held(lock) 1

typedef struct {
  int value;
} atomic_t;

#define atomic_inc(counter) ((void)(counter)->value++)
#define atomic_read(counter) ((counter)->value)
#define atomic_set(counter, number) ((void)((counter)->value = (number)))

// MARK: Reports

__attribute__((format(printf, 1, 2))) void shim_print(const char *format, ...);
__attribute__((noreturn)) void shim_violation(const char *check, const char *text, const char *function, int line);

#define pr_err(...) shim_print(__VA_ARGS__)
#define pr_info(...) shim_print(__VA_ARGS__)
#define pr_cont(...) ((void)0)
#define dump_stack() ((void)0)

// A warning is a finding like a failed check: the call ends there, and the map is not used any more.
#define SHIM_CHECK(name, condition)                                                       \
  ({                                                                                      \
    bool failed_ = !!(condition);                                                         \
    if (unlikely(failed_)) shim_violation(name, #condition, __func__, __LINE__);          \
    failed_;                                                                              \
  })
#define BUG_ON(condition) SHIM_CHECK("BUG_ON", condition)
#define WARN_ON(condition) SHIM_CHECK("WARN_ON", condition)
// Some warnings are answers and no faults: of an entry that the plain interface refuses, and of memory that cannot be
// had where a caller with a lock of his own may not wait.
#define SHIM_STARTS(text, start) !strncmp(text, start, sizeof(start) - 1)
#define SHIM_IS_REFUSAL(text)                                                                  \
  (SHIM_STARTS(text, "xa_is_advanced(") || SHIM_STARTS(text, "mt_is_reserved(") ||             \
    SHIM_STARTS(text, "!gfpflags_allow_blocking(gfp) && mt_external_lock("))
#define WARN_ON_ONCE(condition)                                                           \
  ({                                                                                      \
    bool warned_ = !!(condition);                                                         \
    if (unlikely(warned_) && !SHIM_IS_REFUSAL(#condition))                                \
      shim_violation("WARN_ON_ONCE", #condition, __func__, __LINE__);                     \
    warned_;                                                                              \
  })

// MARK: Entries and errors

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(value) ((unsigned long)(void *)(value) >= (unsigned long)-MAX_ERRNO)

static inline void *ERR_PTR(long error) { return (void *)error; }

static inline void *xa_mk_internal(unsigned long number) { return (void *)(number << 2 | 2); }
static inline unsigned long xa_to_internal(const void *entry) { return (unsigned long)entry >> 2; }
static inline bool xa_is_internal(const void *entry) { return ((unsigned long)entry & 3) == 2; }
static inline bool xa_is_node(const void *entry) { return xa_is_internal(entry) && (unsigned long)entry > 4096; }
#define XA_RETRY_ENTRY xa_mk_internal(256)
#define XA_ZERO_ENTRY xa_mk_internal(257)
static inline bool xa_is_zero(const void *entry) { return entry == XA_ZERO_ENTRY; }
static inline bool xa_is_advanced(const void *entry) { return xa_is_internal(entry) && entry <= XA_RETRY_ENTRY; }
static inline bool xa_is_err(const void *entry)
{
  return xa_is_internal(entry) && entry >= xa_mk_internal(-MAX_ERRNO);
}
static inline int xa_err(void *entry) { return xa_is_err(entry) ? (int)((long)entry >> 2) : 0; }
static inline bool xa_is_value(const void *entry) { return (unsigned long)entry & 1; }
static inline unsigned long xa_to_value(const void *entry) { return (unsigned long)entry >> 1; }
static inline void *xa_mk_value(unsigned long value) { return (void *)(value << 1 | 1); }

#define trace_ma_op(...) ((void)0)
#define trace_ma_read(...) ((void)0)
#define trace_ma_write(...) ((void)0)
#define tracepoint_string(text) text

#include "slab.h"

#endif
