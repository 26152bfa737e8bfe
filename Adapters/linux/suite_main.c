// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs one function in the style of the kernel's own suite, as `maplecheck convert --to c` prints them, inside that
// suite: tools/testing/radix-tree/maple.c is compiled as it is, with its allocator, its RCU and its sanitizers. Only
// its main function is not called. scripts/kernel-suite puts this file beside it, and lists the functions in tests.h.
//
// Ends with status 0 if the function passes; by an assertion of the suite's or a report of a sanitizer if it fails;
// with status 1 if it leaves memory behind; with status 2 for a name that is none of the functions.

// The suite of 6.1.192 does not define the word, and its lib/maple_tree.c uses it.
#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif

#define main main_of_suite
#include "maple.c"
#undef main

#ifdef MAPLECHECK_HAS_NO_INIT
static inline void mas_init(struct ma_state *mas, struct maple_tree *tree, unsigned long index)
{
  MA_STATE(state, tree, index, index);
  *mas = state;
}
#endif

#define INCLUDING
#include "tests.h"
#undef INCLUDING

struct maplecheck_test {
  const char *name;
  void (*function)(struct maple_tree *mt);
};

static const struct maplecheck_test maplecheck_tests[] = {
#include "tests.h"
};

extern int kmalloc_nr_allocated;

// What is allocated. From 6.18 on the file frees nodes by kfree(), which the suite counts apart.
static int maplecheck_allocated(void) { return nr_allocated + kmalloc_nr_allocated; }

static int maplecheck_run(const struct maplecheck_test *test)
{
  DEFINE_MTREE(tree);

  // What an assertion ends is not lost.
  setvbuf(stdout, NULL, _IOLBF, 0);
  rcu_register_thread();
  maple_tree_init();
  int before = maplecheck_allocated();
  test->function(&tree);
  // What the test freed is freed after a grace period.
  rcu_barrier();
  rcu_unregister_thread();
  int left = maplecheck_allocated() - before;
  if (!left) return 0;
  printf("%s: %d nodes were not given back\n", test->name, left);
  return 1;
}

int main(int count, char **names)
{
  for (size_t place = 0; count == 2 && place < ARRAY_SIZE(maplecheck_tests); place++) {
    if (!strcmp(maplecheck_tests[place].name, names[1])) return maplecheck_run(&maplecheck_tests[place]);
  }
  fprintf(stderr, "suite: expected the name of one test\n");
  return 2;
}
