// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs functions in the style of the kernel's own suite, as `maplecheck convert --to c` prints them, on a kernel's
// lib/maple_tree.c in user space: those that the command line names, or all. build.sh names the file that holds them,
// and lists them as RUN(function).
//
// Ends with status 0 if all pass; at the first check that fails, with a message and by a signal; with status 1 if a
// function leaves nodes behind; with status 2, before anything runs, for a name that is none of the functions.

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

struct test {
  const char *name;
  void (*function)(struct maple_tree *mt);
};

#define RUN(function) {#function, function},
static const struct test tests[] = {
#include "tests.h"
};

static const struct test *find_test(const char *name)
{
  for (size_t place = 0; place < ARRAY_SIZE(tests); place++) {
    if (!strcmp(tests[place].name, name)) return &tests[place];
  }
  return NULL;
}

static void print_help(FILE *file)
{
  fprintf(file, "usage: run-test [FUNCTION ...]\n\nRuns these functions on the tree of Linux %s, or all:\n",
    MAPLECHECK_LINUX_VERSION);
  for (size_t place = 0; place < ARRAY_SIZE(tests); place++) fprintf(file, "  %s\n", tests[place].name);
}

int main(int count, char **names)
{
  for (int place = 1; place < count; place++) {
    if (!strcmp(names[place], "--help") || !strcmp(names[place], "-h")) {
      print_help(stdout);
      return 0;
    }
    if (!find_test(names[place])) {
      fprintf(stderr, "run-test: expected the name of a test, found '%s'; run-test --help lists them\n", names[place]);
      return 2;
    }
  }
  int status = 0;
  maple_tree_init();
  for (size_t place = 0; place < ARRAY_SIZE(tests) && count < 2; place++)
    status |= run(tests[place].name, tests[place].function);
  for (int place = 1; place < count; place++) {
    const struct test *test = find_test(names[place]);
    status |= run(test->name, test->function);
  }
  return status;
}
