// SPDX-License-Identifier: GPL-2.0-or-later
//
// Nothing is repaired after a fault of the kernel's own: its tables of exceptions stay empty.
#ifndef MAPLECHECK_ASM_ASM_H
#define MAPLECHECK_ASM_ASM_H
#include_next <asm/asm.h>
#undef _ASM_EXTABLE_TYPE
#undef _ASM_EXTABLE_TYPE_REG
#define _ASM_EXTABLE_TYPE(from, to, type)
#define _ASM_EXTABLE_TYPE_REG(from, to, type, register)
#endif
