// SPDX-License-Identifier: GPL-2.0-or-later
//
// The kernel replaces instructions when it starts, by what the processor has. Here the first choice stays.
#ifndef MAPLECHECK_ASM_ALTERNATIVE_H
#define MAPLECHECK_ASM_ALTERNATIVE_H
#include_next <asm/alternative.h>
#undef ALTERNATIVE
#undef ALTERNATIVE_2
#undef ALTERNATIVE_3
#undef ALTERNATIVE_TERNARY
#define ALTERNATIVE(first, ...) first "\n\t"
#define ALTERNATIVE_2(first, ...) first "\n\t"
#define ALTERNATIVE_3(first, ...) first "\n\t"
#define ALTERNATIVE_TERNARY(first, feature, with, without) without "\n\t"
#endif
