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
        "crowd": {
            "babe": {
                "id": "mixed-babe",
                "title": "Media bias",
                "year": 2021,
                "licence": "AGPL-3.0 (people), MIT (models)",
                "source":
                    "https://github.com/Media-Bias-Group/Neural-Media-Bias-"
                    "Detection-Using-Distant-Supervision-With-BABE",
                "question":
                    "Is the sentence of a news article biased by word choice?",
                "truth": "the majority of eight experts",
            },
            "brainbench": {
                "id": "mixed-brainbench",
                "title": "BrainBench",
                "year": 2024,
                "licence": "Apache-2.0",
                "source":
                    "https://github.com/braingpt-lovelab/"
                    "brainbench_participant_data",
                "question": "Which of two abstracts has the true result?",
                "truth": "by construction: one of the abstracts was altered",
                "contamination":
                    "abstracts may be in the models' training data; models "
                    "vote by perplexity, and GPT-4 wrote 100 of 300 cases",
            },
            "alttest-10k-prompts": {
                "id": "mixed-10k-prompts",
                "title": "Prompt quality",
                "question": "How good is the prompt, from 1 to 5?",
            },
            "alttest-cebab-aspects": {
                "id": "mixed-cebab-aspects",
                "title": "Restaurant reviews, aspects",
                "question": "What does the review say about this aspect?",
                "source_group": "mixed-cebab",
            },
            "alttest-cebab-stars": {
                "id": "mixed-cebab-stars",
                "title": "Restaurant reviews, stars",
                "question": "How many stars does the review give?",
                "source_group": "mixed-cebab",
            },
            "alttest-framing": {
                "id": "mixed-framing",
                "title": "Frames of articles",
                "question": "Does the article use this frame?",
            },
            "alttest-lesion": {
                "id": "mixed-lesion",
                "title": "Skin lesions",
                "question": "What is this feature of the skin lesion like?",
            },
            "alttest-lgbteen": {
                "id": "mixed-lgbteen",
                "title": "Answers to teenagers",
                "question": "Does the answer to a teenager do this?",
            },
            "alttest-mtbench": {
                "id": "mixed-mtbench",
                "title": "MT-Bench",
                "question":
                    "Which of two chatbots answers better, or is it a tie?",
            },
            "alttest-summeval": {
                "id": "mixed-summeval",
                "title": "Summary quality",
                "question":
                    "How good is the summary in this respect, from 1 to 5?",
            },
            "alttest-wax": {
                "id": "mixed-wax",
                "title": "Word associations",
                "question": "How are the two words related?",
            },
        },
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
