// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel's side of the library asks of the machine below it. No kernel header and no libc header is needed.

#ifndef MAPLECHECK_MACHINE_H
#define MAPLECHECK_MACHINE_H

#include "CForkABI.h"

// Of text.c: memory by the names that the compiler uses. Kernel headers have declarations of their own.
#ifndef __KERNEL__
void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
#endif

// Whether a step fails now.
bool machine_fails(uint32_t step, uint64_t count);
// Somebody else may look.
void machine_event(uint32_t event, const void *object);
// An object of a kind is taken, or given back.
void machine_count(uint32_t kind, const void *object, bool is_taken, void *place);
#define machine_taken(kind, object) machine_count(kind, object, true, __builtin_return_address(0))
#define machine_given(kind, object) machine_count(kind, object, false, __builtin_return_address(0))

// Tells of a fault after which the kernel's code goes on, and of one after which it cannot.
void machine_violation(const char *text);
__attribute__((noreturn)) void machine_end(const char *text, const char *detail);
// The same with the kernel's own text. Of its conversions the simple ones are known.
void machine_say(const char *format, ...);
void machine_report(const char *format, __builtin_va_list arguments);

// Makes a call into the kernel's code: what it returns, or MAPLECHECK_FORK_ENDED.
int64_t machine_call(int64_t (*body)(void *arguments), void *arguments);

// Memory that is never used again after it was given back, so that whoever uses it then is seen.
void *machine_allocate(uint64_t size, uint64_t alignment, uint32_t kind);
void machine_free(void *object);
// The size and the kind of an object, and whether it is in use.
uint64_t machine_size(const void *object);
uint32_t machine_kind(const void *object);
bool machine_is_live(const void *object);

// Physical memory: frames, and the array of a structure for each.
#define MACHINE_FRAME_SHIFT 12
#define MACHINE_FRAMES (1ull << 18)
void machine_place_frames(uint64_t page_structure_size);
extern void *machine_frames, *machine_page_structures;
// A byte for each frame: what it was taken for, and 1; 0 if it is free.
extern uint8_t *machine_frame_marks;
// The first of 1 << order frames that were never used.
uint64_t machine_take_frames(uint32_t order);

// What the kernel's side has for the table that the library shows.
void machine_start_kernel(void);
extern const struct maplecheck_fork_library machine_calls;

#endif
