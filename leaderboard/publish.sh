#!/usr/bin/env bash
# Makes the published results of a CPU again, from a commit without edits: runs
# every part, adds it to this folder and writes everything that is made of it.
#   bash leaderboard/publish.sh           run and publish; about an hour on two
#                                         cores: two parts run side by side
#   bash leaderboard/publish.sh --again   run once more and compare every score
# After an interruption, the same command continues where it stopped. For a
# study that a page of docs/findings quotes, run configs/studies/NAME.yml, then
#   python -m benchmark_utils.report store-study outputs/NAME.parquet
set -euo pipefail
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1 BENCHOPT_RAISE_ON_ERROR=1
# Both lists take about the same time.
some="published_texts published_trained published_cifar10h"
others="published published_mixed published_simulated published_digits published_online votes_per_task"
report="python -m benchmark_utils.report"

run() {  # run PART RESULT [OPTIONS]
  [ -f "outputs/$2.parquet" ] && return 0
  if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
    echo "commit first: results name the commit that made them" >&2
    exit 1
  fi
  python -m benchopt run . --config "configs/published/$1.yml" --output "$2" "${@:3}" --no-plot --no-display
}

run_all() {  # run_all SUFFIX [OPTIONS]: both lists side by side
  local pids=() list
  for list in "$some" "$others"; do
    (for part in $list; do run "$part" "$part$1" "${@:2}"; done) &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

if [ "${1:-}" = --again ]; then
  run_all _again --no-cache
  for part in $some $others; do
    $report compare "outputs/$part.parquet" "outputs/${part}_again.parquet"
  done
  exit
fi
for part in $some $others; do
  # The run skips a dataset that cannot be downloaded, with one line.
  python -m benchopt prepare . --config "configs/published/$part.yml" || true
done
run_all ""
$report timing $(printf "outputs/%s.parquet " $some $others)
for part in $some $others; do
  rm -f "leaderboard/$part.parquet" "leaderboard/$part.json"
done
for part in $some $others; do
  $report add "outputs/$part.parquet" --verified
done
$report page
$report docs
$report screenshot
