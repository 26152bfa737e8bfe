// SPDX-License-Identifier: GPL-2.0-or-later
//
// There are no interrupts: they are always on, and nothing turns them off.
#ifndef _X86_IRQFLAGS_H_
#define _X86_IRQFLAGS_H_
#include <asm/processor-flags.h>
#define ARCH_IRQ_ENABLED X86_EFLAGS_IF
#define ARCH_IRQ_DISABLED 0
#ifndef __ASSEMBLY__
static inline unsigned long arch_local_save_flags(void) { return X86_EFLAGS_IF; }
static inline unsigned long native_save_fl(void) { return X86_EFLAGS_IF; }
static inline void arch_local_irq_restore(unsigned long flags) {}
static inline void native_irq_disable(void) {}
static inline void native_irq_enable(void) {}
static inline void native_safe_halt(void) {}
static inline void native_halt(void) {}
static inline void safe_halt(void) {}
static inline void halt(void) {}
#include <asm-generic/irqflags.h>
#endif
#endif
