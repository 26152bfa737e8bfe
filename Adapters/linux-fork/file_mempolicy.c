// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's file whole, and a door to functions that it keeps to itself.
#include "mm/mempolicy.c"
// Binds a vma to node 0, as mbind() does for each vma of its range.
int door_set_policy(struct vm_area_struct *vma)
{
	NODEMASK_SCRATCH(scratch);
	nodemask_t nodes = nodemask_of_node(0);
	struct mempolicy *policy = mpol_new(MPOL_BIND, 0, &nodes);
	if (!scratch || IS_ERR_OR_NULL(policy)) return -ENOMEM;
	int result = mpol_set_nodemask(policy, &nodes, scratch);
	if (!result) result = vma_replace_policy(vma, policy);
	mpol_put(policy);
	NODEMASK_SCRATCH_FREE(scratch);
	return result;
}
