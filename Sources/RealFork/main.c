// Forks a process that has a number of mappings, and prints how long each fork took.
//
// usage: RealFork MAPPINGS FORKS
//
// Each line of the output is one fork: the mappings of the process, the nanoseconds of the call of fork(), and the
// nanoseconds from the call until the child, which exits at once, was waited for.
//
// The mappings are anonymous pages side by side, read-only and writable in turn, so that the kernel joins no two of
// them; none is ever touched. Exit status: 0; 2 for bad usage, or where the process itself has more mappings; 3 where
// the kernel refuses one.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(int status, const char *what, const char *why) {
  fprintf(stderr, "RealFork: %s: %s\n", what, why);
  exit(status);
}

static void fail_refused(const char *what, long number) {
  char limit[32] = "unknown";
  const int error = errno;
  FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
  if (file) {
    if (fgets(limit, sizeof limit, file)) limit[strcspn(limit, "\n")] = 0;
    fclose(file);
  }
  fprintf(stderr, "RealFork: %s of mapping %ld: %s; /proc/sys/vm/max_map_count is %s\n", what, number,
          strerror(error), limit);
  exit(3);
}

// The mappings that the kernel lists, but the page of vsyscalls, which belongs to no process.
static long count_mappings(void) {
  char line[4352];
  long count = 0;
  FILE *file = fopen("/proc/self/maps", "re");
  if (!file) fail(3, "/proc/self/maps", strerror(errno));
  while (fgets(line, sizeof line, file))
    if (!strstr(line, "[vsyscall]")) count++;
  fclose(file);
  return count;
}

// Adds mappings between two pages of nothing, so that they have no neighbour to be joined with.
static void add_mappings(long count) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *start = mmap(NULL, (size_t)(count + 2) * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) fail_refused("mmap", 1);
  if (munmap(start, page) || munmap(start + (size_t)(count + 1) * page, page)) fail_refused("munmap", 1);
  for (long number = 2; number <= count; number += 2)
    if (mprotect(start + (size_t)number * page, page, PROT_READ | PROT_WRITE)) fail_refused("mprotect", number);
}

static long long nanoseconds(struct timespec from, struct timespec to) {
  return (to.tv_sec - from.tv_sec) * 1000000000LL + (to.tv_nsec - from.tv_nsec);
}

static long number_of(const char *text, long least) {
  char *end;
  errno = 0;
  const long number = strtol(text, &end, 10);
  if (errno || end == text || *end || number < least || number > 10000000)
    fail(2, text, "expected a number; usage: RealFork MAPPINGS FORKS");
  return number;
}

int main(int argc, char **argv) {
  if (argc != 3) fail(2, "bad usage", "expected RealFork MAPPINGS FORKS");
  const long mappings = number_of(argv[1], 1), forks = number_of(argv[2], 1);
  long long(*times)[2] = calloc((size_t)forks, sizeof *times);
  if (!times) fail(3, "calloc", strerror(errno));
  const long own = count_mappings();
  if (mappings < own) {
    fprintf(stderr, "RealFork: %ld mappings: expected %ld or more, which the process itself has\n", mappings, own);
    exit(2);
  }
  if (mappings > own) add_mappings(mappings - own);
  // Not what was asked for but what there is.
  const long present = count_mappings();
  for (long fork_number = 0; fork_number < forks; fork_number++) {
    struct timespec start, called, waited;
    clock_gettime(CLOCK_MONOTONIC, &start);
    const pid_t child = fork();
    if (child == 0) _exit(0);
    clock_gettime(CLOCK_MONOTONIC, &called);
    if (child < 0) fail(3, "fork", strerror(errno));
    if (waitpid(child, NULL, 0) != child) fail(3, "waitpid", strerror(errno));
    clock_gettime(CLOCK_MONOTONIC, &waited);
    times[fork_number][0] = nanoseconds(start, called);
    times[fork_number][1] = nanoseconds(start, waited);
  }
  for (long number = 0; number < forks; number++)
    printf("%ld %lld %lld\n", present, times[number][0], times[number][1]);
  free(times);
  return ferror(stdout) || fflush(stdout) ? 3 : 0;
}
