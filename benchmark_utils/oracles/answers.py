"""Who answers an oracle's questions: simulated workers, or a recorded crowd."""
import numpy as np

GOLD_STREAM = 0x601D << 32  # apart from all seeds of votes


def simulated_answers(confusion, truth, seed):
    """Answers any pair from the worker's confusion row of the truth.

    The vote of a pair depends on (seed, task, worker) alone, by a
    counter-based hash, not on when or with what it is asked.
    """
    cdf = confusion.cumsum(axis=2)
    cdf = cdf / cdf[:, :, -1:]

    def answer(task, worker):
        u = pair_uniform(seed, task, worker)
        label = (u[:, None] >= cdf[worker, truth[task]]).sum(axis=1)
        return np.minimum(label, confusion.shape[2] - 1)
    return answer


def gold_answers(confusion, seed):
    """Answers to questions of known truth, the classes in turn; drawn as
    `simulated_answers` are, from a stream of their own."""
    n_workers, K, _ = confusion.shape

    def answer(n):
        truth = np.arange(n) % K
        vote = simulated_answers(confusion, truth, seed ^ GOLD_STREAM)
        worker, question = np.divmod(np.arange(n_workers * n), n)
        return truth, vote(question, worker).reshape(n_workers, n)
    return answer


def recorded_answers(votes):
    """Replays a real crowd: the first vote of each recorded pair.

    Returns the answer function and which pairs exist, (n_tasks, n_workers).
    """
    key, first = np.unique(votes.task * votes.n_workers + votes.worker,
                           return_index=True)
    label = votes.label[first]
    available = np.zeros((votes.n_tasks, votes.n_workers), bool)
    available.reshape(-1)[key] = True

    def answer(task, worker):
        return label[np.searchsorted(key, task * votes.n_workers + worker)]
    return answer, available


def pair_uniform(seed, task, worker):
    """Uniform numbers in [0, 1) of the pairs, by splitmix64. (n,)"""
    with np.errstate(over="ignore"):
        state = _mix(np.uint64(seed) + np.asarray(task).astype(np.uint64)
                     * np.uint64(0x9E3779B97F4A7C15))
        state = _mix(state + np.asarray(worker).astype(np.uint64)
                     * np.uint64(0xD1B54A32D192ED03)
                     + np.uint64(0x8CB92BA72F3D8DD7))
    return (state >> np.uint64(11)) * 2.0 ** -53


def _mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def simulated_label_sets(truth_sets, visibility, annotators, expert, seed):
    """Answer functions of annotators and expert for a `LabelSetOracle`.

    Annotator j says yes to a class that the task shows with probability
    sensitivity_j times its visibility, to another with 1 - specificity_j; the
    expert sees all. The answer of (task, who, class) is a counter-based hash
    of the seed, whatever is asked when.

    Parameters
    ----------
    truth_sets : (n_tasks, K) bool
    visibility : (n_tasks, K) in [0, 1]
    annotators : (n_annotators, 2), sensitivity and specificity of each
    expert : sensitivity and specificity
    """
    K = truth_sets.shape[1]

    def says_yes(task, who, yes):
        cell = task[:, None] * K + np.arange(K)
        u = pair_uniform(seed, cell.ravel(), np.repeat(who, K))
        return u.reshape(-1, K) < yes

    def answer(task, annotator):
        sensitivity, specificity = annotators[annotator].T
        shown = sensitivity[:, None] * visibility[task]
        return says_yes(task, annotator, np.where(
            truth_sets[task], shown, 1 - specificity[:, None]))

    def expert_answer(task):
        who = np.full(len(task), len(annotators))
        return says_yes(task, who, np.where(
            truth_sets[task], expert[0], 1 - expert[1]))
    return answer, expert_answer
