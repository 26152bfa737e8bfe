#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a kernel's lib/maple_tree.c as a subject, in the flavours that are asked for.
#
#   LINUX_SRC=/path/to/linux   the kernel tree to take it from; otherwise a Debian package linux-source-VERSION
#   LINUX_PACKAGE=7.3          the version of that package; otherwise 6.12
#   MAPLE_TREE=/path/file.c    another lib/maple_tree.c for that kernel, such as an edited copy
#   OUTPUT=/path/to/folder     where everything is put; otherwise a folder in .build/linux: the package's version, the
#                              whole version of LINUX_SRC, and with -edited at its end for MAPLE_TREE
#   FLAVOURS="plain"           which to build; otherwise plain and instrumented:
#                                plain, instrumented
#                                corrected, corrected-instrumented: of a copy without the faults that no caller can
#                                  step around
#                                readers: the same copy, and each access of tree memory is shown
#                                coverage: with counts by line
#                                test: the program run-test of the functions in TEST, on the file as it is
#   TEST=/path/test.c          functions as `maplecheck convert --to c` prints them, for the flavour test
#   SMALL=1                    nodes of a few slots, by a copy of the kernel's header; from 7.1 on
#   CLANG=/path/to/clang       otherwise the clang beside swift, whose runtime the fuzz targets use
#
# Nothing of the kernel's is kept outside of OUTPUT. Exit status: 0; 2 where nothing can be built, with one line.
set -eu

adapter=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$adapter/../.." && pwd)
flavours=${FLAVOURS:-plain instrumented}
package=${LINUX_PACKAGE:-6.12}
# The versions that were built and run.
supported="6.1, 6.12, 6.16, 6.18, 7.1, 7.2, 7.3"

fail() { echo "build.sh: $*" >&2; exit 2; }

case ${1:-} in
'') ;;
-h | --help) sed -n '4,/^set /{/^set /d; s/^# \{0,1\}//; p;}' "$0"; exit 0 ;;
*) fail "expected no argument but --help, found '$1': what is built is said by variables" ;;
esac
for flavour in $flavours; do
  case $flavour in
  plain | instrumented | corrected | corrected-instrumented | readers | coverage | test) ;;
  *) fail "no such flavour: $flavour" ;;
  esac
done

if [ -z "${CLANG:-}" ]; then
  if command -v swift > /dev/null; then
    CLANG=$(dirname "$(readlink -f "$(command -v swift)")")/clang
  fi
  [ -x "${CLANG:-}" ] || CLANG=$(command -v clang || command -v clang-14) || fail "no clang found; set CLANG"
fi

# MARK: The kernel

if [ -n "${LINUX_SRC:-}" ]; then
  source=$LINUX_SRC
else
  source=$("$root/scripts/linux-source" "$package") || exit 2
  package=${source##*/}
  source=$root/$source
fi
file=${MAPLE_TREE:-$source/lib/maple_tree.c}
header=$source/include/linux/maple_tree.h
for needed in "$file" "$header" "$source/Makefile"; do
  [ -f "$needed" ] || fail "$needed is missing: expected a kernel tree, from 6.1 on"
done

number() { sed -n "s/^$1 *= *//p" "$source/Makefile" | head -n 1; }
version=$(number VERSION).$(number PATCHLEVEL).$(number SUBLEVEL)$(number EXTRAVERSION)

if [ -n "${OUTPUT:-}" ]; then
  output=$OUTPUT
else
  output=$root/.build/linux/$package
  [ -z "${LINUX_SRC:-}" ] || output=$root/.build/linux/$version
  [ -z "${MAPLE_TREE:-}" ] || output=$output-edited
  [ -z "${SMALL:-}" ] || output=$output-small
fi
# What fails must not leave what was built before, to be taken for it.
mkdir -p "$output"
for flavour in $flavours; do
  case $flavour in
  plain) rm -f "$output/libmaplecheck-linux.so" ;;
  test) rm -f "$output/run-test" ;;
  *) rm -f "$output/libmaplecheck-linux-$flavour.so" ;;
  esac
done

# Every header that the file includes leads to user_space.h, but for its own and the last.
include=$output/include
rm -rf "$include" && mkdir -p "$include"
sed -n 's/^#[[:space:]]*include <\(.*\)>.*/\1/p' "$file" "$header" | sort -u | while read -r name; do
  mkdir -p "$include/$(dirname "$name")"
  echo '#include "user_space.h"' > "$include/$name"
done
mkdir -p "$include/linux" "$include/trace/events"
rm -f "$include/linux/maple_tree.h"
if [ -z "${SMALL:-}" ]; then
  ln -s "$(readlink -f "$header")" "$include/linux/maple_tree.h"
else
  # The least sizes at which the file keeps its own rules: with 6 slots it loses nodes, or does not end. Up to 6.18 a
  # bulk store loses entries with fewer than 8 slots, and our tree has no such sizes.
  grep -q 'struct maple_copy' "$header" || fail "SMALL: expected a kernel from 7.1 on, found $version"
  sed -e 's/^\(#define MAPLE_RANGE64_SLOTS[[:space:]]*\)16\([^0-9]\)/\17\2/' \
    -e 's/^\(#define MAPLE_ARANGE64_SLOTS[[:space:]]*\)10\([^0-9]\)/\17\2/' "$header" > "$include/linux/maple_tree.h"
  [ "$(grep -c '^#define MAPLE_A\{0,1\}RANGE64_SLOTS[[:space:]]*7[^0-9]' "$include/linux/maple_tree.h")" = 2 ] ||
    fail "SMALL: the sizes of nodes are not where they were in $header"
  version="$version with small nodes"
fi
echo '#include "checks.h"' > "$include/trace/events/maple_tree.h"

# What a version has is asked of its files, so that a tree between two versions is seen as what it is.
features=
feature() { if grep -q "$2" "$3"; then features="$features -DMAPLECHECK_HAS_$1"; fi; }
feature STATUS 'enum maple_status' "$header"
feature DUP 'mtree_dup(' "$header"
feature CYCLIC 'mtree_alloc_cyclic(' "$header"
# A header may declare what its file has not any more.
feature BULK 'define MA_STATE_BULK' "$file"
feature SHEAVES 'struct slab_sheaf' "$header"
feature NOFAIL 'mas_nomem_nofail(' "$header"
feature COPY 'struct maple_copy' "$header"
# A state without a node that met its lower limit is walked again.
feature MAY_ACTIVATE 'mas_may_activate(' "$file"
feature VACANT_HEIGHT 'vacant_height' "$header"
# Whether a cyclic allocation keeps the place that it found before it waited: then it ends there at once, and not after
# a loop.
if sed -n '/^int mas_alloc_cyclic(/,/^}/p' "$file" | grep -q 'return xa_err('; then
  features="$features -DMAPLECHECK_HAS_CYCLIC_PLACE"
fi
# Whether an insertion stores over the whole tree without a look at it.
if sed -n '/^static inline void \*mas_insert(/,/^}/p' "$file" | grep -q wr_new_root; then
  features="$features -DMAPLECHECK_HAS_INSERT_OVER_ALL"
fi
# Whether nodes are added to a container of a reserve though it may be full, instead of to the next that is not.
if ! sed -n '/^static inline void mas_alloc_nodes(/,/^}/p' "$file" | grep -q 'while.*node_count == MAPLE_ALLOC_SLOTS'; then
  features="$features -DMAPLECHECK_HAS_FULL_RESERVE"
fi

# A copy without the faults that no caller can step around, each corrected in one line: docs/FINDINGS.md,
# "reader-teardown".
mkdir -p "$output/plain/lib" "$output/corrected/lib"
ln -sf "$(readlink -f "$file")" "$output/plain/lib/maple_tree.c"
sed -e 's/mte_node_type(next))))/mte_to_node(next))))/' \
  -e 's/^[[:space:]]*rcu_dereference_protected(slots\[offset\],$/(unsigned long)slots[offset] > 255 \&\& &/' \
  "$file" > "$output/corrected/lib/maple_tree.c"
correction=-DMAPLECHECK_CORRECTED
if cmp -s "$file" "$output/corrected/lib/maple_tree.c"; then correction=; fi

# MARK: The compiler

# What the compiler misses, by name, as a list with commas.
missing_in() {
  sed -n -e "s/.*error: call to undeclared function '\([^']*\)'.*/\1()/p" \
    -e "s/.*error: use of undeclared identifier '\([^']*\)'.*/\1/p" \
    -e "s/.*error: unknown type name '\([^']*\)'.*/\1/p" \
    -e "s/.*error: no member named '\([^']*\)' in '\([^']*\)'.*/\2.\1/p" \
    -e "s/.*error: '\([^']*\)' file not found.*/<\1>/p" \
    -e "s/.*undefined \(reference to\|symbol:\) [\`']\{0,1\}\([A-Za-z0-9_]*\).*/\2()/p" "$1" |
    awk '!seen[$0]++' | head -n 12 | paste -s -d , | sed 's/,/, /g'
}

# Says in one line why a version cannot be built.
complain() {
  grep '/lib/maple_tree\.c:\|/linux/maple_tree\.h:\|undefined' "$1" > "$1.kernel" || true
  grep -v '/lib/maple_tree\.c:\|/linux/maple_tree\.h:\|undefined' "$1" > "$1.adapter" || true
  wanted=$(missing_in "$1.kernel")
  used=$(missing_in "$1.adapter")
  reason=
  [ -z "$wanted" ] || reason="its lib/maple_tree.c uses what the adapter has not: $wanted"
  [ -z "$used" ] || reason="${reason:+$reason; }the adapter uses what it has not: $used"
  [ -n "$reason" ] || reason=$(sed -n 's/.*error: //p' "$1" | head -n 1)
  rm -f "$1.kernel" "$1.adapter"
  fail "Linux $version is not supported: $reason. Supported: $supported. $1 has the compiler's messages"
}

# compile NAME CODE ARGUMENTS...: CODE is plain or corrected.
compile() {
  name=$1 code=$2
  shift 2
  errors=$output/$name.errors
  # shellcheck disable=SC2086
  "$CLANG" -std=gnu11 -D_GNU_SOURCE -g -fvisibility=hidden -ferror-limit=0 -fno-color-diagnostics \
    -fno-strict-aliasing -fwrapv -fno-delete-null-pointer-checks \
    -Wall -Wno-unused-function -Wno-unused-variable -Wno-unused-but-set-variable -Wno-unused-value \
    -Werror=implicit-function-declaration -Werror=implicit-int \
    -DMAPLECHECK_LINUX_VERSION="\"$version\"" -DMAPLECHECK_LINUX_FILE="\"${MAPLE_TREE:-lib/maple_tree.c}\"" $features \
    -I"$adapter" -I"$output/$code" -I"$include" -I"$root/Sources/CSubjectABI/include" "$@" \
    -o "$output/.$name" 2> "$errors" || complain "$errors"
  cat "$errors" >&2
  rm -f "$errors"
  mv "$output/.$name" "$output/$name"
  echo "$output/$name: Linux $version"
}

build() { compile "$@" -fPIC -shared "$adapter/subject.c"; }

instrumentation="-O2 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address -fno-sanitize-coverage=trace-cmp
  -DMAPLECHECK_INSTRUMENTED -DCONFIG_DEBUG_MAPLE_TREE"

# Lists the functions of the file that are tests.
list_tests() {
  [ -f "${TEST:-}" ] || fail "the flavour test wants TEST, a file with functions for the kernel's suite"
  sed -n 's/^static noinline void __init \([A-Za-z0-9_]*\)(struct maple_tree \*mt)$/RUN(\1)/p' "$TEST" \
    > "$include/tests.h"
  [ -s "$include/tests.h" ] || fail "$TEST holds no function for the kernel's suite"
}

build_flavour() {
  library=libmaplecheck-linux-$1.so
  # shellcheck disable=SC2086
  case $1 in
  plain) build libmaplecheck-linux.so plain -O2 -Wl,-z,defs ;;
  instrumented) build "$library" plain $instrumentation ;;
  corrected) build "$library" corrected -O2 -Wl,-z,defs $correction ;;
  corrected-instrumented) build "$library" corrected $instrumentation $correction ;;
  # No access may be joined with another, or taken apart.
  readers)
    build "$library" corrected -O1 -fno-vectorize -fno-slp-vectorize -Wl,-z,defs $correction -DMAPLECHECK_WITNESSED \
      -fsanitize-coverage=func,trace-loads,trace-stores ;;
  coverage)
    build "$library" plain -O0 -DCONFIG_DEBUG_MAPLE_TREE -fprofile-instr-generate -fcoverage-mapping ;;
  test)
    list_tests
    compile run-test plain -O1 -fuse-ld=bfd -fno-omit-frame-pointer -fsanitize=address -DMAPLECHECK_INSTRUMENTED \
      -DCONFIG_DEBUG_MAPLE_TREE "-DTEST_FILE=\"$(readlink -f "$TEST")\"" "$adapter/run_test.c" ;;
  esac
}

# The first alone: what is missing is said once. The others side by side.
first=1
workers=
for flavour in $flavours; do
  if [ $first = 1 ]; then
    first=0
    build_flavour "$flavour"
  else
    build_flavour "$flavour" &
    workers="$workers $!"
  fi
done
for worker in $workers; do wait "$worker"; done
