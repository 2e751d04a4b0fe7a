import numpy as np

from benchmark_utils.online.solver import OnlineSolver, random_tasks


class Solver(OnlineSolver):
    """Greedy assignment: any unfinished task, to its most reliable worker.

    argmax_j sum_k ybar_ik wbar_j[k, k], at most a share ``cap`` of a step's
    votes by one worker.
    """
    name = "GreedyAssign"
    parameters = {**OnlineSolver.parameters, "cap": [.5]}
    references = [
        "Y. Liao, A. Kar, S. Fidler. Towards good practices for efficiently "
        "annotating large-scale image classification datasets. CVPR 2021. "
        "https://arxiv.org/abs/2104.12690"]

    def choose(self, belief, free, n):
        accuracy = belief.mean_confusion.diagonal(axis1=1, axis2=2)  # (n_workers, K)
        score = belief.label_posterior @ accuracy.T  # (n_tasks, n_workers)
        most = max(int(np.ceil(self.cap * n)), 1)
        given = np.zeros(free.shape[1], int)
        task, worker = [], []
        for i in random_tasks(self.rng, free, n):
            open_ = free[i] & (given < most)
            if open_.any():
                j = np.where(open_, score[i], -1).argmax()
                given[j] += 1
                task.append(i)
                worker.append(j)
        return np.array(task), np.array(worker)
