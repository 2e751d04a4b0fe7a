"""References of solvers and datasets as BibTeX."""
import re

# "A. Name, B. Other. A title. Venue, 2020". Initials end in a dot as well.
AUTHORS = re.compile(r"(.*?[^\W\d_]{2})\. (.*)")
TITLE = re.compile(r"(.*?(?:\w{2}[.)]|\?))\s+(.*)")


def bibtex(data):
    """The papers of all methods and datasets of the page's data."""
    return "\n\n".join(entries(
        (text, address) for entry in [*data["methods"], *data["datasets"]]
        for text, address in entry["papers"]).values()) + "\n"


def entries(papers):
    """{text: entry} of (text, address or None), each once."""
    found, taken = {}, set()
    for text, address in dict(papers).items():
        key, fields = _paper(text, address)
        while key in taken:
            key += "a"
        taken.add(key)
        body = ",\n".join(f"  {name} = {{{value}}}"
                          for name, value in fields.items() if value)
        found[text] = f"@misc{{{key},\n{body}\n}}"
    return found


def _paper(text, address):
    """A key and the fields of a reference. The title holds what could not be
    separated into fields."""
    year = (re.findall(r"\b(?:19|20)\d\d\b", text) or [""])[-1]
    plain = re.sub(r"[,. ]*\b(?:19|20)\d\d$", "", text)
    split = AUTHORS.fullmatch(plain)
    who, rest = split.groups() if split else ("", plain)
    split = TITLE.fullmatch(rest)
    title, venue = split.groups() if split else (rest, "")
    first = re.sub(r" et al$", "", who.split(",")[0]).split(" ")[-1]
    authors = re.sub(r" et al$", ", others", who).replace(", ", " and ")
    key = re.sub(r"[^a-z]", "", first.lower()) or "paper"
    return key + year, dict(
        author=_tex(authors), title=_tex(title.rstrip(".")),
        howpublished=_tex(venue.rstrip(".")), year=year, url=address)


def _tex(text):
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
