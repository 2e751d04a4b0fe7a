"""LabelMe's photographs."""
from types import SimpleNamespace

import pytest
from benchopt_internals import dataset_classes
from PIL import Image

from benchmark_utils.reading.files import BadFile


@pytest.mark.parametrize("size", [(5000, 5000), (30_000, 7000)])
def test_photographs_too_large_to_open_are_refused(
        benchmark, tmp_path, monkeypatch, size):
    """Pillow itself refuses the second size."""
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    images = dataset_classes(benchmark)["LabelMe"].load.__globals__["_images"]
    names = SimpleNamespace(locate=lambda: tmp_path / "names.txt",
                            is_right=lambda: True)
    names.locate().write_text("coast_a.jpg")
    path = tmp_path / "labelme" / "LabelMe" / "train" / "coast" / "coast_a.jpg"
    path.parent.mkdir(parents=True)
    Image.new("1", size).save(path, "png")
    with pytest.raises(BadFile, match="coast_a.jpg is not a photograph"):
        images("train", names)
