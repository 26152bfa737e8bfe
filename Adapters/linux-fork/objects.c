// SPDX-License-Identifier: GPL-2.0-or-later
//
// Slabs, sheaves, kmalloc(), memory for each processor, and what waits for a grace period: mm/slub.c, mm/percpu.c and
// kernel/rcu/tree.c.

#include "kernel.h"

struct kmem_cache {
	const char *name;
	unsigned int size, alignment;
	void (*construct)(void *object);
	uint32_t step, kind;
};

// The caches by their names. Any other is memory of no special kind.
static const struct {
	const char *name;
	uint32_t step, kind;
} cache_names[] = {
	{ "mm_struct", MAPLECHECK_FORK_STEP_MM, MAPLECHECK_FORK_MM },
	{ "vm_area_struct", MAPLECHECK_FORK_STEP_VMA, MAPLECHECK_FORK_VMA },
	{ "vma_lock", MAPLECHECK_FORK_STEP_LOCK_OBJECT, MAPLECHECK_FORK_LOCK_OBJECT },
	{ "maple_node", MAPLECHECK_FORK_STEP_NODE, MAPLECHECK_FORK_NODE },
	{ "numa_policy", MAPLECHECK_FORK_STEP_POLICY, MAPLECHECK_FORK_POLICY },
	{ "userfaultfd_ctx_cache", MAPLECHECK_FORK_STEP_USERFAULT, MAPLECHECK_FORK_CONTEXT },
	{ "anon_vma", MAPLECHECK_FORK_STEP_ANON_VMA, MAPLECHECK_FORK_ANON_VMA },
	{ "anon_vma_chain", MAPLECHECK_FORK_STEP_CHAIN, MAPLECHECK_FORK_CHAIN },
	{ "radix_tree_node", MAPLECHECK_FORK_STEP_MEMORY, NOBODYS },
};

static struct kmem_cache *create_cache(
	const char *name, unsigned int size, unsigned int alignment, slab_flags_t flags, void (*construct)(void *))
{
	struct kmem_cache *cache =
		machine_allocate(sizeof(*cache), 16, MAPLECHECK_FORK_MEMORY);
	*cache = (struct kmem_cache){ name, size, alignment, construct, MAPLECHECK_FORK_STEP_MEMORY,
				      MAPLECHECK_FORK_MEMORY };
	if (flags & SLAB_HWCACHE_ALIGN || cache->alignment < 64) cache->alignment = max(cache->alignment, 64u);
	for (int place = 0; place < ARRAY_SIZE(cache_names); place++)
		if (!strcmp(name, cache_names[place].name)) {
			cache->step = cache_names[place].step;
			cache->kind = cache_names[place].kind;
		}
	return cache;
}
#ifdef HAS_CACHE_ARGUMENTS
struct kmem_cache *__kmem_cache_create_args(
	const char *name, unsigned int size, struct kmem_cache_args *args, slab_flags_t flags)
{
	return create_cache(name, size, args ? args->align : 0, flags, args ? args->ctor : NULL);
}
#else
struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size, unsigned int align,
	slab_flags_t flags, unsigned int offset, unsigned int length, void (*construct)(void *))
{
	return create_cache(name, size, align, flags, construct);
}
struct kmem_cache *kmem_cache_create(
	const char *name, unsigned int size, unsigned int align, slab_flags_t flags, void (*construct)(void *))
{
	return create_cache(name, size, align, flags, construct);
}
#endif

// Takes an object without asking whether that may fail.
static void *make_object(struct kmem_cache *cache, gfp_t gfp, void *place)
{
	void *object = machine_allocate(cache->size, cache->alignment, cache->kind);
	memset(object, gfp & __GFP_ZERO ? 0 : 0x5a, cache->size);
	if (cache->construct) cache->construct(object);
	if (cache->kind != NOBODYS) machine_count(cache->kind, object, true, place);
	return object;
}

// Whether a request is refused. One that must not fail is not asked about.
static bool fails(uint32_t step, uint64_t count, gfp_t gfp)
{
	return !(gfp & __GFP_NOFAIL) && machine_fails(step, count);
}

// How many references an object has that is freed: none is right, fewer is a reference that was given back twice.
static int references_of(const void *object, uint32_t kind)
{
	switch (kind) {
	// One that did not come up is freed with the reference that it began with.
	case MAPLECHECK_FORK_MM: return max(atomic_read(&((struct mm_struct *)object)->mm_count) - 1, 0);
	case MAPLECHECK_FORK_POLICY: return atomic_read(&((struct mempolicy *)object)->refcnt);
	case MAPLECHECK_FORK_CONTEXT: return door_userfault_references(object);
	case MAPLECHECK_FORK_ANON_VMA: return atomic_read(&((struct anon_vma *)object)->refcount);
#ifdef HAS_VMA_REFERENCES
	// One that was never attached keeps the count that it began with: none.
	case MAPLECHECK_FORK_VMA: return refcount_read(&((struct vm_area_struct *)object)->vm_refcnt);
#endif
	default: return 0;
	}
}

static void give_object(void *object, void *place)
{
	if (!machine_is_live(object)) machine_end("an object is freed that is not in use", NULL);
	int references = references_of(object, machine_kind(object));
	if (references) machine_say("an object is freed with a count of %d references", references);
	if (machine_kind(object) != NOBODYS) machine_count(machine_kind(object), object, false, place);
	machine_free(object);
}

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t gfp)
{
	return fails(cache->step, 1, gfp) ? NULL : make_object(cache, gfp, __builtin_return_address(0));
}
void *kmem_cache_alloc_lru_noprof(struct kmem_cache *cache, struct list_lru *list, gfp_t gfp)
{
	return kmem_cache_alloc_noprof(cache, gfp);
}
void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	if (object) give_object(object, __builtin_return_address(0));
}
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects)
{
	for (size_t place = 0; place < count; place++) give_object(objects[place], __builtin_return_address(0));
}
#ifdef HAS_BULK_IS_TRUTH
bool kmem_cache_alloc_bulk_noprof(struct kmem_cache *cache, gfp_t gfp, size_t count, void **objects)
#else
int kmem_cache_alloc_bulk_noprof(struct kmem_cache *cache, gfp_t gfp, size_t count, void **objects)
#endif
{
	if (fails(MAPLECHECK_FORK_STEP_NODES, count, gfp)) return 0;
	for (size_t place = 0; place < count; place++)
		objects[place] = make_object(cache, gfp, __builtin_return_address(0));
	return count;
}

#ifdef HAS_SHEAVES
struct slab_sheaf {
	unsigned int count, capacity;
	void **objects;
};

int kmem_cache_refill_sheaf(struct kmem_cache *cache, gfp_t gfp, struct slab_sheaf **sheaf, unsigned int count)
{
	if (fails(MAPLECHECK_FORK_STEP_NODES, count, gfp)) return -ENOMEM;
	if (count > (*sheaf)->capacity) {
		void **objects = machine_allocate(count * sizeof(*objects), 16, MAPLECHECK_FORK_SHEAF);
		memcpy(objects, (*sheaf)->objects, (*sheaf)->count * sizeof(*objects));
		if ((*sheaf)->objects) machine_free((*sheaf)->objects);
		(*sheaf)->objects = objects;
		(*sheaf)->capacity = count;
	}
	while ((*sheaf)->count < count)
		(*sheaf)->objects[(*sheaf)->count++] = make_object(cache, gfp, __builtin_return_address(0));
	return 0;
}
void kmem_cache_return_sheaf(struct kmem_cache *cache, gfp_t gfp, struct slab_sheaf *sheaf)
{
	kmem_cache_free_bulk(cache, sheaf->count, sheaf->objects);
	if (sheaf->objects) machine_free(sheaf->objects);
	machine_given(MAPLECHECK_FORK_SHEAF, sheaf);
	machine_free(sheaf);
}
struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *cache, gfp_t gfp, unsigned int count)
{
	struct slab_sheaf *sheaf = machine_allocate(sizeof(*sheaf), 16, MAPLECHECK_FORK_SHEAF);
	*sheaf = (struct slab_sheaf){};
	machine_taken(MAPLECHECK_FORK_SHEAF, sheaf);
	if (!kmem_cache_refill_sheaf(cache, gfp, &sheaf, count)) return sheaf;
	kmem_cache_return_sheaf(cache, gfp, sheaf);
	return NULL;
}
void *kmem_cache_alloc_from_sheaf_noprof(struct kmem_cache *cache, gfp_t gfp, struct slab_sheaf *sheaf)
{
	if (!sheaf->count) {
		machine_violation("a node is taken from a sheaf that has none left");
		return NULL;
	}
	void *object = sheaf->objects[--sheaf->count];
	if (gfp & __GFP_ZERO) memset(object, 0, cache->size);
	return object;
}
unsigned int kmem_cache_sheaf_size(struct slab_sheaf *sheaf) { return sheaf->count; }
#endif

static void *take_memory(size_t size, gfp_t gfp, uint32_t step, uint32_t kind, void *place)
{
	if (fails(step, 1, gfp)) return NULL;
	void *memory = machine_allocate(size, 64, kind);
	memset(memory, gfp & __GFP_ZERO ? 0 : 0x5a, size);
	machine_count(kind, memory, true, place);
	return memory;
}
// Only one table of counts of swap is so large: a number for each slot of a cluster.
static uint32_t step_of(size_t size)
{
	size_t slots = IS_ENABLED(CONFIG_THP_SWAP) ? PTRS_PER_PTE : 256;
	return size == slots * sizeof(unsigned int) ? MAPLECHECK_FORK_STEP_SWAP : MAPLECHECK_FORK_STEP_MEMORY;
}
void *__kmalloc_noprof(size_t size, gfp_t gfp)
{
	return take_memory(size, gfp, step_of(size), MAPLECHECK_FORK_MEMORY, __builtin_return_address(0));
}
void *__kmalloc_node_noprof(size_t size, gfp_t gfp, int node)
{
	return take_memory(size, gfp, step_of(size), MAPLECHECK_FORK_MEMORY, __builtin_return_address(0));
}
#ifdef HAS_KVMALLOC_IN_SLUB
#ifdef HAS_KVMALLOC_ALIGNED
void *__kvmalloc_node_noprof(size_t size, unsigned long alignment, gfp_t gfp, int node)
#else
void *__kvmalloc_node_noprof(size_t size, gfp_t gfp, int node)
#endif
{
	return __kmalloc_node_noprof(size, gfp, node);
}
void kvfree(const void *object) { kfree(object); }
#endif
void *__kmalloc_cache_noprof(struct kmem_cache *cache, gfp_t gfp, size_t size)
{
	return take_memory(size, gfp, step_of(size), MAPLECHECK_FORK_MEMORY, __builtin_return_address(0));
}
void kfree(const void *object)
{
	if (object) give_object((void *)object, __builtin_return_address(0));
}

void __percpu *pcpu_alloc_noprof(size_t size, size_t alignment, bool reserved, gfp_t gfp)
{
	return (void __percpu *)take_memory(size, gfp | __GFP_ZERO, MAPLECHECK_FORK_STEP_COUNTERS,
		MAPLECHECK_FORK_COUNTERS, __builtin_return_address(0));
}
#undef __alloc_percpu
#undef __alloc_percpu_gfp
void __percpu *__alloc_percpu_gfp(size_t size, size_t alignment, gfp_t gfp)
{
	return pcpu_alloc_noprof(size, alignment, false, gfp);
}
void __percpu *__alloc_percpu(size_t size, size_t alignment)
{
	return pcpu_alloc_noprof(size, alignment, false, GFP_KERNEL);
}
void free_percpu(void __percpu *memory)
{
	if (memory) give_object((void *)memory, __builtin_return_address(0));
}

// MARK: Grace periods: callbacks and objects that wait until all readers have left, in the order in which they came.

static struct rcu_head *first_waiting, **end_of_waiting = &first_waiting;

void call_rcu(struct rcu_head *head, rcu_callback_t function)
{
	head->func = function;
	head->next = NULL;
	*end_of_waiting = head;
	end_of_waiting = (struct rcu_head **)&head->next;
}

struct waiting_object {
	struct waiting_object *next;
	void *object;
};
static struct waiting_object *first_object, **end_of_objects = &first_object;

static void free_later(void *object)
{
	struct waiting_object *waiting = machine_allocate(sizeof(*waiting), 16, MAPLECHECK_FORK_MEMORY);
	*waiting = (struct waiting_object){ .object = object };
	*end_of_objects = waiting;
	end_of_objects = &waiting->next;
}
#ifdef HAS_RCU_FREE_BY_OFFSET
void kvfree_call_rcu(struct rcu_head *head, rcu_callback_t offset)
{
	free_later(head ? (char *)head - (unsigned long)offset : (void *)offset);
}
#elif defined(HAS_RCU_HEAD_OF_ITS_OWN)
void kvfree_call_rcu(struct kvfree_rcu_head *head, void *object) { free_later(object); }
#else
void kvfree_call_rcu(struct rcu_head *head, void *object) { free_later(object); }
#endif

int64_t objects_end_grace_period(void *arguments)
{
	pages_drain();
	swapping_drain();
	while (first_waiting || first_object) {
		struct rcu_head *head = first_waiting;
		struct waiting_object *object = first_object;
		first_waiting = NULL;
		end_of_waiting = &first_waiting;
		first_object = NULL;
		end_of_objects = &first_object;
		while (head) {
			struct rcu_head *next = (struct rcu_head *)head->next;
			head->func(head);
			head = next;
		}
		for (; object; object = object->next) kfree(object->object);
	}
	return 0;
}
