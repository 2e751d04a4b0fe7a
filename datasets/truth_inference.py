from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import source_files, sources
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
    facts_of = {
        "crowd": {
            "rte": {
                "id": "ti-rte",
                "title": "Textual entailment",
                "year": 2008,
                "question": "Does the second sentence follow from the first?",
                "truth": "the labels of the first RTE challenge",
            },
            "web": {
                "id": "ti-web",
                "title": "Web search",
                "year": 2012,
                "question":
                    "How relevant is the page to the query, on five levels?",
                "truth": "the consensus of experts",
            },
            "trec": {
                "id": "ti-trec",
                "title": "TREC relevance",
                "year": 2010,
                "question": "Is the document relevant to the topic?",
                "truth": "judgements of NIST assessors",
                "source_group": "trec",
            },
            "dog": {
                "id": "ti-dog",
                "title": "Dog breeds",
                "year": 2012,
                "question": "Which of four breeds is the dog?",
                "truth": "the labels of ImageNet",
            },
            "CF": {
                "id": "ti-cf",
                "title": "Weather sentiment, CrowdFlower",
                "year": 2015,
                "question":
                    "What does the tweet say about the weather, in five "
                    "classes?",
                "source_group": "weather-sentiment",
            },
            "CF_amt": {
                "id": "ti-cf-amt",
                "title": "Weather sentiment, Mechanical Turk",
                "year": 2015,
                "question":
                    "What does the tweet say about the weather, in five "
                    "classes?",
                "source_group": "weather-sentiment",
            },
            "MS": {
                "id": "ti-ms",
                "title": "Music genres",
                "year": 2014,
                "question": "Which of ten genres is the 30-second clip?",
                "truth": "the genre of the song in the GTZAN collection",
                "source_group": "music",
                "same_votes_as": "Music",
            },
            "SP": {
                "id": "ti-sp",
                "title": "Film reviews",
                "year": 2014,
                "question": "Is the film review positive or negative?",
                "truth": "the rating of the review that the sentence is from",
                "source_group": "sentiment-polarity",
                "same_votes_as": "SentimentPolarity",
            },
            "SP_amt": {
                "id": "ti-sp-amt",
                "title": "Film reviews, Mechanical Turk",
                "year": 2015,
                "question": "Is the film review positive or negative?",
                "truth": "the rating of the review that the sentence is from",
                "seen": False,
                "source_group": "sentiment-polarity",
            },
            "ZenCrowd_all": {
                "id": "ti-zencrowd-all",
                "title": "Entity links, all",
                "year": 2012,
                "question": "Does the link refer to the entity in the text?",
                "source_group": "ti-zencrowd",
                "seen": False,
            },
            "ZenCrowd_in": {
                "id": "ti-zencrowd-in",
                "title": "Entity links, India",
                "year": 2012,
                "question": "Does the link refer to the entity in the text?",
                "source_group": "ti-zencrowd",
                "seen": False,
            },
            "ZenCrowd_us": {
                "id": "ti-zencrowd-us",
                "title": "Entity links, United States",
                "year": 2012,
                "question": "Does the link refer to the entity in the text?",
                "source_group": "ti-zencrowd",
            },
            "product": {
                "id": "ti-product",
                "title": "Same product?",
                "year": 2012,
                "question": "Do the two descriptions name the same product?",
            },
            "tweet": {
                "id": "ti-tweet",
                "title": "Tweet sentiment",
                "year": 2017,
                "question": "Is the tweet positive?",
            },
            "face": {
                "id": "ti-face",
                "title": "Facial expressions",
                "year": 2014,
                "question": "Which of four emotions does the face show?",
            },
            "relevance": {
                "id": "ti-relevance",
                "title": "Graded document relevance",
                "year": 2010,
                "question": "How relevant is the document to the topic?",
                "truth": "judgements of NIST assessors, for some of the tasks",
                "seen": False,
                "source_group": "trec",
            },
            "adult": {
                "id": "ti-adult",
                "title": "Adult content",
                "year": 2010,
                "question":
                    "How adult is the content of the page, on four levels?",
                "seen": False,
            },
            "fact_eval": {
                "id": "ti-fact-eval",
                "title": "Facts on public figures",
                "year": 2014,
                "question": "Does the text state this fact about the person?",
                "seen": False,
            },
        },
    }
    references = [
        "Y. Li, B. Rubinstein, T. Cohn. Exploiting worker correlation for "
        "label aggregation in crowdsourcing. ICML 2019. "
        "https://proceedings.mlr.press/v97/li19i.html"]
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
