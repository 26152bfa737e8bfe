// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and a door to a function that it keeps to itself.
#include "mm/oom_kill.c"
bool door_reap(struct mm_struct *mm) { return oom_reap_task_mm(current, mm); }
