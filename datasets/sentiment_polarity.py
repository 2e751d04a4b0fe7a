import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.simulation import perfect_worker
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.csv_columns import lines_of
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.vote_tables import dense_votes, read_integers

FILES = source_files("sentiment_polarity")
ANSWERS, TEXTS, TRUTH, TEST_TEXTS, TEST_TRUTH = (FILES[name] for name in (
    "answers.txt", "Sentiment_text_train.txt", "Sentiment_Z_train.txt",
    "Sentiment_text_test.txt", "Sentiment_Z_test.txt"))
N_WORKERS, N_WORDS, N_HELD_OUT = 203, 5000, 1000


class Dataset(RecordedCrowd):
    """Is the sentence of a film review positive or negative? 4,999 sentences,
    203 workers.

    Inputs are TF-IDF weights of the 5,000 most frequent words and pairs of
    words in the sentences with votes. ``split``: ``held_out`` draws 1,000 of
    the 4,999 sentences in each repetition as the test set and drops their
    votes; ``all`` keeps all votes and trains no network; ``published`` tests
    on the authors' 3,999 test texts, many of which are parts of sentences of
    the training set. ``workers``: ``recorded``, or ``truth`` for one perfect
    worker, the upper bound.
    """
    name = "SentimentPolarity"
    facts = {
        "id": "sentiment-polarity",
        "title": "Sentiment polarity",
        "kind": "human",
        "year": 2014,
        "licence": "none stated",
        "source": "https://github.com/fmenat/PyLearningCrowds",
        "question": "Is the film review positive or negative?",
        "truth": "the rating of the review that the sentence is from",
        "inputs": "text",
    }
    facts_of = {
        **RecordedCrowd.facts_of,
        "split": {
            "all": {"inputs": "none"},
        },
    }
    references = papers("rodrigues2013", "pang2005")
    parameters = {"workers": ["recorded"], "split": ["held_out"],
                  "votes_per_task": ["every"], "mode": ["offline"]}
    accepts = {"workers": one_of("recorded", "truth"),
               "split": one_of("held_out", "all", "published")}

    def files(self):
        test = [TEST_TEXTS, TEST_TRUTH] if self.split == "published" else []
        return [ANSWERS, TEXTS, TRUTH, *test]

    def load(self):
        answers = read_integers(ANSWERS.locate(), N_WORKERS, -1, 1)
        texts, truth = _texts(TEXTS, TRUTH)
        if len(texts) != len(answers):
            raise BadFile(f"{TEXTS.locate()} has {len(texts)} sentences, "
                          f"{ANSWERS.locate()} has {len(answers)} rows")
        tasks, test = np.arange(len(texts)), []
        if self.split == "held_out":
            shuffled = self.rng("split").permutation(len(texts))
            test, tasks = np.split(shuffled, [N_HELD_OUT])
        votes = (perfect_worker(truth[tasks], 2) if self.workers == "truth"
                 else dense_votes(answers[tasks], 2))
        data = dict(
            votes=votes, ground_truth=truth[tasks],
            texts=[texts[i] for i in tasks], task_ids=tasks,
            class_names=["blame", "praise"])
        if self.split == "all":
            return data
        if self.split == "published":
            test_texts, y_test = _texts(TEST_TEXTS, TEST_TRUTH)
        else:
            test_texts, y_test = [texts[i] for i in test], truth[test]
        words = TfidfVectorizer(max_features=N_WORDS, ngram_range=(1, 2),
                                sublinear_tf=True, dtype=np.float32)
        try:
            X = words.fit_transform(data["texts"]).toarray()
        except ValueError as error:
            raise BadFile(f"{TEXTS.locate()} does not contain sentences: "
                          f"{error}") from error
        return dict(
            data, X=X, X_test=words.transform(test_texts).toarray(),
            y_test=y_test, classifier="tfidf")


def _texts(texts, truth):
    lines = lines_of(texts.locate())
    classes = read_integers(truth.locate(), 1, 0, 1)[:, 0]
    if len(lines) != len(classes):
        raise BadFile(f"{texts.locate()} has {len(lines)} lines, "
                      f"{truth.locate()} has {len(classes)}")
    return lines, classes
