// SPDX-License-Identifier: GPL-2.0-or-later
//
// The machine below the kernel's files: memory, failures, reports, and the state that a host can keep and go back to.
// Compiled without any header of the kernel or of libc, and without the sanitizer, whose memory it manages.

#include "machine.h"

static struct maplecheck_fork_host host;

// MARK: Failures, events, reports

// Refusals one after the other. Whoever asks again and again holds its locks without end.
static uint32_t refusals;
#define GREATEST_REFUSALS 20000

bool machine_fails(uint32_t step, uint64_t count)
{
	bool fails = host.fails(host.context, step, count);
	refusals = fails ? refusals + 1 : 0;
	if (refusals > GREATEST_REFUSALS) machine_end("a request that is refused is made again without end", 0);
	return fails;
}

void machine_count(uint32_t kind, const void *object, bool is_taken, void *place)
{
	host.resource(host.context, kind, (uintptr_t)object, is_taken, (uintptr_t)place);
}

void machine_violation(const char *text) { host.violation(host.context, text); }

// MARK: Calls into the kernel's code. One that cannot go on leaves all its frames.

struct call {
	void *registers[5];
	struct call *outer;
};
static struct call *innermost;

#ifdef MAPLECHECK_ADDRESS_SANITIZER
void __asan_handle_no_return(void);
#else
#define __asan_handle_no_return() ((void)0)
#endif

void machine_end(const char *description, const char *detail)
{
	if (detail) machine_say("%s: %s", description, detail);
	else machine_violation(description);
	// The frames that are left must not stay forbidden.
	__asan_handle_no_return();
	__builtin_longjmp(innermost->registers, 1);
}

static bool end_call(const char *reason)
{
	if (innermost) machine_end(reason, 0);
	return false;
}

// Where a call arrives that leads to a function that no file here has.
__attribute__((noreturn, used)) void machine_missing(const char *name)
{
	machine_end("the kernel calls a function that is not there", name);
}

__attribute__((noinline)) int64_t machine_call(int64_t (*body)(void *arguments), void *arguments)
{
	struct call call = { .outer = innermost };
	if (__builtin_setjmp(call.registers)) {
		innermost = innermost->outer;
		return MAPLECHECK_FORK_ENDED;
	}
	innermost = &call;
	if (!call.outer) refusals = 0;
	int64_t result = body(arguments);
	innermost = call.outer;
	return result;
}

// What runs within a call is somebody who looks. Nobody looks at those who look.
void machine_event(uint32_t event, const void *object)
{
	if (!innermost || !innermost->outer) host.event(host.context, event, (uintptr_t)object);
}

// MARK: Objects

#ifdef MAPLECHECK_ADDRESS_SANITIZER
void __asan_poison_memory_region(void const volatile *memory, size_t size);
void __asan_unpoison_memory_region(void const volatile *memory, size_t size);
#else
#define __asan_poison_memory_region(memory, size) ((void)0)
#define __asan_unpoison_memory_region(memory, size) ((void)0)
#endif

// Before each object, at the end of the bytes that its alignment leaves free.
struct object {
	struct object *previous;
	uint32_t size;
	uint16_t kind;
	uint16_t is_live;
};
#define HEAP_SIZE (1ull << 30)
#define RED_ZONE 16

static char *heap;
static uint64_t heap_used;
static struct object *last_object;
void *machine_frames, *machine_page_structures;
uint8_t *machine_frame_marks;
static uint64_t page_structure_size, frames_used;

void *machine_allocate(uint64_t size, uint64_t alignment, uint32_t kind)
{
	uint64_t place = (heap_used + sizeof(struct object) + alignment - 1) & -alignment;
	if (place + size + RED_ZONE > HEAP_SIZE) machine_end("the machine has no memory left", 0);
	char *memory = heap + place;
	struct object *object = (struct object *)memory - 1;
	*object = (struct object){ .previous = last_object, .size = (uint32_t)size, .kind = (uint16_t)kind, .is_live = 1 };
	last_object = object;
	heap_used = place + size + RED_ZONE;
	__asan_unpoison_memory_region(memory, size);
	return memory;
}

static struct object *object_of(const void *memory)
{
	if ((const char *)memory < heap || (const char *)memory >= heap + heap_used)
		machine_end("what is no object is given back", 0);
	return (struct object *)memory - 1;
}

// What a freed object is filled with: a list that goes over freed objects meets it, and a write to one is seen.
#define FREED 0x6b

void machine_free(void *memory)
{
	struct object *object = object_of(memory);
	if (!object->is_live) machine_end("an object is given back twice", 0);
	object->is_live = 0;
	memset(memory, FREED, object->size);
	__asan_poison_memory_region(memory, object->size);
}

// Tells of freed objects that somebody wrote to.
static int64_t check_freed(void)
{
	int64_t count = 0;
	for (const struct object *object = last_object; object; object = object->previous) {
		const unsigned char *bytes = (const unsigned char *)(object + 1);
		if (object->is_live) continue;
		for (uint32_t place = 0; place < object->size; place++)
			if (bytes[place] != FREED) {
				machine_say("an object of %u bytes is written to after it was freed, at byte %u", object->size, place);
				count++;
				break;
			}
	}
	return count;
}
uint64_t machine_size(const void *object) { return object_of(object)->size; }
uint32_t machine_kind(const void *object) { return object_of(object)->kind; }
bool machine_is_live(const void *object)
{
	return (const char *)object >= heap && (const char *)object < heap + heap_used && object_of(object)->is_live;
}

// MARK: Frames

uint64_t machine_take_frames(uint32_t order)
{
	uint64_t first = (frames_used + (1ull << order) - 1) & -(1ull << order);
	if (first + (1ull << order) > MACHINE_FRAMES) machine_end("the machine has no frames left", 0);
	frames_used = first + (1ull << order);
	return first;
}

// MARK: State

// The library's own variables: what is loaded for writing, without what is only written while it is loaded, and without
// the counters of a fuzzer.
struct elf_header {
	unsigned char identification[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, programs, sections;
	uint32_t flags;
	uint16_t size, program_size, program_count;
};
struct elf_program {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, size, alignment;
};
extern const struct elf_header __ehdr_start __attribute__((visibility("hidden")));
extern char __start___sancov_cntrs[] __attribute__((weak, visibility("hidden")));
extern char __stop___sancov_cntrs[] __attribute__((weak, visibility("hidden")));

struct span {
	char *start, *end;
};
static struct span spans[8];
static int span_count;

static void add_span(char *start, char *end)
{
	if (start < end) spans[span_count++] = (struct span){ start, end };
}

// Adds a span without the part that a cut takes out of it.
static void cut_span(char *start, char *end, struct span cut)
{
	if (cut.end <= start || cut.start >= end) return add_span(start, end);
	add_span(start, cut.start);
	add_span(cut.end, end);
}

static void find_variables(void)
{
	char *base = (char *)&__ehdr_start;
	const struct elf_program *programs = (const void *)(base + __ehdr_start.programs);
	struct span only_once = { 0, 0 }, counters = { __start___sancov_cntrs, __stop___sancov_cntrs };
	for (int place = 0; place < __ehdr_start.program_count; place++)
		if (programs[place].type == 0x6474e552) {
			only_once.start = base + programs[place].address;
			only_once.end = only_once.start + programs[place].size;
		}
	// What is protected after loading ends with a page.
	only_once.end = (char *)(((uintptr_t)only_once.end + 4095) & -4096ull);
	span_count = 0;
	for (int place = 0; place < __ehdr_start.program_count; place++) {
		if (programs[place].type != 1 || !(programs[place].flags & 2)) continue;
		char *start = base + programs[place].address, *end = start + programs[place].size;
		if (only_once.end > start && only_once.start <= start) start = only_once.end;
		if (start < end) cut_span(start, end, counters);
	}
}

// MARK: What the library shows

static uint64_t loaded_size(void)
{
	const struct elf_program *programs = (const void *)((const char *)&__ehdr_start + __ehdr_start.programs);
	uint64_t size = 0;
	for (int place = 0; place < __ehdr_start.program_count; place++) {
		uint64_t end = programs[place].address + programs[place].size;
		if (programs[place].type == 1 && end > size) size = end;
	}
	return size;
}

static void *memory_start;

#define PAGE_STRUCTURE_ROOM 128
// The machine's memory: the heap, the frames, and the array of their structures.
#define FRAMES_PLACE HEAP_SIZE
#define STRUCTURES_PLACE (FRAMES_PLACE + (MACHINE_FRAMES << MACHINE_FRAME_SHIFT))
#define MARKS_PLACE (STRUCTURES_PLACE + MACHINE_FRAMES * PAGE_STRUCTURE_ROOM)
#define MEMORY_SIZE (MARKS_PLACE + MACHINE_FRAMES)

void machine_place_frames(uint64_t size)
{
	if (size > PAGE_STRUCTURE_ROOM) machine_end("a struct page is too large", 0);
	page_structure_size = size;
	machine_frames = (char *)memory_start + FRAMES_PLACE;
	machine_page_structures = (char *)memory_start + STRUCTURES_PLACE;
	machine_frame_marks = (uint8_t *)memory_start + MARKS_PLACE;
	frames_used = 1;
}

static int64_t start_kernel(void *arguments)
{
	machine_start_kernel();
	return 0;
}

static int64_t start(const struct maplecheck_fork_host *wanted, void *memory)
{
	// The kernel's variables are the library's: it is one machine.
	if (memory_start) return -16;
	host = *wanted;
	memory_start = memory;
	heap = memory;
	__asan_poison_memory_region(heap, HEAP_SIZE);
	find_variables();
	return machine_call(start_kernel, 0);
}

struct state {
	uint64_t heap_used, frames_used;
};

static uint64_t variables_size(void)
{
	uint64_t size = 0;
	for (int place = 0; place < span_count; place++) size += spans[place].end - spans[place].start;
	return size;
}

static uint64_t state_size(void)
{
	return sizeof(struct state) + variables_size() + heap_used +
	       frames_used * ((1ull << MACHINE_FRAME_SHIFT) + page_structure_size + 1);
}

// After the heap was replaced: what may be used is what is live in it now.
static void show_objects(uint64_t used_before)
{
#ifdef MAPLECHECK_ADDRESS_SANITIZER
	__asan_poison_memory_region(heap, used_before > heap_used ? used_before : heap_used);
	for (const struct object *object = last_object; object; object = object->previous)
		if (object->is_live) __asan_unpoison_memory_region(object + 1, object->size);
#endif
}

static void save(void *to)
{
	char *place = to;
	*(struct state *)place = (struct state){ heap_used, frames_used };
	place += sizeof(struct state);
	for (int span = 0; span < span_count; span++) {
		memcpy(place, spans[span].start, spans[span].end - spans[span].start);
		place += spans[span].end - spans[span].start;
	}
	memcpy(place, heap, heap_used);
	place += heap_used;
	memcpy(place, machine_frames, frames_used << MACHINE_FRAME_SHIFT);
	place += frames_used << MACHINE_FRAME_SHIFT;
	memcpy(place, machine_page_structures, frames_used * page_structure_size);
	place += frames_used * page_structure_size;
	memcpy(place, machine_frame_marks, frames_used);
}

static void restore(const void *from)
{
	const char *place = from;
	struct state state = *(const struct state *)place;
	// The host is of today, not of the time of the state.
	struct maplecheck_fork_host current = host;
	uint64_t used_before = heap_used;
	place += sizeof(struct state);
	for (int span = 0; span < span_count; span++) {
		memcpy(spans[span].start, place, spans[span].end - spans[span].start);
		place += spans[span].end - spans[span].start;
	}
	host = current;
	memcpy(heap, place, state.heap_used);
	place += state.heap_used;
	show_objects(used_before);
	memcpy(machine_frames, place, state.frames_used << MACHINE_FRAME_SHIFT);
	place += state.frames_used << MACHINE_FRAME_SHIFT;
	memcpy(machine_page_structures, place, state.frames_used * page_structure_size);
	place += state.frames_used * page_structure_size;
	memcpy(machine_frame_marks, place, state.frames_used);
}

static struct maplecheck_fork_library library;

__attribute__((visibility("default"))) const struct maplecheck_fork_library *maplecheck_fork(void)
{
	library = machine_calls;
	library.version = MAPLECHECK_FORK_VERSION;
	library.size = sizeof(library);
	library.kernel = "Linux " MAPLECHECK_LINUX_VERSION;
	library.memory_size = MEMORY_SIZE;
	library.memory_alignment = 1 << 21;
	library.library_start = (uintptr_t)&__ehdr_start;
	library.library_end = library.library_start + loaded_size();
	library.start = start;
	library.state_size = state_size;
	library.save = save;
	library.restore = restore;
	library.end_call = end_call;
	library.check = check_freed;
	return &library;
}
