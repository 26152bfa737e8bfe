#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints what the kernel's files need and is not there: lists.sh FOLDER. Called by build.sh.
#
# The folder has the three lists that link.sh made. Functions that return 0 stand together if they do so for one reason.
set -eu

adapter=$(cd "$(dirname "$0")" && pwd)
objects=$1

wrap() { fold -s -w 114 | sed 's/^/    /; s/ *$//'; }
count() { wc -l < "$objects/$1"; }

echo "  $(count returns) functions return 0"
awk '
  NR == FNR { is_needed[$1] = 1; next }
  $1 in is_needed {
    name = $1
    sub(/^[^ ]+ +/, "")
    if (!($0 in names)) reasons[++count] = $0
    names[$0] = names[$0] " " name
  }
  END { for (place = 1; place <= count; place++) print reasons[place] ":" names[reasons[place]] }
' "$objects/returns" "$adapter/returns_zero.list" | while read -r line; do echo "$line" | wrap; done
echo "  $(count ends) functions end the call"
paste -s -d ' ' "$objects/ends" | wrap
echo "  $(count data) objects are zero"
paste -s -d ' ' "$objects/data" | wrap
