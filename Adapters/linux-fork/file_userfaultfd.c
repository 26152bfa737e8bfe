// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and doors to functions that it keeps to itself.
#include "features.h"
#ifdef HAS_USERFAULT_IN_FS
#include "fs/userfaultfd.c"
#else
#include "mm/userfaultfd.c"
#endif
void door_start_userfaults(void) { userfaultfd_init(); }
int door_new_userfault(void) { return new_userfaultfd(0); }
struct mm_struct *door_userfault_space(struct file *file) { return ((struct userfaultfd_ctx *)file->private_data)->mm; }
int door_userfault_references(const struct userfaultfd_ctx *context) { return refcount_read(&context->refcount); }
// Whether somebody waits until an event is read.
bool door_has_event(struct file *file)
{
	return waitqueue_active(&((struct userfaultfd_ctx *)file->private_data)->event_wqh);
}
int door_read_event(struct file *file)
{
	struct uffd_msg message;
	return userfaultfd_ctx_read(file->private_data, true, &message, NULL);
}
