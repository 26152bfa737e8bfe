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

file='' function=''
declare -a olds=() news=()
while IFS= read -r line; do
  key=${line%% *} value=${line#* }
  case $key in
  file) file=$value ;;
  in) function=$value ;;
  -) olds+=("$(printf '%b.' "$value")") ;;
  +) news+=("$(printf '%b.' "$value")") ;;
  esac
done < <(awk -v name="$name" '$1 == "edit" { is = $2 == name } is' "$adapter/edits/$version")
[ -n "$file" ] || fail "there is no such edit"
[ ${#olds[@]} -gt 0 ] && [ ${#olds[@]} = ${#news[@]} ] || fail "each - wants a +"
[ -e "$built/plain/list" ] || fail "the version is not built: make linux-fork builds it"
tree=$(sed -n 's|^.* \(/.*\)/lib/maple_tree\.c .*|\1|p' "$built/plain/list")
[ -f "$tree/$file" ] || fail "$file is not there"

# The lines of the function: from its name, which no semicolon follows before the brace, to the brace that ends it.
read -r first last < <(awk -v name="$function" '
  !first && $0 ~ "(^|[ *])" name "\\(" && /^[a-z_]/ { first = NR }
  first && !body && /;/ { first = 0 }
  first && /^\{/ { body = 1 }
  first && body && /^\}/ { print first, NR; exit }' "$tree/$file") || fail "$file has no function $function"
body=$(sed -n "${first},${last}p" "$tree/$file")
for place in "${!olds[@]}"; do
  # The dot keeps newlines at the end.
  old=${olds[place]%.} new=${news[place]%.}
  rest=${body#*"$old"}
  [ "$rest" != "$body" ] || fail "$function has no '$old'"
  [ "${rest#*"$old"}" = "$rest" ] || fail "$function has '$old' twice"
  body=${body%%"$old"*}$new$rest
done

# MARK: The library

rm -rf "$folder"
mkdir -p "$folder/$(dirname "$file")"
{
  head -n "$((first - 1))" "$tree/$file"
  printf '%s\n' "$body"
  tail -n "+$((last + 1))" "$tree/$file"
} > "$folder/$file"
ln -s "$built/plain"/*.o "$folder/"
# A file that has a door is compiled by the file with the door in it, which includes it.
case $file in
kernel/fork.c | mm/mempolicy.c | mm/userfaultfd.c) object=file_$(basename "${file%.c}") ;;
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
