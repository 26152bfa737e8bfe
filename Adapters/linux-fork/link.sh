#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Links the objects of a folder to library.so in it: link.sh FOLDER FLAGS... Called by build.sh and scripts/fork-edits.
#
# What is missing is made. It is put on one of three lists in the folder: returns, ends, data. CLANG names the compiler.
set -eu

adapter=$(cd "$(dirname "$0")" && pwd)
objects=$1
shift
rm -f "$objects/missing.o"
: > "$objects/returns"
: > "$objects/ends"
: > "$objects/data"

# link FLAGS...
link() {
  "$CLANG" -shared -nostdlib -fuse-ld=lld -Wl,--gc-sections -Wl,-z,defs -Wl,--error-limit=0 \
    -o "$objects/library.so" "$objects"/*.o "$@" 2> "$objects/link.errors"
}
if link; then exit; fi
sed -n 's/.*undefined\( hidden\)\{0,1\} symbol: \([A-Za-z0-9_.]*\).*/\2/p' "$objects/link.errors" | grep -v '^__asan_\|^__sanitizer_' |
  sort -u > "$objects/missing"
# A relocation tells whether what is missing is called, or is data: an address in a table is a function's.
objdump -r "$objects"/*.o | awk '/R_X86_64_(PLT32|64)/ { sub(/[-+]0x.*/, "", $3); print $3 }' | sort -u > "$objects/called"
sed -n 's/^\([A-Za-z0-9_]\{1,\}\).*/\1/p' "$adapter/returns_zero.list" | sort -u > "$objects/zero"
comm -12 "$objects/missing" "$objects/zero" > "$objects/returns"
comm -23 "$objects/missing" "$objects/zero" | comm -12 - "$objects/called" > "$objects/ends"
comm -23 "$objects/missing" "$objects/zero" | comm -23 - "$objects/called" > "$objects/data"
{
  echo '.text'
  while read -r name; do printf '.globl %s\n.hidden %s\n%s: xorl %%eax, %%eax\nret\n' "$name" "$name" "$name"; done < "$objects/returns"
  while read -r name; do
    printf '.globl %s\n.hidden %s\n%s: andq $-16, %%rsp\nleaq missing_%s(%%rip), %%rdi\ncall machine_missing\n' "$name" "$name" "$name" "$name"
    printf '.section .rodata\nmissing_%s: .asciz "%s"\n.text\n' "$name" "$name"
  done < "$objects/ends"
  while read -r name; do printf '.bss\n.globl %s\n.hidden %s\n.balign 64\n%s: .zero 4096\n' "$name" "$name" "$name"; done < "$objects/data"
  echo '.section .note.GNU-stack,"",@progbits'
} > "$objects/missing.s"
"$CLANG" -c -o "$objects/missing.o" "$objects/missing.s"
link "$@"
