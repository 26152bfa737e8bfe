// SPDX-License-Identifier: GPL-2.0-or-later
//
// Copies and fills of memory in lib/maple_tree.c, watched by the address sanitizer.
//
// The sanitizer's own memcpy() and memset() take long to look at what they use, and every module of the program calls
// them. A fuzzer turns that off (replace_intrin=0), or the harness would pay for it with each of its copies. What the
// file copies is then watched here, eight shadow bytes at a time.
//
// In the flavour `readers` no sanitizer is there, and a copy is shown as a load and a store of its range.

#ifndef MAPLECHECK_MEMORY_H
#define MAPLECHECK_MEMORY_H

#include "user_space.h"

#ifdef MAPLECHECK_INSTRUMENTED

#define UNWATCHED __attribute__((no_sanitize("address", "coverage")))

// They report a bad access with what is around it, and return if the whole range may be used.
void __asan_loadN(uintptr_t place, size_t size);
void __asan_storeN(uintptr_t place, size_t size);
void __asan_get_shadow_mapping(size_t *scale, size_t *offset);

static uintptr_t shadow_offset;

// scripts/fuzz looks for this name in the library.
__attribute__((constructor)) static void maplecheck_watches_copies(void)
{
  size_t scale;
  __asan_get_shadow_mapping(&scale, &shadow_offset);
  if (scale != 3) abort();
}

// Whether all bytes of a range, which has one at least, may be used. If it ends within eight bytes of which not all may
// be used, the answer is no, and the sanitizer looks itself.
UNWATCHED static inline bool is_usable(const void *place, size_t size)
{
  const unsigned char *shadow = (const unsigned char *)(((uintptr_t)place >> 3) + shadow_offset);
  const unsigned char *last = (const unsigned char *)((((uintptr_t)place + size - 1) >> 3) + shadow_offset);
  uint64_t poison = 0;
  for (; last - shadow >= 7; shadow += 8) {
    uint64_t eight;
    __builtin_memcpy(&eight, shadow, sizeof(eight));
    poison |= eight;
  }
  for (; shadow <= last; shadow++) poison |= *shadow;
  return !poison;
}

UNWATCHED static void *watched_memset(void *place, int value, size_t size)
{
  if (size && !is_usable(place, size)) __asan_storeN((uintptr_t)place, size);
  return memset(place, value, size);
}

UNWATCHED static inline void watch_copy(void *place, const void *source, size_t size)
{
  if (!size) return;
  if (!is_usable(source, size)) __asan_loadN((uintptr_t)source, size);
  if (!is_usable(place, size)) __asan_storeN((uintptr_t)place, size);
}

UNWATCHED static void *watched_memmove(void *place, const void *source, size_t size)
{
  watch_copy(place, source, size);
  return memmove(place, source, size);
}

UNWATCHED static void *watched_memcpy(void *place, const void *source, size_t size)
{
  size_t apart = place > source ? (char *)place - (char *)source : (char *)source - (char *)place;
  if (apart && apart < size) shim_violation("memcpy", "what is copied and its copy overlap", __func__, __LINE__);
  watch_copy(place, source, size);
  return memcpy(place, source, size);
}

#define memcpy(place, source, size) watched_memcpy(place, source, size)
#define memmove(place, source, size) watched_memmove(place, source, size)
#elif defined(MAPLECHECK_WITNESSED)

UNSEEN static void *watched_memset(void *place, int value, size_t size)
{
  witness_place(MAPLECHECK_STORE, place, size, CODE);
  return memset(place, value, size);
}

UNSEEN static void *watched_memmove(void *place, const void *source, size_t size)
{
  witness_place(MAPLECHECK_LOAD, (void *)source, size, CODE);
  witness_place(MAPLECHECK_STORE, place, size, CODE);
  return memmove(place, source, size);
}

UNSEEN static void *watched_memcpy(void *place, const void *source, size_t size)
{
  witness_place(MAPLECHECK_LOAD, (void *)source, size, CODE);
  witness_place(MAPLECHECK_STORE, place, size, CODE);
  return memcpy(place, source, size);
}

#define memcpy(place, source, size) watched_memcpy(place, source, size)
#define memmove(place, source, size) watched_memmove(place, source, size)
#else
#define watched_memset(place, value, size) memset(place, value, size)
#endif

#endif
