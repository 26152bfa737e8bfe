#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a kernel's fork with one fault seeded in it: edit.sh VERSION NAME. Called by scripts/fork-edits.
#
# edits/VERSION says what is changed. A copy of the one file is compiled, and linked with all other objects of the
# library, into .build/linux-fork/VERSION/edits/NAME. Exit status: 0; 2 if the edit does not fit, with one line.
set -euo pipefail

adapter=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$adapter/../.." && pwd)
version=$1 name=$2
fail() { echo "linux-fork: edit $name of $version: $*" >&2; exit 2; }

built=$root/.build/linux-fork/$version
folder=$built/edits/$name
if [ -z "${CLANG:-}" ]; then
  CLANG=$(dirname "$(readlink -f "$(command -v swift)")")/clang
fi
export CLANG

# MARK: The edit

grep -qx "edit $name" "$adapter/edits/$version" || fail "there is no such edit"
[ -e "$built/plain/list" ] || fail "the version is not built: make linux-fork builds it"
tree=$(sed -n 's|^.* \(/.*\)/lib/maple_tree\.c .*|\1|p' "$built/plain/list")
rm -rf "$folder"
copy=$("$root/scripts/edited-file" "$adapter/edits/$version" "$name" "$tree" "$folder") || exit 2
file=${copy#"$folder/"}

# MARK: The library

ln -s "$built/plain"/*.o "$folder/"
# A file that has a door is compiled by the file with the door in it, which includes it.
case $file in
kernel/fork.c | mm/mempolicy.c | mm/userfaultfd.c | mm/huge_memory.c) object=file_$(basename "${file%.c}") ;;
*) object=$(echo "${file%.c}" | tr / _) ;;
esac
rm -f "$folder/$object.o"
sed -n "s|^$built/plain/$object\.o ||p" "$built/plain/list" | sed "s|^$tree/$file|$folder/$file|" > "$folder/source"
[ -s "$folder/source" ] || fail "$file is not compiled in this version"
# shellcheck disable=SC2046
"$CLANG" -c -o "$folder/$object.o" -I"$folder" $(cat "$folder/source") "@$built/plain/flags" 2> "$folder/errors" ||
  fail "$(grep -m 1 'error:' "$folder/errors")"
"$adapter/link.sh" "$folder" || fail "$(grep -m 1 'error:' "$folder/link.errors")"
rm -f "$folder"/*.o
