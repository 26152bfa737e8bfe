// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and a door to a function that it keeps to itself.
#include "mm/swapfile.c"
int door_unuse(struct mm_struct *mm) { return unuse_mm(mm, 0); }
