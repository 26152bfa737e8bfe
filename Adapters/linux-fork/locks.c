// SPDX-License-Identifier: GPL-2.0-or-later
//
// Locks. There is one thread, so that a lock that would be waited for is one that nobody will ever give back.

#include "kernel.h"

// How a semaphore counts: one writer, or readers. `owner` has the name that its definition gave it.
#define WRITER 1L
#define READER 256L

static const char *name_of(struct rw_semaphore *lock)
{
	const char *name = (const char *)atomic_long_read(&lock->owner);
	return name ? name : "a semaphore without a name";
}

void __init_rwsem(struct rw_semaphore *lock, const char *name, struct lock_class_key *key)
{
	memset(lock, 0, sizeof(*lock));
	atomic_long_set(&lock->owner, (long)name);
}

static bool is_free_for(struct rw_semaphore *lock, long holder)
{
	long count = atomic_long_read(&lock->count);
	return holder == WRITER ? !count : !(count & WRITER);
}

static void acquire(struct rw_semaphore *lock, long holder, uint32_t event)
{
	if (!is_free_for(lock, holder)) machine_end("a lock is waited for, and nobody gives it back", name_of(lock));
	atomic_long_add(holder, &lock->count);
	machine_event(event, lock);
}

static void release(struct rw_semaphore *lock, long holder, uint32_t event)
{
	long count = atomic_long_read(&lock->count);
	if (holder == WRITER ? count != WRITER : count < READER || count & WRITER)
		machine_end("a lock is given back that is not held", name_of(lock));
	atomic_long_sub(holder, &lock->count);
	machine_event(event, lock);
}

void down_write(struct rw_semaphore *lock) { acquire(lock, WRITER, MAPLECHECK_FORK_EVENT_LOCKED); }
void down_read(struct rw_semaphore *lock) { acquire(lock, READER, MAPLECHECK_FORK_EVENT_READ_LOCKED); }
void up_write(struct rw_semaphore *lock) { release(lock, WRITER, MAPLECHECK_FORK_EVENT_UNLOCKED); }
void up_read(struct rw_semaphore *lock) { release(lock, READER, MAPLECHECK_FORK_EVENT_READ_UNLOCKED); }
int down_write_trylock(struct rw_semaphore *lock)
{
	if (!is_free_for(lock, WRITER)) return 0;
	down_write(lock);
	return 1;
}
int down_read_trylock(struct rw_semaphore *lock)
{
	if (!is_free_for(lock, READER)) return 0;
	down_read(lock);
	return 1;
}
int down_write_killable(struct rw_semaphore *lock)
{
	if (machine_fails(MAPLECHECK_FORK_STEP_LOCK, 1)) return -EINTR;
	down_write(lock);
	return 0;
}
void downgrade_write(struct rw_semaphore *lock)
{
	if (atomic_long_read(&lock->count) != WRITER) machine_end("a lock is given back that is not held", name_of(lock));
	atomic_long_set(&lock->count, READER);
	machine_event(MAPLECHECK_FORK_EVENT_DOWNGRADED, lock);
}

// Whoever looks while a spinlock is held would wait for it: nobody looks then.
static unsigned int spinlocks_held;

bool locks_let_others_run(void) { return !spinlocks_held; }

static void acquire_spinlock(raw_spinlock_t *lock)
{
	if (atomic_read(&lock->raw_lock.val)) machine_end("a spinlock is waited for, and nobody gives it back", NULL);
	atomic_set(&lock->raw_lock.val, 1);
	spinlocks_held++;
}

static void release_spinlock(raw_spinlock_t *lock)
{
	if (!atomic_read(&lock->raw_lock.val)) machine_end("a spinlock is given back that is not held", NULL);
	atomic_set(&lock->raw_lock.val, 0);
	spinlocks_held--;
}

void _raw_spin_lock(raw_spinlock_t *lock) { acquire_spinlock(lock); }
int _raw_spin_trylock(raw_spinlock_t *lock)
{
	if (atomic_read(&lock->raw_lock.val)) return 0;
	acquire_spinlock(lock);
	return 1;
}
void _raw_spin_lock_irq(raw_spinlock_t *lock) { acquire_spinlock(lock); }
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	acquire_spinlock(lock);
	return 0;
}
void _raw_spin_unlock(raw_spinlock_t *lock) { release_spinlock(lock); }
void _raw_spin_unlock_irq(raw_spinlock_t *lock) { release_spinlock(lock); }
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags) { release_spinlock(lock); }

#ifdef HAS_MUTEX_GENERIC
void mutex_init_generic(struct mutex *lock) { memset(lock, 0, sizeof(*lock)); }
#else
void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key) { memset(lock, 0, sizeof(*lock)); }
#endif

int __cond_resched(void)
{
	machine_event(MAPLECHECK_FORK_EVENT_RESCHEDULED, NULL);
	return 0;
}

// MARK: Readers of vmas, and a task that is killed while it waits for one

// While a fork is made each vma of its parent has a reader: the fork waits for it, and is killed then, or it leaves.
static struct mm_struct *read_space;
// Whether there are such readers.
bool locks_have_readers = true;

static void wake_up_without_signal(void)
{
	sigemptyset(&machine_task->pending.signal);
	clear_tsk_thread_flag(machine_task, TIF_SIGPENDING);
}

static void kill_task(void)
{
	sigaddset(&machine_task->pending.signal, SIGKILL);
	set_tsk_thread_flag(machine_task, TIF_SIGPENDING);
}

#ifdef HAS_VMA_REFERENCES
// Where a vma was waited for last.
static unsigned long read_address;

// A vma that is waited for has lost its writers' share of the count already. One is waited for at a time.
static bool readers_leave_from(unsigned long address)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(iterator, read_space, address);
	for_each_vma(iterator, vma) {
		int references = refcount_read(&vma->vm_refcnt);
		if (references <= 2) continue;
		refcount_set(&vma->vm_refcnt, references - 1);
		read_address = vma->vm_start;
		return true;
	}
	return false;
}

// Whether there was a reader. A fork goes up through its vmas.
static bool readers_leave(void) { return readers_leave_from(read_address) || readers_leave_from(0); }

#else
static bool readers_leave(void) { return false; }
#endif

// The task waits for the readers of a vma, or until an event of userfaultfd is read.
void schedule(void)
{
	bool is_for_event = userfaults_are_waited_for();
	if (machine_fails(is_for_event ? MAPLECHECK_FORK_STEP_USERFAULT_EVENT : MAPLECHECK_FORK_STEP_VMA_LOCK, 1)) {
		kill_task();
		if (READ_ONCE(machine_task->__state) & TASK_WAKEKILL) return;
	}
	machine_event(MAPLECHECK_FORK_EVENT_WAITED, NULL);
	if (is_for_event) userfaults_read();
	else if (!read_space || !readers_leave()) machine_end("the task waits, and nobody wakes it up", NULL);
}

void locks_begin_fork(struct mm_struct *mm)
{
	read_space = mm;
#ifdef HAS_VMA_REFERENCES
	struct vm_area_struct *vma;
	VMA_ITERATOR(iterator, mm, 0);
	read_address = 0;
	if (locks_have_readers)
		for_each_vma(iterator, vma) refcount_inc(&vma->vm_refcnt);
#endif
}

void locks_end_fork(void)
{
#ifdef HAS_VMA_REFERENCES
	struct vm_area_struct *vma;
	VMA_ITERATOR(iterator, read_space, 0);
	for_each_vma(iterator, vma) refcount_set(&vma->vm_refcnt, 1);
#endif
	read_space = NULL;
	wake_up_without_signal();
}

void __init_waitqueue_head(struct wait_queue_head *head, const char *name, struct lock_class_key *key)
{
	spin_lock_init(&head->lock);
	INIT_LIST_HEAD(&head->head);
}
// The task goes on when schedule() returns: whoever wakes it up finds it awake.
int default_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key) { return 0; }

void finish_rcuwait(struct rcuwait *waiting) { rcu_assign_pointer(waiting->task, NULL); }
