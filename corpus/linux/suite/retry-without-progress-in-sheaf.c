// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A store that may not wait, on a state that was prepared for a smaller one: it
 * asks for more nodes, is refused, and tries again without end.
 * Needs: slab_sheaf
 */
static noinline void __init maplecheck_retry_without_progress_in_sheaf(struct maple_tree *mt)
{
	MA_STATE(mas, mt, 0x20, 0x20);
	unsigned long i;

	mt_init_flags(mt, 0);
	for (i = 0; i < 8; i++)
		MT_BUG_ON(mt, mtree_store(mt, 2 * i, xa_mk_value(i), GFP_KERNEL));
	mas_lock(&mas);
	/* The root is full, so that this takes three nodes. */
	MT_BUG_ON(mt, mas_preallocate(&mas, xa_mk_value(1), GFP_KERNEL));
	mas_unlock(&mas);
	for (i = 8; i < 200; i++)
		MT_BUG_ON(mt, mtree_store(mt, 2 * i, xa_mk_value(i), GFP_KERNEL));
	mas_lock(&mas);
	mas_set_range(&mas, 0x21, 0x101);
	mt_set_non_kernel(0);
	MT_BUG_ON(mt, mas_store_gfp(&mas, xa_mk_value(2), GFP_NOWAIT) != -ENOMEM);
	mas_unlock(&mas);
	mtree_destroy(mt);
}
