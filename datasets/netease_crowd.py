from benchmark_utils.checks import integer
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.papers import papers
from benchmark_utils.reading.files import BadFile, DataFile, sum_of
from benchmark_utils.reading.vote_tables import read_parts

URL = ("https://raw.githubusercontent.com/fuxiAIlab/NetEaseCrowd-Dataset/"
       "2c3d461d8cfac70623da86110282876f6555121c/data/")
# The authors publish no checksums: those of the first download are recorded.
PARTS = [DataFile(f"netease_crowd/NetEaseCrowd_part_{i}.csv",
                  f"{URL}NetEaseCrowd_part_{i}.csv") for i in range(1, 16)]


class Dataset(RecordedCrowd):
    """Six kinds of tasks with three choices, such as the odd gesture out: six
    million votes of 2,413 workers on a million tasks, over six months.

    ``parts``: how many of the 15 files are read. With all of them a method
    takes minutes, so select the solvers of a run by name.
    """
    name = "NetEaseCrowd"
    facts = {
        "id": "netease",
        "title": "NetEaseCrowd",
        "kind": "human",
        "year": 2022,
        "seen": False,
        "licence": "CC BY-SA 4.0",
        "source": "https://github.com/fuxiAIlab/NetEaseCrowd-Dataset",
        "question": "Which of three choices, such as the odd gesture out?",
        "truth": "provided by the platform",
        "inputs": "none",
    }
    references = papers("wang2024")
    parameters = {"parts": [15], "votes_per_task": ["every"],
                  "mode": ["offline"]}
    accepts = {"parts": integer(1, len(PARTS))}

    def files(self):
        return PARTS[:self.parts]

    def load(self):
        paths = [file.locate() for file in self.files()]
        first = {}
        for path in paths:
            same = first.setdefault(sum_of(path), path)
            if same != path:
                raise BadFile(f"{path} has the same votes as {same}")
        votes, truth, ids = read_parts(
            paths, "taskId", "workerId", "answer", "truth")
        return dict(votes=votes, ground_truth=truth, **ids)
