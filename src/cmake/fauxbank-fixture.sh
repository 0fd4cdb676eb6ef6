#!/bin/sh
# A server for tests.
#
#   start FOLDER PROGRAM [OPTION…]     starts `PROGRAM serve OPTION…` in the background
#   run FOLDER VARIABLE COMMAND…       runs a command with the server's URL in the variable
#   stop FOLDER                        ends it
set -u
action=$1
folder=$2
shift 2

url() { sed -n 's/^fauxbank: listening on //p' "$folder/out" 2>/dev/null; }
# A tenth of a second, a hundred times.
wait_for() {
  turns=0
  until "$@"; do
    turns=$((turns + 1))
    [ "$turns" -lt 100 ] || return 1
    sleep 0.1
  done
}
runs() { kill -0 "$pid" 2>/dev/null; }
is_up_or_gone() { [ -n "$(url)" ] || ! runs; }
# Nobody may have asked yet how it ended.
is_gone() { ! runs || grep -qs '^State:.Z' "/proc/$pid/status"; }

case $action in
  start)
    program=$1
    shift
    rm -f "$folder/out"
    # A pipe of ctest's that stays open would keep it waiting.
    "$program" serve "$@" >"$folder/out" 2>"$folder/err" </dev/null &
    pid=$!
    echo "$pid" >"$folder/pid"
    wait_for is_up_or_gone
    if [ -z "$(url)" ]; then
      cat "$folder/err" >&2
      exit 1
    fi
    ;;
  run)
    variable=$1
    shift
    exec env "$variable=$(url)" "$@"
    ;;
  stop)
    pid=$(cat "$folder/pid")
    kill "$pid"
    wait_for is_gone || kill -9 "$pid"
    cat "$folder/err" >&2
    rm -f "$folder/pid"
    ;;
esac
