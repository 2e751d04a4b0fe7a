from benchmark_utils.checks import one_of
from benchmark_utils.crowds.converted import ConvertedCrowd

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
    references = [
        "T. Spinde, M. Plank, J.-D. Krieger, T. Ruas, B. Gipp, A. Aizawa. "
        "Neural media bias detection using distant supervision with BABE. "
        "Findings of EMNLP 2021. https://arxiv.org/abs/2209.14557",
        "T. Horych, C. Mandl, T. Ruas, A. Greiner-Petter, B. Gipp, A. Aizawa, "
        "T. Spinde. The promises and pitfalls of LLM annotations in dataset "
        "labeling. Findings of NAACL 2025. https://arxiv.org/abs/2411.11081",
        "X. Luo et al. Large language models surpass human experts in "
        "predicting neuroscience results. Nature Human Behaviour 2025. "
        "https://arxiv.org/abs/2403.03230",
        "N. Calderon, R. Reichart, R. Dror. The alternative annotator test "
        "for LLM-as-a-judge. ACL 2025. https://arxiv.org/abs/2501.10970"]
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
