from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.guards import (
    majority_first,
    support,
    why_majority,
    without_repeats,
)
from benchmark_utils.checks import one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Committee: mean posterior of DS after 10 iterations, MACE and BWA.

    A member is left out if the entropy of its labels over the classes is less
    than half of the majority's: it has collapsed. ``guard``: ``on``, the
    majority decides, and the mean breaks its ties, where few tasks have votes
    of workers who share other tasks, or where people give nearly all tasks
    one class (known only with ``worker_kind``); ``off``; ``always``.
    """
    name = "Committee"
    votes_only = True
    parameters = {"guard": ["on"]}
    accepts = {"guard": one_of("on", "off", "always")}
    defaults_from = {
        "guard": "on: chosen on recorded datasets, and looked at a second "
                 "time on those not seen"}
    chosen = "its members were chosen on the datasets marked as seen"
    references = papers("dawid1979", "hovy2013", "li2019b")

    def run(self, _):
        votes, kind = self.votes, self.worker_kind
        self.soft_labels = committee(votes, self.known_truth).T
        found = support(without_repeats(votes), self.known_truth)
        people = kind is not None and not kind.any()
        if self.guard == "always" or self.guard == "on" and (
                why_majority(votes, found, people)):
            self.soft_labels = majority_first(
                votes, self.soft_labels, self.known_truth)
