#!/usr/bin/env bash
# Unpacks the parts beside this file and runs check.mjs with the Node that came along.
# usage: run.sh PLACE OUT [options of check.mjs]
# PLACE is made if it is not there and used again if it is; archives that are in it already are not unpacked twice.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=$1 out=$2
shift 2
mkdir -p "$place" "$out" && place=$(cd "$place" && pwd) && out=$(cd "$out" && pwd)
unpack() {
  local archive=$1 into=$2 mark="$place/.unpacked-$(basename "$1")"
  [ -e "$mark" ] && return
  mkdir -p "$into"
  { command -v xz >/dev/null && tar -xJf "$archive" -C "$into" || python3 -m tarfile -e "$archive" "$into"; } && touch "$mark"
}
for archive in "$here"/../part-*/*.tar.xz; do
  case $(basename "$archive") in
    node.*) unpack "$archive" "$place" ;;
    packages.*) unpack "$archive" "$place/ganymede" ;;
    biggan.*) unpack "$archive" "$place/biggan" ;;
    parity-*) unpack "$archive" "$place/parity" ;;
    images-*) unpack "$archive" "$place/images" ;;
  esac &
done
wait
chmod +x "$place/node"
exec "$place/node" "$place/ganymede/tools/gpu-check/check.mjs" "$place" "$out" "$@"
