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
    than half of the majority's: it has collapsed. With ``guard=on`` the
    majority decides, and the mean breaks its ties, where few tasks have votes
    of workers who share other tasks, and where known people (``worker_kind``)
    give nearly all tasks one class; ``off``: never; ``always``: on all data.
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
        self.soft_labels = committee(self.votes, self.known_truth).T
        if self.majority_decides():
            self.soft_labels = majority_first(
                self.votes, self.soft_labels, self.known_truth)

    def majority_decides(self):
        if self.guard != "on":
            return self.guard == "always"
        found = support(without_repeats(self.votes), self.known_truth)
        kind = self.worker_kind
        people = kind is not None and not kind.any()
        return why_majority(self.votes, found, people) is not None
