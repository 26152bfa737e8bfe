// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and a door to a function that it keeps to itself.
#include "kernel/fork.c"
struct mm_struct *door_dup_mm(struct task_struct *task, struct mm_struct *mm) { return dup_mm(task, mm); }
