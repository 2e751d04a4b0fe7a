from benchmark_utils.checks import one_of
from benchmark_utils.crowds.converted import ConvertedCrowd
from benchmark_utils.papers import papers


class Dataset(ConvertedCrowd):
    """How true is the statement? People's votes on statements of politicians
    and on the pandemic, in ordered classes.

    ``set``: ``s3``, three classes, and ``s6``, six, on statements of
    politicians; ``covid``, six classes, on statements on COVID-19, where the
    last version of an answer counts.
    """
    name = "Misinformation"
    facts = {
        "id": "misinfo",
        "title": "Misinformation",
        "kind": "human",
        "year": 2020,
        "seen": False,
        "licence": "none stated",
        "source":
            "https://github.com/KevinRoitero/crowdsourcingTruthfulness",
        "question": "How true is the statement of a politician?",
        "truth": "professional fact-checkers",
        "inputs": "none",
        "source_group": "misinfo",
        "ranked": False,
    }
    facts_of = {"set": "misinformation"}  # in crowds/facts.json
    references = papers("roitero2020", "roitero2021")
    parameters = {"set": ["s3"], "votes_per_task": ["every"],
                  "mode": ["offline"]}
    accepts = {"set": one_of("s3", "s6", "covid")}

    def setting(self):
        return f"misinfo-{self.set}"

    def load(self):
        return self.loaded(lambda voter: True)
