"""Speed and memory of the methods that use votes only, by size.

    pip install crowd-kit==1.4.2 cleanlab==2.9.0 peerannot==0.0.1.post43
    OMP_NUM_THREADS=1 python perf/aggregation_speed.py

Prints processor seconds and peak memory of every method with its defaults,
each in a process of its own. Generated votes (10 per task, 100 per worker, 70%
correct): 1e5 to 1e8 with 2 and 10 classes, 1e5 to 1e7 with 100 classes, and
the shapes of NetEaseCrowd (`netease`: 6,016,319 votes) and, for the methods
that support it, Pl@ntNet (`plantnet`: 5,000,000 votes, 10,000 classes). The
peak is that of the whole process, including Python, its packages and the
votes. For comparison, one iteration of Dawid-Skene, and the memory bandwidth
of the machine: the seconds to read the vote arrays and to read and write the
posterior once. The last lines are seconds, at most 300, and label accuracy of
our methods and of three other packages on rte and trec (in CROWD_DATA) and on
100,000 votes of 4 classes.

A method is left out if more than ``--limit`` seconds are expected from its
last size, and fails if it needs more than ``--memory`` GiB. ``--shapes``,
``--solvers``, ``--steps`` and ``--beside`` select parts; ``none`` leaves a
part out.
"""
import multiprocessing
import resource
import time
from functools import partial

import netease_shape
import numpy as np
import pandas as pd
from common import classes, data_of, noisy, parser, peak

from benchmark_utils.aggregation.dawid_skene import SparseConfusionModel
from benchmark_utils.catalogue import catalogue
from benchmark_utils.crowds.simulation import deal_workers
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.votes import Votes

FORK = multiprocessing.get_context("fork")
SIZES = [f"1e{size}x{K}" for K, largest in ((2, 8), (10, 8), (100, 7))
         for size in range(5, largest + 1)]
BESIDE = ["rte", "trec", "1e5x4"]
SHAPES = [*SIZES, "netease", "plantnet"]
SOLVERS = {name: entry for name, entry in catalogue("solvers").items()
           if entry.says.get("votes_only")}


def crowd(n_tasks, n_workers, n_classes, n_votes, accuracy=.7):
    """Votes that are correct with probability ``accuracy``, else uniform; and
    the truth."""
    rng = np.random.default_rng(0)
    number = np.bincount(rng.integers(n_tasks, size=n_votes),
                         minlength=n_tasks)
    task, worker = deal_workers(rng, number, n_workers)
    truth = rng.integers(n_classes, size=n_tasks)
    label = noisy(rng, truth[task], n_classes, accuracy)
    return Votes(task, worker, label, n_tasks, n_workers, n_classes), truth


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
        people = classes("datasets")["PlantNetLike"].get_instance(
            n_tasks=2_000_000, n_workers=800_000, n_classes=10_000)
        # Outside of a run benchopt gives no seed.
        people.rng = partial(np.random.default_rng, 0)
        return people.get_data()["votes"]
    n, K = size_of(shape)
    return crowd(n // 10, n // 100, K, n)[0]


def seconds(function):
    """Processor seconds, which depend less on other processes."""
    start = time.process_time()
    function()
    return time.process_time() - start


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


def in_a_process(memory, function, *arguments,
                 limit=resource.RLIM_INFINITY):
    """The return value of a call in a forked process, which shares the votes.
    """
    receiver, sender = FORK.Pipe(duplex=False)

    def child():
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory * 2 ** 30),) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
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
    solvers = {name: classes("solvers")[name].get_instance() for name in names}
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


# --- other packages -----------------------------------------------------
def beside_others(name):
    """Print seconds and label accuracy of ours and of other packages."""
    if name == "1e5x4":
        n, K = size_of(name)
        votes, truth = crowd(n // 10, n // 100, K, n)
    else:
        data = data_of("TruthInference", crowd=name)
        votes, truth = data["votes"], data["ground_truth"]
    votes.answer_matrix  # noqa: B018  built once per dataset, as in a run
    runs = {method: partial(ours, method, votes) for method in (
        "MV", "Wawa", "ZeroBasedSkill", "DS", "GLAD", "MACE")}
    for method, run in {**runs, **theirs(votes)}.items():
        found = in_a_process(16, judged, run, truth, limit=300)
        print(f"{method} on {name}: " + found.get(
            "failed", "{seconds:.2f} s, {accuracy:.4f}").format(**found),
            flush=True)


def judged(run, truth):
    start = time.process_time()
    soft_labels = run()
    return dict(seconds=time.process_time() - start, accuracy=label_recovery(
        np.asarray(soft_labels, float), truth))


def ours(name, votes):
    own = classes("solvers")[name].get_instance()
    own.set_objective(votes=votes)
    own.run(None)
    return own.soft_labels


def theirs(votes):
    """{name: function that returns (n_tasks, K)} of crowd-kit, cleanlab and
    peerannot, with their defaults. The MACE of crowd-kit numbers workers and
    labels by their first rows: its random starts depend on the order."""
    import crowdkit.aggregation as ck
    from cleanlab.multiannotator import get_label_quality_multiannotator
    from peerannot.models import DawidSkene
    n, W, K = votes.n_tasks, votes.n_workers, votes.n_classes
    table = pd.DataFrame(
        dict(task=votes.task, worker=votes.worker, label=votes.label))

    def crowd_kit(name):
        fit = getattr(ck, name)().fit(table)
        if name in ("Wawa", "ZeroBasedSkill"):  # their own last step fails
            fit = ck.MajorityVote().fit(table, fit.skills_)
        return fit.probas_.reindex(range(n), columns=range(K), fill_value=0)

    def cleanlab():
        labels = np.full((n, W), np.nan)
        labels[votes.task, votes.worker] = votes.label
        found = get_label_quality_multiannotator(
            pd.DataFrame(labels), votes.shares(), verbose=False)
        return np.eye(K)[found["label_quality"]["consensus_label"]]

    def peerannot():
        answers = {i: {} for i in range(n)}
        for i, j, label in zip(votes.task.tolist(), votes.worker.tolist(),
                               votes.label.tolist()):
            answers[i][j] = label
        fit = DawidSkene(answers, n_workers=W, n_classes=K)
        fit.run(maxiter=20)
        return fit.get_probas()

    return {**{f"crowd-kit {name}": partial(crowd_kit, name) for name in (
        "MajorityVote", "Wawa", "ZeroBasedSkill", "DawidSkene", "MACE")},
        "cleanlab multiannotator": cleanlab,
        "peerannot DawidSkene": peerannot}


def main():
    options = parser(__doc__)
    for part, choices, default in (
            ("--shapes", SHAPES, SHAPES), ("--solvers", list(SOLVERS), None),
            ("--steps", SIZES, SIZES),
            ("--beside", BESIDE, BESIDE)):
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
        beside_others(shape)


if __name__ == "__main__":
    main()
