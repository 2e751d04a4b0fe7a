"""Speed and memory of the methods that use votes only, by size.

    pip install crowd-kit==1.4.2
    OMP_NUM_THREADS=1 python perf/aggregation_speed.py

Prints processor seconds and peak memory of every method with its defaults,
each in a process of its own. Generated votes (10 per task, 100 per worker, 70%
correct): 1e5 to 1e8 with 2 and 10 classes, 1e5 to 1e7 with 100 classes, and
the shapes of NetEaseCrowd (`netease`: 6,016,319 votes) and, for the methods
that support it, Pl@ntNet (`plantnet`: 5,000,000 votes, 10,000 classes). The
peak is that of the whole process, including Python, its packages and the
votes. For comparison, one iteration of Dawid-Skene, and the memory bandwidth
of the machine: the seconds to read the vote arrays and to read and write the
posterior once. The last lines compare with crowd-kit in one process.

A method is left out if more than ``--limit`` seconds are expected from its
last size, and fails if it needs more than ``--memory`` GiB. ``--shapes``,
``--solvers``, ``--steps`` and ``--beside`` select parts; ``none`` leaves a
part out.
"""
import importlib.util
import multiprocessing
import resource
import time
from functools import partial

import netease_shape
import numpy as np
from common import ROOT, noisy, parser, peak

from benchmark_utils.aggregation.dawid_skene import (
    SparseConfusionModel,
    dawid_skene,
)
from benchmark_utils.aggregation.glad import glad
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.catalogue import catalogue
from benchmark_utils.crowds.simulation import deal_workers
from benchmark_utils.votes import Votes

FORK = multiprocessing.get_context("fork")
SIZES = [f"1e{size}x{K}" for K, largest in ((2, 8), (10, 8), (100, 7))
         for size in range(5, largest + 1)]
SHAPES = [*SIZES, "netease", "plantnet"]
SOLVERS = {name: entry for name, entry in catalogue("solvers").items()
           if entry.says.get("votes_only")}


def crowd(n_tasks, n_workers, n_classes, n_votes, accuracy=.7):
    """Votes that are correct with probability ``accuracy``, else uniform."""
    rng = np.random.default_rng(0)
    number = np.bincount(rng.integers(n_tasks, size=n_votes),
                         minlength=n_tasks)
    task, worker = deal_workers(rng, number, n_workers)
    truth = rng.integers(n_classes, size=n_tasks)
    label = noisy(rng, truth[task], n_classes, accuracy)
    return Votes(task, worker, label, n_tasks, n_workers, n_classes)


def size_of(shape):
    """Votes and classes of a shape such as 1e6x10."""
    votes, K = shape.split("x")
    return int(float(votes)), int(K)


def votes_of(shape):
    if shape == "netease":
        *votes, _ = netease_shape.draw(np.random.default_rng(0))
        return Votes(*votes, netease_shape.N_TASKS, netease_shape.N_WORKERS,
                     netease_shape.K)
    if shape == "plantnet":
        dataset = loaded(ROOT / "datasets/plantnet_like.py").Dataset
        people = dataset.get_instance(
            n_tasks=2_000_000, n_workers=800_000, n_classes=10_000)
        # Outside of a run benchopt gives no seed.
        people.rng = partial(np.random.default_rng, 0)
        return people.get_data()["votes"]
    n, K = size_of(shape)
    return crowd(n // 10, n // 100, K, n)


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seconds(function):
    """Processor seconds, which depend less on other processes."""
    start = time.process_time()
    function()
    return time.process_time() - start


def solver(name):
    return loaded(ROOT / SOLVERS[name].file).Solver.get_instance()


# --- a process per method -----------------------------------------------
def run_one(votes, one):
    """Run one solver."""
    skip, reason = one.skip(votes=votes)
    if skip:
        return dict(failed=reason)
    one.set_objective(votes=votes)
    return dict(seconds=seconds(lambda: one.run(None)), gib=peak())


def steps(votes):
    """Seconds of an iteration of Dawid-Skene and of moving its data once."""
    model = SparseConfusionModel(votes)
    T = model.start()
    times = []
    for _ in range(3):
        start = time.process_time()
        with np.errstate(divide="ignore"):
            log_pi, log_rho = model.m_step(T), np.log(model.prevalence(T))
        T, _ = model.e_step(log_pi, log_rho)
        del log_pi
        times.append(time.process_time() - start)
    gib, T = peak(), model.finish(T)

    def move():
        for ids in (votes.task, votes.worker, votes.label):
            ids.sum()
        np.negative(T, out=T)

    return dict(seconds=min(times[1:]), gib=gib,
                bandwidth=min(seconds(move) for _ in range(3)))


def in_a_process(memory, function, *arguments):
    """The return value of a call in a forked process, which shares the votes.
    """
    receiver, sender = FORK.Pipe(duplex=False)

    def child():
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory * 2 ** 30),) * 2)
        try:
            sender.send(function(*arguments))
        except MemoryError:
            sender.send(dict(failed=f"more than {memory:g} GiB"))

    process = FORK.Process(target=child)
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        process.join()
        return dict(failed=f"ended with exit code {process.exitcode}")
    finally:
        process.join()


def sweep(shapes, names, timed, limit, memory):
    """Print a line for each shape and method, and one for the iteration."""
    solvers = {name: solver(name) for name in names}
    last = {}  # size and seconds, by method and number of classes
    for shape in dict.fromkeys([*shapes, *timed]):
        votes = votes_of(shape)
        n, K = size_of(shape) if shape in SIZES else (1, shape)
        for name in names if shape in shapes else ():
            n_before, took = last.get((name, K), (n, 0))
            if took * n / n_before > limit:
                print(f"{name} on {shape}: left out, more than {limit:.0f} s "
                      "expected", flush=True)
                continue
            found = in_a_process(memory, run_one, votes, solvers[name])
            last[name, K] = n, found.get("seconds", limit + 1)
            print(f"{name} on {shape}: " + found.get(
                "failed", "{seconds:.2f} s, {gib:.2f} GiB").format(**found),
                flush=True)
        if shape in timed:
            found = in_a_process(memory, steps, votes)
            said = found.get("failed") or (
                "{seconds:.3f} s, {gib:.2f} GiB; moving the data "
                "{bandwidth:.3f} s, ratio {0:.0f}").format(
                    found["seconds"] / found["bandwidth"], **found)
            print(f"DS, an iteration on {shape}: {said}", flush=True)


# --- crowd-kit ----------------------------------------------------------
def per_iteration(fit, few, many):
    """Seconds of one iteration; the start cancels in the difference."""
    return (min(seconds(lambda: fit(many)) for _ in range(3))
            - min(seconds(lambda: fit(few)) for _ in range(3))) / (many - few)


def beside_crowdkit(shape):
    """Seconds of an iteration where both iterate, otherwise of a whole run."""
    import crowdkit.aggregation as ck
    import pandas as pd

    from benchmark_utils.aggregation.crowd_kit import (
        METHODS,
        MOST_WORKERS,
        crowd_kit,
    )
    votes = votes_of(shape)
    votes.answer_matrix  # noqa: B018  built once per dataset, as in a run
    table = pd.DataFrame(
        dict(task=votes.task, worker=votes.worker, label=votes.label))

    def theirs(method, few, many, **options):
        return (seconds(lambda: method(n_iter=many, **options).fit(table))
                - (few and seconds(
                    lambda: method(n_iter=few, **options).fit(table)))
                ) / (many - few)

    # An iteration of GLAD takes much longer than its start.
    for name, ours, its in (
            ("DawidSkene", lambda: per_iteration(
                lambda n: dawid_skene(votes, n, -1), 2, 12),
             lambda: theirs(ck.DawidSkene, 1, 4, tol=0)),
            ("GLAD", lambda: per_iteration(
                lambda n: glad(votes, n, -1), 1, 4),
             lambda: theirs(ck.GLAD, 0, 1, tol=0)),
            ("MACE", lambda: per_iteration(
                lambda n: mace(votes, n), 1, 11),
             lambda: theirs(ck.MACE, 1, 4, n_restarts=1))):
        own, other = ours(), its()
        print(f"{name} on {shape}: an iteration {own:.4f} s, crowd-kit "
              f"{other:.3f} s, ratio {other / own:.0f}", flush=True)
    ours = {}
    for name, method in (("MV", ck.MajorityVote), ("Wawa", ck.Wawa),
                         ("ZeroBasedSkill", ck.ZeroBasedSkill)):
        own = solver(name)
        own.set_objective(votes=votes)
        ours[name] = seconds(partial(own.run, None))
        other = seconds(partial(method().fit, table))
        print(f"{name} on {shape}: {ours[name]:.4f} s, crowd-kit "
              f"{other:.3f} s, ratio {other / ours[name]:.0f}", flush=True)
    fits = dict(MMSR=votes.n_workers <= MOST_WORKERS,
                KOS=votes.n_classes == 2)
    for name in METHODS:
        if fits[name]:
            other = seconds(partial(crowd_kit, votes, name, 0))
            print(f"{name} on {shape}: crowd-kit {other:.3f} s, "
                  f"{other / ours['MV']:.0f} times our majority vote",
                  flush=True)


def main():
    options = parser(__doc__)
    for part, choices, default in (
            ("--shapes", SHAPES, SHAPES), ("--solvers", list(SOLVERS), None),
            ("--steps", SIZES, SIZES),
            ("--beside", SHAPES, ["1e5x2", "1e5x10"])):
        options.add_argument(part, nargs="*", choices=[*choices, "none"],
                            default=default or choices)
    options.add_argument("--limit", type=float, default=600)
    options.add_argument("--memory", type=float, default=16)
    options = options.parse_args()
    shapes, solvers, timed, beside = (
        [part for part in parts if part != "none"] for parts in (
            options.shapes, options.solvers, options.steps, options.beside))
    sweep(shapes, solvers, timed, options.limit, options.memory)
    for shape in beside:
        beside_crowdkit(shape)


if __name__ == "__main__":
    main()
