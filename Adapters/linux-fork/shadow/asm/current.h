// SPDX-License-Identifier: GPL-2.0-or-later
//
// The running task is a variable, where x86 has it relative to a segment register.
#ifndef MAPLECHECK_ASM_CURRENT_H
#define MAPLECHECK_ASM_CURRENT_H
#include_next <asm/current.h>
#ifndef __ASSEMBLY__
extern struct task_struct *machine_task;
#undef current
#define current machine_task
#endif
#endif
