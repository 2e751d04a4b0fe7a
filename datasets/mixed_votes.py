from benchmark_utils.checks import one_of
from benchmark_utils.crowds.converted import ConvertedCrowd
from benchmark_utils.papers import papers

CROWDS = ["babe", "brainbench", "alttest-10k-prompts",
          "alttest-cebab-aspects", "alttest-cebab-stars", "alttest-framing",
          "alttest-lesion", "alttest-lgbteen", "alttest-mtbench",
          "alttest-summeval", "alttest-wax"]


class Dataset(ConvertedCrowd):
    """Votes of people and of language models on the same tasks, from eleven
    sources.

    ``crowd``: its name in MixedVotes; the nine ``alttest`` crowds have no
    truth. ``workers``: ``all``, ``people`` or ``models``; labels are scored on
    the tasks that both voted on. ``prompts``: ``one`` voter per model
    (zero-shot), or ``all``, where each prompt of a model is a voter; this
    matters for ``babe`` only. Of repeated votes the first counts.
    """
    name = "MixedVotes"
    facts = {
        "id": "mixed",
        "title": "People and models",
        "kind": "mixed",
        "year": 2025,
        "seen": False,
        "licence": "none stated",
        "source": "https://github.com/nitaytech/AltTest",
        "truth": "none",
        "inputs": "none",
        "contamination":
            "texts and labels were public before most models were trained, so "
            "models may have memorised the answers",
    }
    facts_of = {
        "workers": {
            "people": {"kind": "human", "ranked": False},
            "models": {"kind": "llm", "ranked": False},
        },
        "crowd": "mixed_votes",  # in crowds/facts.json
    }
    references = papers("spinde2021", "horych2025", "luo2025", "calderon2025")
    parameters = {"crowd": ["babe"], "workers": ["all"], "prompts": ["one"],
                  "votes_per_task": ["every"], "mode": ["offline"]}
    accepts = {"crowd": one_of(*CROWDS),
               "workers": one_of("all", "people", "models"),
               "prompts": one_of("one", "all")}

    def setting(self):
        return self.crowd

    def load(self):
        kinds = {"people": ["person"], "models": ["model"]}.get(
            self.workers, ["person", "model"])
        several = self.prompts == "all" or self.crowd != "babe"
        return self.loaded(lambda voter: voter["kind"] in kinds and (
            several or voter["prompt"] in ("", "zero-shot")))
