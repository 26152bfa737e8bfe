/* What the processor can be told of memory that will be read soon, which Swift has no word for. */
#pragma once

#include <stdint.h>

/* Asks for the cache line that an address is in. Nothing is read: any number may be given. */
static inline __attribute__((always_inline)) void prefetch_line(uintptr_t address) {
    __builtin_prefetch((const void *)address, 0, 3);
}
