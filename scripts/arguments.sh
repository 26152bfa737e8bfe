# Read by the other scripts, before they change the folder. With --help a script prints the comment at its head.
case ${1:-} in
-h | --help)
  awk 'NR == 1 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"
  exit 0
  ;;
esac

# For a script that takes no argument, or a few words: takes_only "$#" "${1:-}" [WORD...].
takes_only() {
  local count=$1 given=$2 word
  shift 2
  [ "$count" -gt 0 ] || return 0
  for word in "$@"; do [ "$count" -ne 1 ] || [ "$given" != "$word" ] || return 0; done
  echo "${0##*/}: expected ${*:-no argument}${*:+ or nothing}, found '$given'; --help says more" >&2
  exit 2
}
