// What a process does that works for another one, and that Swift has no words for.

#ifndef MAPLECHECK_WORKER_H
#define MAPLECHECK_WORKER_H

#include <stdint.h>

// fork(), which Swift hides: the caller makes sure that it is the only thread.
int maplecheck_fork(void);

// Where the handler of a fatal signal writes what it saw, for the parent to read.
struct maplecheck_last_words {
  // The signal, and whether the stack had come to its end.
  volatile uint64_t *signal;
  volatile uint64_t *stack_is_used_up;
};

// Makes a child safe to lose: it dies with its parent, leaves no core, ignores Ctrl-C, and notes a fatal signal on a
// stack of its own. A subject's own handler of a bad memory access is asked first: what it can leave ends no child.
// Memory that it writes to is bounded by `bytes` more than it has now. With the address sanitizer its own handlers and
// limits stay.
void maplecheck_begin_child(int parent, uint64_t bytes, struct maplecheck_last_words words);

// The seconds of processor time that a process used; below 0 where there is no such process.
double maplecheck_processor_seconds(int process);

// A file without a name, in memory; below 0 where there can be none.
int maplecheck_memory_file(void);

// Ends the process, and runs nothing that waits for its end.
_Noreturn void maplecheck_leave(int status);

#endif
