// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs functions in the style of the kernel's own suite, as `maplecheck convert --to c` prints them, on a kernel's
// lib/maple_tree.c in user space: those that the command line names, or all. build.sh names the file that holds them,
// and lists them as RUN(function).
//
// Ends with status 0 if all pass; at the first check that fails, with a message and by a signal; with status 1 if a
// function leaves nodes behind.

#include "subject.c"

#define rcu_barrier() run_callbacks(current)

#include TEST_FILE

static int run(const char *name, void (*function)(struct maple_tree *mt))
{
  struct maplecheck_map *map = create(0);
  if (!map) abort();
  current = map;
  function(&map->tree);
  run_callbacks(map);
  uint64_t live = map->pool.live;
  destroy(map);
  if (live) {
    fprintf(stderr, "%s: %llu nodes were not given back\n", name, (unsigned long long)live);
    return 1;
  }
  printf("%s: passed\n", name);
  // What follows may end the program.
  fflush(stdout);
  return 0;
}

static bool is_wanted(const char *name, int count, char **names)
{
  if (count < 2) return true;
  for (int place = 1; place < count; place++) {
    if (!strcmp(names[place], name)) return true;
  }
  return false;
}

int main(int count, char **names)
{
  int status = 0;
  maple_tree_init();
#define RUN(function) \
  if (is_wanted(#function, count, names)) status |= run(#function, function);
#include "tests.h"
  return status;
}
