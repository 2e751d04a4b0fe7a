#!/usr/bin/env bash
# The GPU run, unattended, on a fresh machine with a GPU and Python 3.11 or
# later: install, data, run, checks, leaderboard, a report of what fell short.
#   bash perf/gpu_day.sh            everything; goes on where it stopped
#   bash perf/gpu_day.sh --smoke    the same path on a CPU, nothing installed
#                                   and nothing published, in under 3 minutes
set -euo pipefail
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1
name=gpu
if [ "${1:-}" = --smoke ]; then
  name=gpu_smoke
  export CROWD_DEVICE=cpu CROWD_FORCE_TRAINING=1
else
  python3 -m venv .venv-gpu
  . .venv-gpu/bin/activate
  python -m pip install -q -r requirements.txt
  python -c 'import torch; assert torch.cuda.is_available(), "no GPU"'
  python -m benchopt prepare . --config configs/gpu.yml
fi
rm -f "outputs/$name.parquet"
start=$(date +%s)
python -m benchopt run . --config "configs/$name.yml" --output "$name" --no-display --no-plot
minutes=$(( ($(date +%s) - start) / 60 ))
if [ "$name" = gpu_smoke ]; then
  python perf/gpu_report.py "outputs/$name.parquet" --minutes "$minutes" --smoke
  exit
fi
fell_short=0
python perf/gpu_report.py "outputs/$name.parquet" --minutes "$minutes" | tee outputs/gpu_report.md || fell_short=1
python -m benchmark_utils.report add "outputs/$name.parquet" --name published-gpu
python -m benchmark_utils.report page
exit $fell_short
