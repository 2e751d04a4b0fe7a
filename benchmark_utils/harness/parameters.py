"""Parameters of solvers and datasets, checked when benchopt selects them.

benchopt 1.10 accepts any value and fails in the middle of a run. A documented
hook that checks the selected values before anything runs would replace this
module.
"""
from itertools import chain

import click
import numpy as np

from benchmark_utils.checks import wrong


class ChecksParameters:
    """Mixin of solvers and datasets that declare which values they accept.

    ``accepts`` maps each parameter to `one_of`, `number`, `integer` or a
    function (owner, name, value) that raises a ValueError; those of the bases
    are inherited. Values are checked when benchopt selects them, before any
    cell runs, and again when it sets them.

    Raises
    ------
    ValueError
        Naming the class, the parameter, the value and what is accepted. On
        the command line it becomes a click.BadParameter, which prints as one
        line.
    """
    accepts = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls.parameters = Selection(cls.parameters, cls)

    def save_parameters(self, **parameters):
        """benchopt 1.10 calls this undocumented method with the values of an
        instance, and keeps them in ``_parameters``."""
        # NumPy's small integers overflow where Python's do not.
        super().save_parameters(**{
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in parameters.items()})
        for name, check in accepted(type(self)).items():
            if name in self._parameters:
                check(self.name, name, self._parameters[name])

    @classmethod
    def get_all_parameter_values(cls, name):
        """The values that ``-d "Dataset[name=all]"`` runs: the choices in
        ``accepts``, or ``all`` itself where it is one of them."""
        choices = getattr(accepted(cls).get(name), "keywords", {}).get(
            "choices")
        return "all" if choices and "all" in choices else choices


class Selection(dict):
    """The parameters of a class, {names: values}. benchopt 1.10 copies them
    and updates the copy with the user's selection, which is checked then."""
    def __init__(self, parameters, owner):
        super().__init__(parameters)
        self.owner = owner

    def copy(self):
        return Selection(self, self.owner)

    def update(self, selected):
        super().update(selected)
        checks = accepted(self.owner)
        try:
            for name, value in chain(*map(self._values, selected)):
                if name in checks and not self._stands_for_all(name, value):
                    checks[name](self.owner.name, name, value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    def _values(self, names):
        """Pairs of a name and a value of one key, ``"a"`` or ``"a, b"``."""
        values, names = self[names], [name.strip()
                                      for name in names.split(",")]
        for value in values if isinstance(values, (list, tuple)) else [values]:
            row = value if len(names) > 1 else [value]
            if not isinstance(row, (list, tuple)) or len(row) != len(names):
                raise wrong(self.owner.name, ", ".join(names),
                            f"a tuple of {len(names)} values", value)
            yield from zip(names, row)

    def _stands_for_all(self, name, value):
        return isinstance(value, str) and value == "all" and bool(
            self.owner.get_all_parameter_values(name))


def accepted(cls):
    """{parameter: check} of a class and its bases."""
    accepts = {}
    for base in reversed(cls.__mro__):
        accepts.update(vars(base).get("accepts", {}))
    return accepts
