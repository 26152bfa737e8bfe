// SPDX-License-Identifier: GPL-2.0-or-later
//
// One task that nobody interrupts: it is never counted how deep it is in what must not be.
#ifndef MAPLECHECK_ASM_PREEMPT_H
#define MAPLECHECK_ASM_PREEMPT_H
#include <linux/thread_info.h>
#define PREEMPT_ENABLED (0)
#define init_task_preempt_count(task) do { } while (0)
#define init_idle_preempt_count(task, processor) do { } while (0)
static __always_inline int preempt_count(void) { return 0; }
static __always_inline void preempt_count_set(int count) { }
static __always_inline void set_preempt_need_resched(void) { }
static __always_inline void clear_preempt_need_resched(void) { }
static __always_inline bool test_preempt_need_resched(void) { return false; }
static __always_inline void __preempt_count_add(int count) { }
static __always_inline void __preempt_count_sub(int count) { }
static __always_inline int __preempt_count_add_return(int count) { return 0; }
static __always_inline int __preempt_count_sub_return(int count) { return 0; }
static __always_inline bool __preempt_count_dec_and_test(void) { return false; }
static __always_inline bool should_resched(int offset) { return false; }
#endif
