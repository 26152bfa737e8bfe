// SPDX-License-Identifier: GPL-2.0-or-later
//
// BUG() and WARN() call functions, where x86 has an instruction that faults.
#ifndef MAPLECHECK_ASM_BUG_H
#define MAPLECHECK_ASM_BUG_H
#include <linux/stringify.h>
#include <linux/instrumentation.h>
#include <linux/objtool.h>
#include <asm-generic/bug.h>
#endif
