#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a kernel's own fork as a library: whole files of the kernel, unchanged, with the kernel's own headers.
#
#   LINUX_SRC=/path/to/linux   the kernel tree; otherwise a Debian package linux-source-VERSION
#   LINUX_PACKAGE=7.3          the version of that package; otherwise 7.3
#   OUTPUT=/path/to/folder     where everything is put; otherwise .build/linux-fork/VERSION
#   FLAVOURS="plain"           which to build; otherwise plain:
#                                plain, sanitized (with the address sanitizer), instrumented (the same with the counters
#                                of libFuzzer in the kernel's files)
#   CLANG=/path/to/clang       otherwise the clang beside swift
#   JOBS=2                     compilers side by side; otherwise one for each processor
#
# What the kernel's files need and is not there: functions.txt in the folder has three lists. Some functions return 0,
# each for a reason in returns_zero.list. All others end the call and say their name. Data is zero. The same is printed.
# Nothing of the kernel's is kept outside of OUTPUT. Exit status: 0; 2 where nothing can be built, with one line.
set -eu

adapter=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$adapter/../.." && pwd)
flavours=${FLAVOURS:-plain}
jobs=${JOBS:-$(nproc)}

fail() { echo "linux-fork: $*" >&2; exit 2; }

case ${1:-} in
'') ;;
-h | --help) sed -n '4,/^set /{/^set /d; s/^# \{0,1\}//; p;}' "$0"; exit 0 ;;
*) fail "expected no argument but --help, found '$1': what is built is said by variables" ;;
esac
for flavour in $flavours; do
  case $flavour in
  plain | sanitized | instrumented) ;;
  *) fail "no such flavour: $flavour" ;;
  esac
done
if [ -z "${CLANG:-}" ]; then
  if command -v swift > /dev/null; then
    CLANG=$(dirname "$(readlink -f "$(command -v swift)")")/clang
  fi
  [ -x "${CLANG:-}" ] || CLANG=$(command -v clang) || fail "no clang found; set CLANG"
fi

# MARK: The kernel

package=${LINUX_PACKAGE:-7.3}
if [ -n "${LINUX_SRC:-}" ]; then
  tree=$(cd "$LINUX_SRC" && pwd)
else
  folder=$("$root/scripts/linux-source" --fork "$package") || exit 2
  package=${folder##*/}
  tree=$root/$folder
fi
for needed in Makefile arch/x86/include/asm/pgtable.h kernel/fork.c mm/mmap.c mm/memory.c lib/maple_tree.c; do
  [ -f "$tree/$needed" ] || fail "$tree/$needed is missing: expected a kernel tree, from 6.1 on"
done
number() { sed -n "s/^$1 *= *//p" "$tree/Makefile" | head -n 1; }
version=$(number VERSION).$(number PATCHLEVEL).$(number SUBLEVEL)$(number EXTRAVERSION)
output=${OUTPUT:-$root/.build/linux-fork/$([ -n "${LINUX_SRC:-}" ] && echo "$version" || echo "$package")}
mkdir -p "$output"
output=$(cd "$output" && pwd)
# What fails must not leave what was built before, to be taken for it.
for flavour in $flavours; do rm -f "$output/libmaplecheck-fork-$flavour.so"; done
rm -rf "$output/include" "$output/functions.txt"
"$adapter/generate.sh" "$tree" "$output/include"

# MARK: The compiler

flags="--target=x86_64-linux-gnu -nostdinc -I$adapter/shadow -I$output/include -I$tree/arch/x86/include -I$tree/include
  -I$tree/arch/x86/include/uapi -I$output/include/uapi -I$tree/include/uapi
  -include $tree/include/linux/compiler-version.h -include $tree/include/linux/kconfig.h
  -include $tree/include/linux/compiler_types.h -include $adapter/shadow/hidden.h
  -D__KERNEL__ -DKBUILD_MODNAME=\"fork\" -DKBUILD_BASENAME=\"fork\" -DKBUILD_MODFILE=\"fork\" -DKBUILD_STR(s)=#s
  -std=gnu11 -fshort-wchar -funsigned-char -fno-common -fno-strict-aliasing -fno-delete-null-pointer-checks -fwrapv
  -fms-extensions -fno-builtin-wcslen -ffunction-sections -fdata-sections -fPIC -g1 -fno-stack-protector
  -fcf-protection=none -mno-red-zone -mno-sse -mno-mmx -mno-80387 -mno-avx -fno-omit-frame-pointer
  -w -Werror=implicit-function-declaration -Werror=implicit-int -Werror=incompatible-pointer-types
  -Werror=int-conversion -ferror-limit=20 -fno-color-diagnostics"
ours="-I$tree -I$tree/mm -I$adapter -I$root/Sources/CForkABI/include"

# The kernel's files, of which a version has not all.
files="lib/refcount.c lib/maple_tree.c lib/rbtree.c lib/interval_tree.c lib/percpu_counter.c lib/find_bit.c
  lib/bitmap.c lib/hweight.c mm/mmap.c mm/vma.c mm/vma_init.c mm/memory.c mm/rmap.c mm/interval_tree.c mm/mmu_gather.c
  mm/pgtable-generic.c mm/mmap_lock.c mm/util.c mm/mprotect.c mm/mremap.c mm/mlock.c
  mm/pagewalk.c mm/mseal.c mm/madvise.c mm/mmu_notifier.c mm/debug.c mm/page_vma_mapped.c mm/swap_state.c
  mm/swap_slots.c lib/xarray.c lib/radix-tree.c lib/percpu-refcount.c lib/plist.c"
huge=
if grep -q CONFIG_TRANSPARENT_HUGEPAGE "$output/include/generated/autoconf.h"; then
  files="$files mm/list_lru.c lib/idr.c"
  huge=file_huge_memory
fi
# Of two files one has a door.
[ ! -e "$tree/fs/userfaultfd.c" ] || files="$files mm/userfaultfd.c"
doors="$huge file_fork file_oom_kill file_swapfile file_mempolicy file_userfaultfd pages tables objects locks reports
  neighbours operations resizing advice swapping userfaults looks observers"

# shellcheck disable=SC2086
"$CLANG" $flags -S -o - "$adapter/bounds.c" 2> "$output/bounds.errors" |
  sed -n 's/^.*->\([A-Za-z_]*\) \$*\([0-9]*\) .*/#define \1 \2/p' > "$output/include/generated/bounds.h"
grep -q SPINLOCK_SIZE "$output/include/generated/bounds.h" || fail "the sizes of Linux $version cannot be had: $output/bounds.errors"

# compile_one OBJECT SOURCE FLAGS...: what the compiler says is kept beside the object.
export CLANG
cat > "$output/compile-one" <<'END'
#!/bin/sh
object=$1
shift
"$CLANG" -c -o "$object" "$@" 2> "$object.errors"
END
chmod +x "$output/compile-one"

complain() {
  errors=$(cat "$1"/*.errors | grep -E 'error:' | head -n 3 | sed "s|$tree/||g; s|$adapter/||g" | paste -s -d ';' | sed 's/;/; /g')
  fail "Linux $version is not supported: $errors. $1 has the compiler's messages"
}

for flavour in $flavours; do
  extra=-O1
  machine=
  link=
  counters=
  case $flavour in
  sanitized | instrumented)
    extra="-O1 -fsanitize=address -mllvm -asan-globals=0 -DMAPLECHECK_ADDRESS_SANITIZER"
    machine=-DMAPLECHECK_ADDRESS_SANITIZER
    link=-Wl,--unresolved-symbols=ignore-all
    ;;
  esac
  [ $flavour != instrumented ] || counters=-fsanitize-coverage=edge,inline-8bit-counters,pc-table
  objects=$output/$flavour
  rm -rf "$objects"
  mkdir -p "$objects"
  {
    for file in $files; do
      [ ! -e "$tree/$file" ] || echo "$objects/$(echo "${file%.c}" | tr / _).o $tree/$file -I$tree/$(dirname "$file") $counters"
    done
    for file in $doors; do echo "$objects/$file.o $adapter/$file.c $ours"; done
  } > "$objects/list"
  # shellcheck disable=SC2086
  printf '%s\n' $flags $extra | sed 's/"/\\"/g' > "$objects/flags"
  sed "s|\$| @$objects/flags|" "$objects/list" | xargs -P "$jobs" -L 1 "$output/compile-one" || complain "$objects"
  # The machine itself has no header of the kernel's.
  for file in machine text; do
    # shellcheck disable=SC2086
    "$CLANG" -c -o "$objects/$file.o" -std=gnu11 -O2 -g1 -fPIC -ffreestanding -fvisibility=hidden -fno-builtin \
      -fno-stack-protector -Wall -Wextra -Wno-unused-parameter $machine -DMAPLECHECK_LINUX_VERSION="\"$version\"" \
      -I"$adapter" -I"$root/Sources/CForkABI/include" "$adapter/$file.c" || fail "$file.c does not compile"
  done
  "$adapter/link.sh" "$objects" $link || complain "$objects"
  {
    echo "return 0: $(wc -l < "$objects/returns")"
    while read -r name; do grep "^$name " "$adapter/returns_zero.list"; done < "$objects/returns"
    echo "end the call: $(wc -l < "$objects/ends")"
    cat "$objects/ends"
    echo "data that is zero: $(wc -l < "$objects/data")"
    cat "$objects/data"
  } > "$output/functions.txt"
  mv "$objects/library.so" "$output/libmaplecheck-fork-$flavour.so"
  echo "$output/libmaplecheck-fork-$flavour.so: Linux $version"
done
# A flavour needs the same functions as another one.
"$adapter/lists.sh" "$output/${flavours%% *}"
