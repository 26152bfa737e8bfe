// SPDX-License-Identifier: GPL-2.0-or-later
//
// Somebody who watches areas by userfaultfd, and wants to hear of forks. He reads each event, keeps the descriptor of a
// child that he is given, and closes it when the child is gone. Files without a name: fs/anon_inodes.c.

#include "kernel.h"

// A descriptor is open until its address space is gone.
struct descriptor {
	struct descriptor *next;
	struct file *file;
};
static struct descriptor *first, **end = &first;

struct file *anon_inode_create_getfile(const char *name, const struct file_operations *operations, void *own, int flags,
	const struct inode *context)
{
	struct file *file = machine_allocate(sizeof(*file), 64, MAPLECHECK_FORK_MEMORY);
	memset(file, 0, sizeof(*file));
	file->f_op = operations;
	file->private_data = own;
	file->f_flags = flags;
	return file;
}
int get_unused_fd_flags(unsigned int flags) { return 0; }
void fd_install(unsigned int number, struct file *file)
{
	struct descriptor *descriptor = machine_allocate(sizeof(*descriptor), 16, MAPLECHECK_FORK_MEMORY);
	*descriptor = (struct descriptor){ .file = file };
	*end = descriptor;
	end = &descriptor->next;
}
int anon_inode_create_getfd(const char *name, const struct file_operations *operations, void *own, int flags,
	const struct inode *context)
{
	fd_install(0, anon_inode_create_getfile(name, operations, own, flags, context));
	return 0;
}
int anon_inode_getfd_secure(const char *name, const struct file_operations *operations, void *own, int flags,
	const struct inode *context)
{
	return anon_inode_create_getfd(name, operations, own, flags, context);
}

// The last one that was opened.
static struct descriptor *newest(void) { return container_of(end, struct descriptor, next); }

static void close_at(struct descriptor **place)
{
	struct descriptor *descriptor = *place;
	struct file *file = descriptor->file;
	if (end == &descriptor->next) end = place;
	*place = descriptor->next;
	machine_free(descriptor);
	file->f_op->release(NULL, file);
	machine_free(file);
}

void userfaults_close(void)
{
	for (struct descriptor **place = &first; *place;)
		if (atomic_read(&door_userfault_space((*place)->file)->mm_users)) place = &(*place)->next;
		else close_at(place);
}

static struct file *file_with_event(void)
{
	for (struct descriptor *descriptor = first; descriptor; descriptor = descriptor->next)
		if (door_has_event(descriptor->file)) return descriptor->file;
	return NULL;
}

bool userfaults_are_waited_for(void) { return file_with_event(); }

// Reads an event, which comes with a descriptor for the child.
void userfaults_read(void)
{
	if (door_read_event(file_with_event())) machine_end("an event of userfaultfd cannot be read", NULL);
	machine_event(MAPLECHECK_FORK_EVENT_CHILD_TOLD, door_userfault_space(newest()->file));
}

struct watch {
	struct mm_struct *mm;
	unsigned long start, length;
};

static int64_t watch(void *given)
{
	struct watch *watch = given;
	machine_task->mm = watch->mm;
	int result = door_new_userfault();
	if (result < 0) return result;
	struct descriptor **place = &first;
	while ((*place)->next) place = &(*place)->next;
	struct file *file = (*place)->file;
	struct uffdio_api wish = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_FORK };
	struct uffdio_register range = { .range = { watch->start, watch->length }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	result = file->f_op->unlocked_ioctl(file, UFFDIO_API, (unsigned long)&wish);
	if (!result) result = file->f_op->unlocked_ioctl(file, UFFDIO_REGISTER, (unsigned long)&range);
	if (result) close_at(place);
	return result;
}

int64_t userfaults_watch(uint64_t space, uint64_t start, uint64_t length)
{
	return machine_call(watch, &(struct watch){ (void *)space, start, length });
}

int userfaults_fill(struct vm_area_struct *vma, unsigned long address)
{
	static char contents[PAGE_SIZE] __aligned(PAGE_SIZE);
	struct uffdio_copy copy = { .dst = address & PAGE_MASK, .src = (unsigned long)contents, .len = PAGE_SIZE };
	for (struct descriptor *descriptor = first; descriptor; descriptor = descriptor->next)
		if (descriptor->file->private_data == vma->vm_userfaultfd_ctx.ctx)
			return descriptor->file->f_op->unlocked_ioctl(descriptor->file, UFFDIO_COPY, (unsigned long)&copy);
	return -EFAULT;
}

// mm/folio-compat.c of before 6.13
struct address_space *page_mapping(struct page *page) { return folio_mapping(page_folio(page)); }

// MARK: Memory of user space, which is the library's own here

unsigned long _copy_from_user(void *to, const void __user *from, unsigned long size)
{
	memcpy(to, (const void *)from, size);
	return 0;
}
unsigned long _copy_to_user(void __user *to, const void *from, unsigned long size)
{
	memcpy((void *)to, from, size);
	return 0;
}
// The value is in one register, the address in another, in which the answer comes.
asm(".text\n"
    ".hidden __put_user_8\n"
    ".globl __put_user_8\n"
    "__put_user_8: movq %rax, (%rcx)\n\txorl %ecx, %ecx\n\tret\n");
