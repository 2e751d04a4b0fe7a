#!/usr/bin/env bash
# The unattended GPU run, on a new machine with a GPU and Python 3.11 or later:
# installs, downloads data, runs, checks, publishes, and reports missed goals.
#   bash perf/gpu_day.sh            everything; continues where it stopped
#   bash perf/gpu_day.sh --smoke    the same steps on a CPU, without installing or
#                                   publishing, in under 3 minutes
#   bash perf/gpu_day.sh --offline  CIFAR-10H only, with the present environment
#                                   and data; without publishing
# Small networks leave a GPU idle. Therefore each method and recipe is a process
# of its own, eight in parallel (GPU_DAY_PROCESSES; each needs two processor
# cores), on NVIDIA's multi-process service if it is installed. A last run
# collects their results from the cache. Seconds are those of processes that
# share the GPU. GPU_DAY_SECONDS ends all of them after that time; finished cells
# stay in the cache. GPU_DAY_REPETITIONS is the number of repetitions to collect,
# by default those of the configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1
parts=outputs/gpu_parts
export quiet="--no-display --no-plot"
check=
rest=
case "${1:-}" in
  --smoke)
    configs=gpu_smoke
    check=--smoke
    export CROWD_DEVICE=cpu CROWD_FORCE_TRAINING=1
    ;;
  --offline)
    configs="gpu_truth gpu gpu_waum"
    ;;
  *)
    configs="gpu_truth gpu gpu_waum"
    rest=gpu_labelme
    python3 -m venv .venv-gpu
    . .venv-gpu/bin/activate
    python3 -m pip install -q -r requirements.txt
    for config in $configs $rest; do
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

side_by_side() {  # side_by_side CONFIG...
  local files=()
  rm -rf $parts
  for config in "$@"; do
    python3 perf/gpu_parts.py "configs/gpu/$config.yml" $parts
    files+=($parts/"$config"_[0-9]*.yml)
  done
  export until=$(( $(date +%s) + ${GPU_DAY_SECONDS:-999999} ))
  printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "${GPU_DAY_PROCESSES:-8}" bash -c '
    left=$((until - $(date +%s)))
    [ $left -gt 0 ] && timeout $left python3 -m benchopt run . --config "$0" \
      --output "$(basename "$0" .yml)" $quiet \
      < /dev/null > "${0%.yml}.log" 2>&1 ||
      echo "$0 failed: see its .log"'
}

collect() {  # collect CONFIG...: outputs/CONFIG.parquet of what is in the cache
  for config in "$@"; do
    rm -f "outputs/$config.parquet"
    python3 -m benchopt run . --config "configs/gpu/$config.yml" ${GPU_DAY_REPETITIONS:+-r $GPU_DAY_REPETITIONS} --collect --output "$config" $quiet
    results+=("outputs/$config.parquet")
  done
}

start=$SECONDS
side_by_side $configs
minutes=$(( (SECONDS - start + 59) / 60 ))
results=()
collect $configs
fell_short=0
python3 perf/gpu_report.py "${results[@]}" --minutes "$minutes" $check | tee outputs/gpu_report.md || fell_short=1
if [ -n "$rest" ]; then
  side_by_side $rest
  collect $rest
  for result in "${results[@]}"; do
    python3 -m benchmark_utils.report add "$result" --name "published_$(basename "$result" .parquet)"
  done
  python3 -m benchmark_utils.report page
fi
exit $fell_short
