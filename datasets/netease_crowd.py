from benchmark_utils.crowds.files import DataFile
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.vote_tables import read_parts

URL = ("https://raw.githubusercontent.com/fuxiAIlab/NetEaseCrowd-Dataset/"
       "2c3d461d8cfac70623da86110282876f6555121c/data/")
# The authors state no sums: those of the first download are noted and hold.
PARTS = [DataFile(f"netease_crowd/NetEaseCrowd_part_{i}.csv",
                  f"{URL}NetEaseCrowd_part_{i}.csv") for i in range(1, 16)]


class Dataset(RecordedCrowd):
    """Which of three gestures is the odd one out? Six million votes of 2,413
    workers on a million tasks, over six months.
    """
    name = "NetEaseCrowd"
    references = [
        "H. Wang et al. A dataset for the validation of truth inference "
        "algorithms suitable for online deployment. 2024. "
        "https://arxiv.org/abs/2403.08826"]
    parameters = {"votes_per_task": ["every"], "mode": ["offline"]}

    def files(self):
        return PARTS

    def load(self):
        votes, truth, ids = read_parts(
            [file.locate() for file in PARTS], "taskId", "workerId",
            "answer", "truth")
        return dict(votes=votes, ground_truth=truth, **ids)
