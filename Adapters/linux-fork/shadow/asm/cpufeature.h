// SPDX-License-Identifier: GPL-2.0-or-later
//
// A processor without any extension: no code asks the real one.
#ifndef MAPLECHECK_ASM_CPUFEATURE_H
#define MAPLECHECK_ASM_CPUFEATURE_H
#include_next <asm/cpufeature.h>
#undef cpu_feature_enabled
#undef static_cpu_has
#undef boot_cpu_has
#undef cpu_has
#define cpu_feature_enabled(bit) 0
#define static_cpu_has(bit) 0
#define boot_cpu_has(bit) 0
#define cpu_has(processor, bit) 0
#endif
