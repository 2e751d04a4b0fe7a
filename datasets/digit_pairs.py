import numpy as np
from sklearn.datasets import load_digits

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.dataset import TRAINED, CrowdDataset
from benchmark_utils.crowds.simulation import draw_pairs
from benchmark_utils.papers import papers
from benchmark_utils.training.recipes import recipe_value
from benchmark_utils.votes import Votes

K, N_WORKERS, VOTES_PER_TASK = 10, 20, 3
N_ANNOTATORS, SETS_PER_TASK = 12, 3
PAIRS_SHARE, MAIN_SHARE = .5, .7
EXPERT = .97, .995
# Contrast of the fainter digit; accuracy of the first votes; sensitivity and
# specificity of the annotators. Pairs are ranges that values are drawn from.
LEVELS = {
    "easy": dict(contrast=(.8, 1), accuracy=.9,
                 sensitivity=(.92, .98), specificity=(.97, .995)),
    "medium": dict(contrast=(.6, 1), accuracy=.8,
                   sensitivity=(.82, .95), specificity=(.93, .99)),
    "hard": dict(contrast=(.4, 1), accuracy=.7,
                 sensitivity=(.7, .9), specificity=(.88, .97)),
}


class Dataset(CrowdDataset):
    """Images of one or two digits; solvers may query all labels of an image.

    An image has 8 x 16 pixels. One half shows a digit; in half of the images
    the other half shows a fainter digit of another class. The truth set holds
    both, the ground truth is the brighter one. Each task has 3 votes of 20
    workers. A vote is for a digit of the image, for the brighter one with
    probability .7, with uniform errors. In addition, 12 annotators answer with
    sets of labels, 3 sets per task; the fainter a digit, the more often they
    miss it. An expert has sensitivity .97 and specificity .995 per class.
    ``difficulty``: ``easy``, ``medium`` or ``hard``, see LEVELS.
    The images are part of scikit-learn.
    """
    name = "DigitPairs"
    facts = {
        "id": "digit-pairs",
        "title": "Pairs of digits",
        "kind": "simulated",
        "shows": "images with two labels, and when to query all of them",
        "truth": "composed",
        "inputs": "images",
    }
    references = papers("alpaydin1998")
    parameters = {"n_tasks": [400], "difficulty": ["medium"],
                  "classifier": ["mlp"]}
    test_parameters = {"n_tasks": [60],
                       "classifier": [dict(base="mlp", epochs=2)]}
    accepts = {"n_tasks": integer(2, 10**5), "difficulty": one_of(*LEVELS),
               "classifier": recipe_value}

    def get_data(self):
        level, rng = LEVELS[self.difficulty], self.rng()
        digits = load_digits()
        # Tasks and test set are made of different images.
        pool, test_pool = np.split(
            rng.permutation(len(digits.target)), [1200])
        X, main, other, contrast = compose(
            rng, digits, pool, self.n_tasks, level["contrast"])
        X_test, y_test, other_test, _ = compose(
            rng, digits, test_pool, 400, level["contrast"])
        visibility = np.ones((self.n_tasks, K))
        visibility[np.arange(self.n_tasks), other] = contrast
        visibility[np.arange(self.n_tasks), main] = 1
        return dict(
            votes=first_votes(rng, main, other, level["accuracy"]),
            ground_truth=main, truth_sets=sets(main, other), X=X,
            X_test=X_test, y_test=y_test,
            test_sets=sets(y_test, other_test), classifier=self.classifier,
            label_set_oracle=dict(
                visibility=visibility, expert=EXPERT,
                annotators=np.stack([
                    rng.uniform(*level[name], size=N_ANNOTATORS)
                    for name in ("sensitivity", "specificity")], axis=1),
                budget=SETS_PER_TASK * self.n_tasks),
            repetitions=TRAINED)


def compose(rng, digits, pool, n, contrast):
    """n images (n, 1, 8, 16), the classes of the brighter and of the fainter
    digit, (n,), which are equal if there is one digit, and the contrast of
    the fainter digit."""
    images, y = digits.images[pool] / 16, digits.target[pool]
    first = rng.integers(len(pool), size=n)
    second = rng.integers(len(pool), size=n)
    while (same := y[first] == y[second]).any():
        second[same] = rng.integers(len(pool), size=same.sum())
    pair = rng.random(n) < PAIRS_SHARE
    factor = np.where(pair, rng.uniform(*contrast, size=n), 0)
    halves = np.stack([images[first], factor[:, None, None] * images[second]])
    swap = rng.random(n) < .5
    halves[:, swap] = halves[::-1, swap]
    X = np.concatenate(halves, axis=2)[:, None].astype(np.float32)
    return X, y[first], np.where(pair, y[second], y[first]), factor


def sets(main, other):
    """The classes that each image shows, (n, K) bool."""
    classes = np.arange(K)
    return (main[:, None] == classes) | (other[:, None] == classes)


def first_votes(rng, main, other, accuracy):
    task, worker = draw_pairs(rng, len(main), N_WORKERS, VOTES_PER_TASK)
    seen = np.where(rng.random(len(task)) < MAIN_SHARE, main[task],
                    other[task])
    wrong = rng.random(len(task)) >= accuracy
    label = (seen + wrong * rng.integers(1, K, size=len(task))) % K
    return Votes(task, worker, label, len(main), N_WORKERS, K)
