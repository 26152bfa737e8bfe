#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a kernel's lib/maple_tree.c as two subjects: plain, and with fuzzer counters and the address sanitizer.
#
#   LINUX_SRC=/path/to/linux   the kernel tree to take it from; otherwise the Debian package linux-source-6.12
#   LINUX_PACKAGE=6.1          another version of that package
#   MAPLE_TREE=/path/file.c    another lib/maple_tree.c for that kernel, such as an edited copy
#   OUTPUT=/path/to/folder     where everything is put; otherwise .build/linux
#   FLAVOURS="plain"           which to build: plain, instrumented, coverage, and of a copy without the
#                              faults that no caller can step around: corrected, corrected-instrumented;
#                              test: the program run-test of the functions in TEST, on the file as it is
#   TEST=/path/test.c          functions as `maplecheck convert --to c` prints them, for the flavour test
#   CLANG=/path/to/clang       otherwise the clang beside swift, whose runtime the fuzz targets use
#
# Nothing of the kernel's is kept outside of OUTPUT.
set -eu

adapter=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$adapter/../.." && pwd)
output=${OUTPUT:-$root/.build/linux}
flavours=${FLAVOURS:-plain instrumented}
package=${LINUX_PACKAGE:-6.12}

fail() { echo "build.sh: $*" >&2; exit 2; }

if [ -z "${CLANG:-}" ]; then
  if command -v swift > /dev/null; then
    CLANG=$(dirname "$(readlink -f "$(command -v swift)")")/clang
  fi
  [ -x "${CLANG:-}" ] || CLANG=$(command -v clang || command -v clang-14) || fail "no clang found; set CLANG"
fi

if [ -n "${LINUX_SRC:-}" ]; then
  source=$LINUX_SRC
else
  archive=/usr/src/linux-source-$package.tar.xz
  [ -e "$archive" ] || fail "$archive is missing: install linux-source-$package, or set LINUX_SRC to a kernel tree"
  source=$output/source-$package
  if [ ! -e "$source/.done" ]; then
    echo "unpacking two files of $archive" >&2
    rm -rf "$source" && mkdir -p "$source"
    tar -xJf "$archive" -C "$source" --strip-components=1 \
      "linux-source-$package/Makefile" "linux-source-$package/lib/maple_tree.c" \
      "linux-source-$package/include/linux/maple_tree.h" ||
      fail "$archive does not hold lib/maple_tree.c"
    touch "$source/.done"
  fi
fi
file=${MAPLE_TREE:-$source/lib/maple_tree.c}
header=$source/include/linux/maple_tree.h
for needed in "$file" "$header"; do
  [ -f "$needed" ] || fail "$needed is missing: LINUX_SRC must be a kernel tree from 6.1 on"
done

number() { sed -n "s/^$1 = *//p" "$source/Makefile" | head -n 1; }
version=unknown
if [ -f "$source/Makefile" ]; then
  version=$(number VERSION).$(number PATCHLEVEL).$(number SUBLEVEL)$(number EXTRAVERSION)
fi

# Every header that the file includes leads to user_space.h, but for its own and the last.
include=$output/include
rm -rf "$include" && mkdir -p "$include/linux" "$include/asm" "$include/trace/events" "$include/lib"
for name in kernel rcupdate spinlock xarray types export slab limits; do
  echo '#include "user_space.h"' > "$include/linux/$name.h"
done
echo '#include "user_space.h"' > "$include/asm/barrier.h"
echo '#include "checks.h"' > "$include/trace/events/maple_tree.h"
ln -s "$(readlink -f "$header")" "$include/linux/maple_tree.h"
ln -s "$(readlink -f "$file")" "$include/lib/maple_tree.c"

has() { grep -q "$1" "$header"; }
features=
if has 'enum maple_status'; then features="$features -DMAPLECHECK_HAS_STATUS"; fi
if has 'mtree_dup('; then features="$features -DMAPLECHECK_HAS_DUP"; fi
if has 'mtree_alloc_cyclic('; then features="$features -DMAPLECHECK_HAS_CYCLIC"; fi

# A copy without the faults that no caller can step around, each corrected in one line: docs/FINDINGS.md,
# "reader-teardown".
correct() {
  rm "$include/lib/maple_tree.c"
  sed -e 's/mte_node_type(next))))/mte_to_node(next))))/' \
    -e 's/^[[:space:]]*rcu_dereference_protected(slots\[offset\],$/(unsigned long)slots[offset] > 255 \&\& &/' \
    "$file" > "$include/lib/maple_tree.c"
}

build() { compile "$@" -fPIC -shared "$adapter/subject.c"; }

compile() {
  name=$1
  shift
  # shellcheck disable=SC2086
  "$CLANG" -std=gnu11 -g -fvisibility=hidden \
    -fno-strict-aliasing -fwrapv -fno-delete-null-pointer-checks \
    -Wall -Wno-unused-function -Wno-unused-variable -Wno-unused-but-set-variable -Wno-unused-value \
    -DMAPLECHECK_LINUX_VERSION="\"$version\"" $features \
    -I"$adapter" -I"$include" -I"$root/Sources/CSubjectABI/include" "$@" \
    -o "$output/.$name"
  mv "$output/.$name" "$output/$name"
  echo "$output/$name: Linux $version"
}

# Lists the functions of the file that are tests.
list_tests() {
  [ -f "${TEST:-}" ] || fail "the flavour test wants TEST, a file with functions for the kernel's suite"
  sed -n 's/^static noinline void __init \([A-Za-z0-9_]*\)(struct maple_tree \*mt)$/RUN(\1)/p' "$TEST" \
    > "$include/tests.h"
  [ -s "$include/tests.h" ] || fail "$TEST holds no function for the kernel's suite"
}

for flavour in $flavours; do
  ln -sf "$(readlink -f "$file")" "$include/lib/maple_tree.c"
  case $flavour in
  plain) build libmaplecheck-linux.so -O2 -Wl,-z,defs ;;
  instrumented)
    build libmaplecheck-linux-instrumented.so -O2 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address \
      -fno-sanitize-coverage=trace-cmp \
      -DMAPLECHECK_INSTRUMENTED -DCONFIG_DEBUG_MAPLE_TREE ;;
  corrected)
    correct
    build libmaplecheck-linux-corrected.so -O2 -Wl,-z,defs ;;
  corrected-instrumented)
    correct
    build libmaplecheck-linux-corrected-instrumented.so -O2 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address \
      -fno-sanitize-coverage=trace-cmp \
      -DMAPLECHECK_INSTRUMENTED -DCONFIG_DEBUG_MAPLE_TREE ;;
  coverage)
    build libmaplecheck-linux-coverage.so -O0 -DCONFIG_DEBUG_MAPLE_TREE -fprofile-instr-generate -fcoverage-mapping ;;
  test)
    list_tests
    compile run-test -O1 -fuse-ld=bfd -fno-omit-frame-pointer -fsanitize=address -DMAPLECHECK_INSTRUMENTED \
      -DCONFIG_DEBUG_MAPLE_TREE "-DTEST_FILE=\"$(readlink -f "$TEST")\"" "$adapter/run_test.c" ;;
  *) fail "no such flavour: $flavour" ;;
  esac
done
