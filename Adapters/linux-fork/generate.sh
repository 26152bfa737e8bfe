#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the headers that a configured kernel tree would have: generate.sh KERNEL_TREE FOLDER. Called by build.sh.
#
# Kbuild files list headers of an architecture that are only wrappers of general ones. The numbers of system calls, the
# offsets of fields for assembly, and what else is made by programs of the kernel's build, are empty: nothing reads
# them, or it reads only what is written here. features.h says what the version has, by a look into its files.
set -eu

tree=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder/asm" "$folder/generated" "$folder/linux" "$folder/uapi/asm" "$folder/uapi/linux"

# wrap KBUILD GENERAL_KBUILD HEADERS TO: wrappers for what the first two list and the third has not.
wrap() {
  sed -n 's/^\(generic\|mandatory\)-y += *//p' "$1" "$2" | tr ' ' '\n' | grep '\.h$' | sort -u | while read -r name; do
    [ -e "$3/$name" ] || echo "#include <asm-generic/$name>" > "$4/$name"
  done
}
x86=$tree/arch/x86/include
wrap "$x86/asm/Kbuild" "$tree/include/asm-generic/Kbuild" "$x86/asm" "$folder/asm"
wrap "$x86/uapi/asm/Kbuild" "$tree/include/uapi/asm-generic/Kbuild" "$x86/uapi/asm" "$folder/uapi/asm"

for name in orc_hash syscalls_32 syscalls_64 unistd_32_ia32 unistd_64_x32 xen-hypercalls; do : > "$folder/asm/$name.h"; done
printf '#define %s(bit) %s\n' REQUIRED_MASK_BIT_SET 0 DISABLED_MASK_BIT_SET 1 > "$folder/asm/cpufeaturemasks.h"
for name in 32 64 x32; do
  printf '#define __NR_%s\n' 'execve 59' 'exit_group 231' > "$folder/uapi/asm/unistd_$name.h"
done
: > "$folder/generated/asm-offsets.h"
echo '#define RQ_nr_pinned 0' > "$folder/generated/rq-offsets.h"
echo '#define UTS_RELEASE "maplecheck"' > "$folder/generated/utsrelease.h"

# 250 ticks a second: a tick is 4 ms. Factors are in 32 bits, shifted as the kernel's own are.
{
  printf '#define %s\n' 'HZ_TO_MSEC_MUL32 U64_C(0x80000000)' 'HZ_TO_MSEC_ADJ32 U64_C(0x0)' 'HZ_TO_MSEC_SHR32 29' \
    'MSEC_TO_HZ_MUL32 U64_C(0x80000000)' 'MSEC_TO_HZ_ADJ32 U64_C(0x180000000)' 'MSEC_TO_HZ_SHR32 33' \
    'HZ_TO_USEC_MUL32 U64_C(0xFA000000)' 'HZ_TO_USEC_ADJ32 U64_C(0x0)' 'HZ_TO_USEC_SHR32 20' \
    'USEC_TO_HZ_MUL32 U64_C(0x83126E98)' 'USEC_TO_HZ_ADJ32 U64_C(0x7FF7CED9168)' 'USEC_TO_HZ_SHR32 43'
  for unit in 'MSEC 4' 'USEC 4000' 'NSEC 4000000'; do
    name=${unit% *}
    printf '#define %s\n' "HZ_TO_${name}_NUM ${unit#* }" "HZ_TO_${name}_DEN 1" "${name}_TO_HZ_NUM 1" \
      "${name}_TO_HZ_DEN ${unit#* }"
  done
} > "$folder/generated/timeconst.h"

number() { sed -n "s/^$1 *= *//p" "$tree/Makefile" | head -n 1; }
major=$(number VERSION) minor=$(number PATCHLEVEL) patch=$(number SUBLEVEL)
[ "$patch" -le 255 ] || patch=255
{
  echo "#define LINUX_VERSION_CODE $((major * 65536 + minor * 256 + patch))"
  echo '#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))'
  echo "#define LINUX_VERSION_MAJOR $major"
  echo "#define LINUX_VERSION_PATCHLEVEL $minor"
  echo "#define LINUX_VERSION_SUBLEVEL $patch"
} > "$folder/linux/version.h"
cp "$here/config.h" "$folder/generated/autoconf.h"
# Folios of more than one page, and less than a table, are there from 6.8 on.
if grep -q '^static struct folio \*alloc_anon_folio' "$tree/mm/memory.c"; then
  printf '#define CONFIG_%s 1\n' TRANSPARENT_HUGEPAGE TRANSPARENT_HUGEPAGE_ALWAYS HAVE_ARCH_TRANSPARENT_HUGEPAGE \
    PGTABLE_HAS_HUGE_LEAVES THP_SWAP MIGRATION MM_ID PAGE_MAPCOUNT >> "$folder/generated/autoconf.h"
fi

# feature NAME PATTERN FILE: defines HAS_NAME if the file has the pattern.
feature() { if grep -qE -e "$2" "$tree/$3" 2> /dev/null; then echo "#define HAS_$1 1"; fi; }
{
  feature VMA_HEADER . mm/vma.h
  feature ZERO_PAGE_PFN 'extern unsigned long zero_page_pfn' include/linux/pgtable.h
  feature FROZEN_PAGES __alloc_frozen_pages_noprof mm/page_alloc.c
  feature ALLOCATION_PROFILING 'kmem_cache_alloc_noprof' include/linux/slab.h
  feature FOLIO_ALLOCATION '^struct folio \*__folio_alloc\(' include/linux/gfp.h
  feature TABLE_DESCRIPTORS 'pagetable_pte_dtor' include/linux/mm.h
  feature TABLE_DESCRIPTORS_GATHERED 'tlb_remove_ptdesc\(struct mmu_gather \*tlb, struct ptdesc' include/asm-generic/tlb.h
  feature WRITABLE_BY_VMA 'pte_t pte_mkwrite\(pte_t pte, struct vm_area_struct' arch/x86/include/asm/pgtable.h
  feature CACHE_ARGUMENTS '__kmem_cache_create_args' include/linux/slab.h
  feature SHEAVES 'struct slab_sheaf' include/linux/slab.h
  feature BULK_IS_TRUTH 'bool kmem_cache_alloc_bulk_noprof' include/linux/slab.h
  feature RCU_HEAD_OF_ITS_OWN 'struct kvfree_rcu_head' include/linux/types.h
  feature VMA_REFERENCES 'vm_refcnt' include/linux/mm_types.h
  feature VMA_LOCKS 'vma_start_write\(' mm/memory.c
  feature MUTEX_GENERIC 'mutex_init_generic' include/linux/mutex.h
  feature FILE_REFERENCES 'f_ref;' include/linux/fs.h
  feature FILE_BY_PLACE 'get_file_rcu\(struct file __rcu \*\*' include/linux/fs.h
  feature RMAP_TREE 'mapping_rmap_tree_foreach' include/linux/mm.h
  feature VMA_FLAGS 'unsigned long len, vma_flags_t' mm/vma.h
  feature VMA_STATE_INIT . mm/vma_init.c
  feature RSS_COUNTERS 'percpu_counter rss_stat' include/linux/mm_types.h
  feature KSM_VMA_FLAGS '^vma_flags_t ksm_vma_flags' include/linux/ksm.h
  feature KSM_VM_FLAGS '^vm_flags_t ksm_vma_flags' include/linux/ksm.h
  feature GAP_BY_SPACE 'get_unmapped_area\) \(' include/linux/mm_types.h
  feature GAP_BY_FLAGS 'unsigned long flags, vm_flags_t vm_flags\);' include/linux/sched/mm.h
  feature LOCKED_BATCHES 'void mlock_drain_local' mm/internal.h
  feature PAGES_BY_BATCH 'void folios_put_refs\(' include/linux/mm.h
  # Up to 6.15 dup_mmap() is in the first file, later in the second.
  for file in kernel/fork.c mm/mmap.c; do
    feature DUPLICATED_TREE '__mt_dup\(' $file
    feature MARKED_PLACE 'mas_store\(&vmi\.mas, XA_ZERO_ENTRY\)' $file
    feature MARKED_SPACE 'set(_bit)?\(MMF_UNSTABLE, ' $file
  done
  feature LOCK_OBJECTS vma_lock_cachep kernel/fork.c
  feature ASKING_SWAP_OFF check_stable_address_space mm/swapfile.c
  feature KSM_FOLIOS '^struct folio \*ksm_might_need_to_copy' include/linux/ksm.h
  feature KVMALLOC_IN_SLUB '^void kvfree' mm/slub.c
  feature SWAP_ZEROS 'unsigned long \*zeromap' include/linux/swap.h
  feature KVMALLOC_ALIGNED 'kvmalloc_node_noprof\(.*unsigned long align' include/linux/slab.h
  feature SWAP_WITHOUT_CLUSTERS 'unsigned int lowest_bit' include/linux/swap.h
  feature SWAP_CACHE_IN_TABLES . mm/swap_table.h
  feature SWAP_TABLES '^int swap_retry_table_alloc' mm/swapfile.c
  feature SWAP_IN_FOLIO 'swp_entry_t swap;' include/linux/mm_types.h
  feature SWAP_READ_FOLIO '^void swap_read_folio' mm/swap.h
  feature SWAP_CONTEXTS '^void swap_read_submit' mm/swap.h
  feature LEAVES . include/linux/leafops.h
  feature FOLIO_OR_ERROR 'Return: A folio or ERR_PTR\(-ENOENT\)' include/linux/pagemap.h
  feature USERFAULT_IN_FS . fs/userfaultfd.c
  feature LARGE_FOLIOS '^static struct folio \*alloc_anon_folio' mm/memory.c
  feature DEFERRED_LRU 'struct list_lru deferred_split_lru' mm/huge_memory.c
  feature TAIL_BY_PAGE 'prep_compound_tail\(struct page \*tail' mm/internal.h
  feature MM_FLAG_CALLS 'mm_flags_set' include/linux/mm.h
} > "$folder/features.h"
if grep -qE 'kvfree_call_rcu\(struct rcu_head \*head, rcu_callback_t' "$tree"/include/linux/rcutree.h; then
  echo '#define HAS_RCU_FREE_BY_OFFSET 1' >> "$folder/features.h"
fi
