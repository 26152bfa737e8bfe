// SPDX-License-Identifier: GPL-2.0-or-later
//
// Sizes that the kernel's headers want as numbers for the preprocessor: compiled to assembly, and read from it. As
// kernel/bounds.c.
#define __GENERATING_BOUNDS_H
#include <linux/page-flags.h>
#include <linux/mmzone.h>
#include <linux/kbuild.h>
#include <linux/log2.h>
#include <linux/spinlock_types.h>

int main(void)
{
	DEFINE(NR_PAGEFLAGS, __NR_PAGEFLAGS);
	DEFINE(MAX_NR_ZONES, __MAX_NR_ZONES);
	DEFINE(NR_CPUS_BITS, order_base_2(CONFIG_NR_CPUS));
	DEFINE(SPINLOCK_SIZE, sizeof(spinlock_t));
	DEFINE(LRU_GEN_WIDTH, 0);
	DEFINE(__LRU_REFS_WIDTH, 0);
	return 0;
}
