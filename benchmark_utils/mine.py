"""The old name of `benchmark_utils.own_votes`, for one more release."""
import sys

from benchmark_utils.own_votes import Analysis, aggregate

__all__ = ["Analysis", "aggregate"]

print("benchmark_utils.mine is now benchmark_utils.own_votes; the old name "
      "goes with the next release", file=sys.stderr)

if __name__ == "__main__":
    from benchmark_utils.own_votes.__main__ import main
    sys.exit(main())
