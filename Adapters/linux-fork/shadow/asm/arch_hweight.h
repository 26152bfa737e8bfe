// SPDX-License-Identifier: GPL-2.0-or-later
//
// x86 counts bits by a call out of assembly, which keeps all registers; no function in C does.
#ifndef _ASM_X86_HWEIGHT_H
#define _ASM_X86_HWEIGHT_H
#define __arch_hweight32(word) ((unsigned int)__builtin_popcount(word))
#define __arch_hweight16(word) __arch_hweight32((word) & 0xffff)
#define __arch_hweight8(word) __arch_hweight32((word) & 0xff)
#define __arch_hweight64(word) ((unsigned long)__builtin_popcountl(word))
#endif
