import numpy as np

from benchmark_utils.aggregation.voted_labels import VotedLabels, label_shares
from benchmark_utils.checks import integer
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import Votes


class Solver(CrowdSolver):
    """ZeroBasedSkill: majority vote weighted by the workers' skills.

    Skills start at 1 / (number of classes voted) + 1e-5. In each of
    ``max_iter`` rounds, the label of a task is the class with the largest sum
    of skills, and each skill moves towards the share of the worker's votes
    that equal the labels: by the whole difference, from round 20 on by half,
    from round 40 on by a quarter, and so on. Equal votes of a worker on a task
    count once in this share. Ties go to a random order of the classes.
    soft_labels[i, k] is proportional to the sum of the skills of the workers
    who voted k on task i.
    """
    name = "ZeroBasedSkill"
    votes_only = many_classes = True
    parameters = {"max_iter": [100]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "the code of crowd-kit"}
    references = papers("zbs2024")

    def run(self, _):
        votes, K = self.votes, self.votes.n_classes
        order = np.random.default_rng(self.seed).permutation(K)
        cells = VotedLabels(Votes(votes.task, votes.worker, order[votes.label],
                                  votes.n_tasks, votes.n_workers, K))
        pair = votes.worker * len(cells) + cells.cell
        worker, cell = np.divmod(np.unique(pair), max(len(cells), 1))
        n_votes = np.maximum(np.bincount(worker, minlength=votes.n_workers), 1)
        skill = np.full(votes.n_workers,
                        1 / max(len(np.unique(votes.label)), 1) + 1e-5)
        for turn in range(1, self.max_iter + 1):
            total = cells.total(skill[votes.worker])
            best = np.flatnonzero(total == cells.over_task(np.maximum, total))
            chosen = np.zeros(len(cells))  # the first best cell of each task
            chosen[best[np.diff(cells.task[best], prepend=-1) > 0]] = 1
            accuracy = np.bincount(worker, chosen[cell],
                                   minlength=votes.n_workers) / n_votes
            before, skill = skill, skill + .5 ** (turn // 20) * (
                accuracy - skill)
            if np.array_equal(before, skill):  # no later round changes it
                break
        self.soft_labels = label_shares(votes, skill[votes.worker])
        self.worker_score = np.where(votes.per_worker > 0, skill, np.nan)
