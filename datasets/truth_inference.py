from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import source_files, sources
from benchmark_utils.papers import papers
from benchmark_utils.reading.vote_tables import read_votes

CROWDS = [*sources()["truth_inference"]["crowds"]]


class Dataset(RecordedCrowd):
    """Eighteen classic human-annotated datasets, on tasks from dog breeds to
    facts.

    ``crowd``: its name in the collection. If a worker votes on a task several
    times, all votes count, as in the published results.
    """
    name = "TruthInference"
    facts = {
        "id": "ti",
        "title": "Truth inference",
        "kind": "human",
        "licence": "none stated",
        "source": "https://github.com/yuan-li/truth-inference-at-scale",
        "truth": "not stated by the authors",
        "inputs": "none",
    }
    facts_of = {"crowd": "truth_inference"}  # in crowds/facts.json
    references = papers("li2019")
    parameters = {"crowd": ["rte"], "votes_per_task": ["every"],
                  "mode": ["offline"]}
    accepts = {"crowd": one_of(*CROWDS)}

    def setting(self):
        return self.crowd

    def files(self):
        return [*source_files("truth_inference", self.crowd).values()]

    def load(self):
        label, truth = (file.locate() for file in self.files())
        votes, ground_truth, ids, _ = read_votes(
            label, truth, task="item", truth_label="truth")
        return dict(votes=votes, ground_truth=ground_truth, **ids)
