#!/usr/bin/env bash
# The GPU run, within GPU_DAY_SECONDS, by default 540: the WAUM paper's recipe, then
# networks that learn from votes, as far as time goes. Runs, checks and reports
# missed goals; the same command continues where it stopped.
#   bash perf/gpu_day.sh            with the present environment and data
#   bash perf/gpu_day.sh --smoke    the same steps on a CPU, in under 3 minutes
#   bash perf/gpu_day.sh --all      on a new machine with Python 3.11 or later:
#                                   installs, downloads data, runs every file of
#                                   configs/gpu/ without a time limit, publishes
# Small networks leave a GPU idle. Therefore each method and recipe is a process
# of its own, eight in parallel (GPU_DAY_PROCESSES; each needs two processor
# cores), on NVIDIA's multi-process service if it is installed. A last run
# collects their results from the cache. Seconds are those of processes that
# share the GPU. Cells that finished before the time limit stay in the cache.
# GPU_DAY_REPETITIONS is the number of repetitions to collect, by default those of
# the configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1
parts=outputs/gpu_parts
export quiet="--no-display --no-plot"
check=
configs="gpu_paper gpu_votes"
case "${1:-}" in
  --smoke)
    configs=gpu_smoke
    check=--smoke
    export CROWD_DEVICE=cpu CROWD_FORCE_TRAINING=1
    ;;
  --all)
    configs="gpu_paper gpu_truth gpu gpu_waum gpu_labelme"
    GPU_DAY_SECONDS=${GPU_DAY_SECONDS:-999999}
    python3 -m venv .venv-gpu
    . .venv-gpu/bin/activate
    python3 -m pip install -q -r requirements.txt
    for config in $configs; do
      python3 -m benchopt prepare . --config "configs/gpu/$config.yml"
    done
    ;;
esac

if [ "$configs" != gpu_smoke ]; then
  python3 -c 'import torch; assert torch.cuda.is_available(), "no GPU"'
  if command -v nvidia-cuda-mps-control > /dev/null; then
    CUDA_MPS_PIPE_DIRECTORY=$(mktemp -d)
    CUDA_MPS_LOG_DIRECTORY=$CUDA_MPS_PIPE_DIRECTORY
    export CUDA_MPS_PIPE_DIRECTORY CUDA_MPS_LOG_DIRECTORY
    nvidia-cuda-mps-control -d
    trap 'echo quit | nvidia-cuda-mps-control > /dev/null || true' EXIT
  fi
fi

export until=$(( $(date +%s) + ${GPU_DAY_SECONDS:-540} ))
side_by_side() {  # side_by_side CONFIG: its parts, until the time is over
  rm -f $parts/"$1"_[0-9]*
  python3 perf/gpu_parts.py "configs/gpu/$1.yml" $parts
  printf '%s\0' $parts/"$1"_[0-9]*.yml | xargs -0 -n 1 -P "${GPU_DAY_PROCESSES:-8}" bash -c '
    left=$((until - $(date +%s)))
    [ $left -gt 0 ] && timeout $left python3 -m benchopt run . --config "$0" \
      --output "$(basename "$0" .yml)" $quiet \
      < /dev/null > "${0%.yml}.log" 2>&1 ||
      echo "$0 failed: see its .log"'
}

start=$SECONDS
for config in $configs; do
  side_by_side "$config"
done
minutes=$(( (SECONDS - start + 59) / 60 ))
results=()
for config in $configs; do  # what is in the cache
  rm -f "outputs/$config.parquet"
  python3 -m benchopt run . --config "configs/gpu/$config.yml" ${GPU_DAY_REPETITIONS:+-r $GPU_DAY_REPETITIONS} --collect --output "$config" $quiet
  if [ -f "outputs/$config.parquet" ]; then results+=("outputs/$config.parquet"); fi
done
fell_short=0
python3 perf/gpu_report.py "${results[@]}" --minutes "$minutes" $check | tee outputs/gpu_report.md || fell_short=1
if [ "${1:-}" = --all ]; then
  for result in "${results[@]}"; do
    python3 -m benchmark_utils.report add "$result" --name "published_$(basename "$result" .parquet)"
  done
  python3 -m benchmark_utils.report page
fi
exit $fell_short
