// SPDX-License-Identifier: GPL-2.0-or-later
//
// One processor: what each has of its own is an ordinary variable, and no segment register is used.
#ifndef _ASM_X86_PERCPU_H
#define _ASM_X86_PERCPU_H
#define __my_cpu_offset 0UL
#define per_cpu_offset(processor) 0UL
#define __percpu_seg_override
#include <asm-generic/percpu.h>
// Nothing comes in between, so that interrupts need not be off.
#undef this_cpu_generic_read
#undef this_cpu_generic_to_op
#undef this_cpu_generic_add_return
#undef this_cpu_generic_xchg
#undef this_cpu_generic_cmpxchg
#undef this_cpu_generic_try_cmpxchg
#define this_cpu_generic_read raw_cpu_generic_read
#define this_cpu_generic_to_op raw_cpu_generic_to_op
#define this_cpu_generic_add_return raw_cpu_generic_add_return
#define this_cpu_generic_xchg raw_cpu_generic_xchg
#define this_cpu_generic_cmpxchg raw_cpu_generic_cmpxchg
#define this_cpu_generic_try_cmpxchg raw_cpu_generic_try_cmpxchg
#define this_cpu_read_stable(variable) this_cpu_read(variable)
#define this_cpu_read_const(variable) (variable)
#define this_cpu_test_bit(bit, bits) 0
#define x86_this_cpu_test_bit(bit, bits) 0
// Variables that the kernel needs before it has areas for each processor, and those that it keeps close together.
#define DECLARE_EARLY_PER_CPU(type, name) DECLARE_PER_CPU(type, name)
#define DECLARE_EARLY_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU_READ_MOSTLY(type, name)
#define early_per_cpu(name, processor) per_cpu(name, processor)
#ifndef DECLARE_PER_CPU_CACHE_HOT
#define DECLARE_PER_CPU_CACHE_HOT(type, name) DECLARE_PER_CPU(type, name)
#endif
#ifndef DECLARE_INIT_PER_CPU
#define DECLARE_INIT_PER_CPU(name) extern typeof(name) init_per_cpu__##name
#endif
#endif
