"""The one rule for what a label or an id is, whatever file it comes from.

1. None, NaN, NA and empty texts are missing.
2. Texts are normalised (NFC), without zero-width characters and outer blanks;
   bytes are decoded as UTF-8; other values become text as Python prints them.
3. Where all values of a column are plain decimal numbers, equal numbers are
   equal: 1, 1.0 and "1" are one class. A single other value, such as "007",
   makes the column text.
4. Lists, structs and JSON objects are not a label, nor is a list or a dict as
   Python prints it.
"""
import ast
import json
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.reading.columns import column_of

# Also soft hyphens, marks of direction and of how an emoji is drawn.
ZERO_WIDTH = dict.fromkeys([
    0xad, 0x61c, 0x180e, *range(0x200b, 0x2010), *range(0x202a, 0x202f),
    *range(0x2060, 0x2070), 0xfe0e, 0xfe0f, 0xfeff])
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]*)?")
# Missing in any column of labels, and in one of numbers.
NO_LABEL, NO_NUMBER = {"nan", "<na>"}, {"nan", "<na>", "na", "none", "null"}


def clean(text):
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text.translate(ZERO_WIDTH)).strip()


def as_text(value):
    """A value of a frame or of JSON as clean text; "" = missing.

    Raises TypeError for a list, a struct, or what is not UTF-8 text.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        try:
            value = bytes(value).decode()
        except UnicodeDecodeError:
            raise TypeError("bytes that are not UTF-8 text") from None
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise TypeError(f"text that is not Unicode, {value!a:.80}"
                            ) from None
        return clean(str.__str__(value))  # str(value) of an Enum is its name
    if pd.api.types.is_list_like(value) or isinstance(value, np.ndarray):
        kind = "an object" if isinstance(value, dict) else "a list"
        raise TypeError(f"{kind}, {value!s:.80}")
    if pd.isna(value):
        return ""
    if isinstance(value, (float, np.floating)) and value.is_integer():
        value = int(value)
    return clean(str(value))


def is_nested(text):
    """Whether a text is a list or an object in JSON, or as Python prints it.
    """
    if text[:1] not in ("[", "{"):
        return False
    for read in (json.loads, ast.literal_eval):
        try:
            return isinstance(read(text), (list, dict, set))
        except (ValueError, SyntaxError, TypeError, RecursionError,
                MemoryError):
            continue
    return False


@dataclass(frozen=True)
class Rule:
    """What makes two texts of a column equal."""
    numeric: bool  # the column holds numbers, see `rule_of`
    of_labels: bool = False
    spelling: dict | None = None  # {case-folded: text}, if case is ignored
    decimal_comma: bool = False  # numbers are written with a comma

    def __call__(self, text):
        if self.decimal_comma:
            text = text.replace(",", ".")
        missing = NO_NUMBER if self.numeric else NO_LABEL
        if self.of_labels and text.casefold() in missing:
            return ""
        if self.numeric and NUMBER.fullmatch(text):
            whole, _, rest = text.partition(".")
            text = f"{whole}.{rest.rstrip('0')}".rstrip(".")
            return "0" if text == "-0" else text
        if self.spelling is not None:
            return self.spelling.get(text.casefold(), text)
        return text

    def column(self, column):
        return column_of(column.codes, [self(text) for text in column.ids])


def rule_of(column, of_labels=False, fold_case=False, decimal_comma=False):
    """The `Rule` of a Column: numeric if all values are numbers, the missing
    ones apart; ``decimal_comma`` allows a comma in them. With ``fold_case``,
    the most frequent spelling stands for all that differ by case only."""
    missing = {"", *(NO_NUMBER if of_labels else ())}
    texts = [text for text in column.ids if text.casefold() not in missing]
    numeric = bool(texts) and all(map(NUMBER.fullmatch, texts))
    if texts and decimal_comma and not numeric:
        numeric = decimal_comma = all(
            NUMBER.fullmatch(text.replace(",", ".")) for text in texts)
    else:
        decimal_comma = False
    spelling = None
    if fold_case:
        number = np.bincount(column.codes, minlength=len(column.ids))
        order = np.argsort(number, kind="stable")
        spelling = {column.ids[k].casefold(): column.ids[k] for k in order}
    return Rule(numeric, of_labels, spelling, decimal_comma)


def column_of_values(values, describe):
    """The Column of any values, (n_rows,).

    Raises TypeError as ``describe(row, problem)`` for the first value that is
    not one.
    """
    try:
        if values.dtype == object and pd.api.types.infer_dtype(
                values).startswith("mixed"):
            raise TypeError  # 1 and True would be equal
        codes, distinct = pd.factorize(values)
    except TypeError:  # lists cannot be compared
        codes, distinct = np.arange(len(values)), list(values)
    if getattr(distinct, "dtype", None) == np.float32:
        distinct = distinct.to_numpy()  # as Python floats .1 has 17 digits
    texts = []
    for code, value in enumerate(distinct):
        try:
            texts.append(as_text(value))
        except TypeError as error:
            raise describe(int((codes == code).argmax()), error) from None
    # The last one stands for -1, a missing value.
    return column_of(codes % (len(texts) + 1), [*texts, ""])

