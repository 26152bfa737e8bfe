// SPDX-License-Identifier: GPL-2.0-or-later
/* A paused state has no node; a search for a gap takes it for one that stands on a node. */
static noinline void __init maplecheck_gap_search_after_pause(struct maple_tree *mt)
{
	MA_STATE(mas, mt, 0, 0);
	int code;

	mt_init_flags(mt, MT_FLAGS_ALLOC_RANGE);
	MT_BUG_ON(mt, mtree_store_range(mt, 0x10, 0x1f, xa_mk_value(1),
			GFP_KERNEL));
	mas_lock(&mas);
	MT_BUG_ON(mt, mas_empty_area(&mas, 0, ULONG_MAX, 1));
	mas_pause(&mas);
	code = mas_empty_area(&mas, 0, ULONG_MAX, 1);
	MT_BUG_ON(mt, code || mas.index != 0);
	mas_unlock(&mas);
	mtree_destroy(mt);
}
