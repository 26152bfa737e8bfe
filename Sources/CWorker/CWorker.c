#define _GNU_SOURCE
#include "CWorker.h"

#include "CSubjectABI.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// A stack larger than this is no help to a call that goes on for ever.
static const rlim_t greatest_stack = 16 << 20;
// What a frame may take at once, so that the end of the stack is told from other bad addresses.
static const uintptr_t stack_margin = 256 << 10;

static struct maplecheck_last_words last_words;
static uintptr_t stack_start;
static uintptr_t stack_size;

int maplecheck_fork(void) { return fork(); }

static uintptr_t stack_pointer(void *context) {
#if defined(__x86_64__)
  return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  return (uintptr_t)((ucontext_t *)context)->uc_mcontext.sp;
#else
  (void)context;
  return stack_start;
#endif
}

// A subject may have handlers of its own, which leave a call that went wrong and tell of it.
static struct sigaction subject_actions[2];

static struct sigaction *subject_action(int number) {
  return number == SIGSEGV ? &subject_actions[0] : number == SIGBUS ? &subject_actions[1] : NULL;
}

static int is_subjects(const struct sigaction *action) {
  Dl_info info;
  if (!(action->sa_flags & SA_SIGINFO) || !dladdr((void *)(uintptr_t)action->sa_sigaction, &info)) return 0;
  void *library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return 0;
  int is_subject = dlsym(library, MAPLECHECK_SUBJECT_SYMBOL) != NULL;
  dlclose(library);
  return is_subject;
}

// Without a subject's handler, or if that comes back, the signal then does what it does.
static void note_signal(int number, siginfo_t *info, void *context) {
  *last_words.signal = (uint64_t)number;
  uintptr_t used = stack_start - stack_pointer(context);
  *last_words.stack_is_used_up = number == SIGSEGV && used + stack_margin >= stack_size;
  struct sigaction *subject = subject_action(number);
  if (subject && subject->sa_sigaction && !*last_words.stack_is_used_up) {
    siginfo_t asked = *info;
    asked.si_errno = MAPLECHECK_SIGNAL_IS_ASKED;
    subject->sa_sigaction(number, &asked, context);
  }
  signal(number, SIG_DFL);
  raise(number);
}

static void listen_to_signals(void) {
  static const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
  size_t size = 64 << 10;
  stack_t stack = {.ss_size = size};
  stack.ss_sp = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack.ss_sp != MAP_FAILED) sigaltstack(&stack, NULL);
  // A subject's handler leaves by a jump, after which the signal must not stay blocked.
  struct sigaction action = {.sa_sigaction = note_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    struct sigaction former;
    sigaction(signals[i], &action, &former);
    struct sigaction *subject = subject_action(signals[i]);
    // A child's child has this handler already, and with it what is in `subject`.
    if (subject && former.sa_sigaction != note_signal) *subject = is_subjects(&former) ? former : (struct sigaction){0};
  }
}

static void bound_stack(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit)) return;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > greatest_stack) {
    limit.rlim_cur = greatest_stack;
    setrlimit(RLIMIT_STACK, &limit);
  }
  stack_start = (uintptr_t)__builtin_frame_address(0);
  stack_size = limit.rlim_cur;
}

// The kilobytes of private writable memory, which is what the limit counts.
static uint64_t data_kilobytes(void) {
  FILE *file = fopen("/proc/self/status", "re");
  if (!file) return 0;
  char line[256];
  unsigned long kilobytes = 0;
  while (fgets(line, sizeof line, file) && sscanf(line, "VmData: %lu kB", &kilobytes) != 1) continue;
  fclose(file);
  return kilobytes;
}

void maplecheck_begin_child(int parent, uint64_t bytes, struct maplecheck_last_words words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  last_words = words;
  signal(SIGINT, SIG_IGN);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  bound_stack();
  if (dlsym(RTLD_DEFAULT, "__asan_init")) return;
  listen_to_signals();
  uint64_t kilobytes = data_kilobytes();
  struct rlimit limit;
  if (kilobytes == 0 || getrlimit(RLIMIT_DATA, &limit)) return;
  rlim_t wanted = kilobytes * 1024 + bytes;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > wanted) limit.rlim_cur = wanted;
  setrlimit(RLIMIT_DATA, &limit);
}

double maplecheck_processor_seconds(int process) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(process, &clock) || clock_gettime(clock, &time)) return -1;
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int maplecheck_memory_file(void) { return memfd_create("maplecheck", MFD_CLOEXEC); }

// Of the runtime that measures coverage; there in such a build alone.
extern int __llvm_profile_write_file(void) __attribute__((weak));

void maplecheck_leave(int status) {
  if (__llvm_profile_write_file) __llvm_profile_write_file();
  _exit(status);
}
