from benchmark_utils.checks import one_of
from benchmark_utils.crowds.converted import ConvertedCrowd
from benchmark_utils.papers import papers


class Dataset(ConvertedCrowd):
    """Which of two outputs follows the instruction? Six language models as
    judges, on natural pairs and on pairs made to mislead them.

    A stress test that is not ranked: on the adversarial subsets most judges
    err together, and methods that rely on agreement fail. ``subset``:
    ``natural``, ``neighbor``, ``gptout``, ``manual`` or ``gptinst``.
    ``prompts``: ``Vanilla/ab``, one voter per model, with the plain prompt and
    the answers in one order; ``Vanilla``, both orders as two voters; or
    ``all`` prompts and orders, 130 voters.
    """
    name = "LLMBar"
    facts = {
        "id": "llmbar",
        "title": "LLMBar",
        "kind": "llm",
        "year": 2023,
        "seen": False,
        "licence": "MIT",
        "source": "https://github.com/princeton-nlp/LLMBar",
        "question": "Which of two outputs follows the instruction?",
        "truth": "the authors' labels",
        "inputs": "none",
        "source_group": "llmbar",
        "ranked": False,
        "contamination": "texts and labels are public since 2023",
    }
    facts_of = {"subset": "llmbar"}  # in crowds/facts.json
    references = papers("zeng2024")
    parameters = {"subset": ["natural"], "prompts": ["Vanilla/ab"],
                  "votes_per_task": ["every"], "mode": ["offline"]}
    accepts = {"subset": one_of("natural", "neighbor", "gptout", "manual",
                                "gptinst"),
               "prompts": one_of("Vanilla/ab", "Vanilla", "all")}

    def setting(self):
        return f"llmbar-{self.subset}"

    def load(self):
        return self.loaded(lambda voter: self.prompts in (
            "all", voter["prompt"], voter["prompt"].partition("/")[0]))
