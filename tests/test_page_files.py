"""The files for machines that lie beside the page, and its links to them."""
import re

from page_fixture import make_page_data

from benchmark_utils.report.page.build import page_html
from benchmark_utils.report.page.exports import LINKED, write_exports


def test_the_page_links_files_that_lie_beside_it(tmp_path):
    data = make_page_data()
    written = {path.relative_to(tmp_path).as_posix()
               for path in write_exports(data, tmp_path)}
    assert set(LINKED) <= written
    html = page_html({**data, "files": LINKED})
    embedded, = re.findall(r'"files":\[(.*?)\]', html)
    assert embedded == ",".join(f'"{name}"' for name in LINKED)
