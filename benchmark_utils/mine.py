"""The old name of `benchmark_utils.own_votes`, kept for one release."""
import sys
import warnings

from benchmark_utils.own_votes import Analysis, aggregate

__all__ = ["Analysis", "aggregate"]

warnings.warn("benchmark_utils.mine has been renamed to "
              "benchmark_utils.own_votes; the old name will be removed in "
              "the next release", FutureWarning, stacklevel=2)

if __name__ == "__main__":
    from benchmark_utils.own_votes.__main__ import main
    sys.exit(main())
