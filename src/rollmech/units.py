"""Physical values at the border: text with a unit in, SI floats inside, engineering units out.

One pint registry serves the whole package. It is created on first use and knows only the units of this
trade: the lean definition below builds in 7 ms, pint's default one in 180 ms (importing pint costs 0.3 s
either way), and `rollmech validate` has one second in all.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pint import Unit, UnitRegistry

_DEFINITIONS = """
pico- = 1e-12 = p-
nano- = 1e-9 = n-
micro- = 1e-6 = µ- = μ- = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
meter = [length] = m = metre
second = [time] = s
kilogram = [mass] = kg
gram = 1e-3 * kilogram = g
kelvin = [temperature]; offset: 0 = K
degree_Celsius = kelvin; offset: 273.15 = degC
radian = [angle] = rad
degree = 0.017453292519943295 * radian = deg = °
percent = 0.01 = %
ppm = 1e-6
minute = 60 * second = min
hour = 3600 * second = h
day = 86400 * second
micron = 1e-6 * meter
inch = 0.0254 * meter = in
foot = 0.3048 * meter = ft
mil = 2.54e-5 * meter
newton = kilogram * meter / second ** 2 = N
pound_force = 4.4482216152605 * newton = lbf
pascal = newton / meter ** 2 = Pa
bar = 1e5 * pascal
pound_force_per_square_inch = 6894.757293168361 * pascal = psi
kilopound_per_square_inch = 6894757.293168361 * pascal = ksi
joule = newton * meter = J
ohm = [resistance] = Ω
"""

_NUMBER = re.compile(
    r"\s*([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?(?![a-z])))\s*(.*?)\s*$", re.I
)
# Unit names with one small power each, joined by * and /; anything else is not shown to pint's parser.
_TERM = r"\(?(?:[A-Za-zµμ°]+|%|1)(?:\^\(?-?\d(?:\.\d)?\)?)?\)?"
_UNIT = re.compile(rf"{_TERM}(?:[*/]{_TERM})*")
_LONGEST_TEXT = 80
_ABSOLUTE_ZERO_CELSIUS = 273.15


@dataclass(frozen=True)
class Dimension:
    """One kind of physical value.

    Attributes:
        reference: SI unit that floats of this kind are in; empty for a plain number.
        noun: What a message calls it, with its article.
        example: A value as a user would write it.
        display: Units to show it in, smallest first; the largest that leaves a number >= 1 is taken.
    """

    reference: str
    noun: str
    example: str
    display: tuple[str, ...]


DIMENSIONS: dict[str, Dimension] = {
    "length": Dimension("m", "a length", "30 um", ("um", "mm", "m")),
    "stress": Dimension("Pa", "a stress", "50 MPa", ("Pa", "kPa", "MPa", "GPa")),
    "force_per_width": Dimension("N/m", "a force per width", "100 N/m", ("N/m",)),
    "toughness": Dimension("Pa*m^0.5", "a fracture toughness", "1.0 MPa*m^0.5", ("MPa*m^0.5",)),
    "temperature": Dimension("K", "a temperature", "25 degC", ("degC",)),
    "temperature_difference": Dimension("K", "a temperature difference", "40 K", ("K",)),
    "expansion": Dimension("1/K", "a thermal expansion coefficient", "13 ppm/K", ("ppm/K",)),
    "angle": Dimension("rad", "an angle", "90 deg", ("deg",)),
    "time": Dimension("s", "a time", "10 s", ("s",)),
    "speed": Dimension("m/s", "a speed", "10 m/min", ("m/min",)),
    "crack_speed": Dimension("m/s", "a speed", "1 mm/s", ("um/s", "mm/s", "m/s")),
    "area": Dimension("m^2", "an area", "1 cm^2", ("mm^2", "cm^2", "m^2")),
    "per_area": Dimension("1/m^2", "a number per area", "5 1/cm^2", ("1/m^2", "1/cm^2")),
    "per_length": Dimension("1/m", "a number per length", "20 1/m", ("1/m",)),
    "fraction": Dimension("", "a fraction or a percentage", "1 %", ("",)),
    "number": Dimension("", "a number", "20", ("",)),
    "area_resistance": Dimension("ohm*m^2", "a resistance times area", "100 ohm*cm^2", ("ohm*cm^2",)),
    "energy_per_area": Dimension("J/m^2", "an energy per area", "5 J/m^2", ("J/m^2",)),
    "density": Dimension("kg/m^3", "a density", "5.1 g/cm^3", ("g/cm^3",)),
}


class UnitError(ValueError):
    """A text that is no value of the wanted kind; carries the wording for a `Fault`."""

    def __init__(self, problem: str, dimension: str) -> None:
        self.problem = problem
        self.accepted = accepted(dimension)
        super().__init__(f"{problem}; accepted: {self.accepted}")


def accepted(dimension: str) -> str:
    """What a message offers as right, e.g. ``a length with its unit, e.g. "30 um"``."""
    kind = DIMENSIONS[dimension]
    with_unit = " with its unit" if kind.reference else ""
    if dimension == "number":
        return f"{kind.noun}, e.g. {kind.example}"
    bare = " or 0.01" if not kind.reference else ""
    return f'{kind.noun}{with_unit}, e.g. "{kind.example}"{bare}'


def parse(text: object, dimension: str) -> float:
    """Read a physical value into SI.

    Args:
        text: Number and unit, e.g. ``"30 um"``; a fraction may also be a bare number.
        dimension: Key of `DIMENSIONS`.

    Returns:
        The value in the dimension's reference unit. Decimal arithmetic is exact, so that ``"30 um"``,
        ``"0.03 mm"`` and ``3e-5`` are the same float.

    Raises:
        UnitError: Missing or unknown unit, wrong dimension, not a number, not finite.
    """
    number, unit = _split(text, dimension)
    factor, offset = _conversion(unit, dimension)
    value = float(_exact(number) * _exact(factor) + _exact(offset))
    if dimension == "temperature" and value < 0:
        raise UnitError("is below absolute zero", dimension)
    return value


def split_quantity(text: str | int | float) -> tuple[float, str] | None:
    """Number and unit of a value of any kind that this package knows; None for a text that is none."""
    if not isinstance(text, str):
        return float(text), ""
    match = _NUMBER.match(text) if len(text) <= _LONGEST_TEXT else None
    if match is None or not math.isfinite(float(match[1])):
        return None
    try:
        registry().parse_units(canonical_unit(match[2]))
    except Exception:  # pint raises half a dozen unrelated kinds for a text that is no unit
        return None
    return float(match[1]), match[2]


def show(value: float, dimension: str) -> str:
    """Write an SI value in an engineering unit; `parse` reads the very same float back."""
    kind = DIMENSIONS[dimension]
    text = ""
    for unit in (_display_unit(value, kind, dimension), kind.reference):
        factor, offset = _conversion(unit, dimension)
        number = (_exact(value) - _exact(offset)) / _exact(factor)
        for digits in range(12, 18):
            text = f"{float(number):.{digits}g} {unit}".rstrip()
            if parse(text, dimension) == value:
                return text
    return text


@cache
def registry() -> UnitRegistry:
    """The one pint registry of the package, built on first use."""
    from pint import UnitRegistry

    return UnitRegistry(_DEFINITIONS.strip().splitlines())


def _split(text: object, dimension: str) -> tuple[float, str]:
    """Number and unit text of a given value; refuses everything that is not finite."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise UnitError(f"is {_kind_of(text)}, not a physical value", dimension)
    if not isinstance(text, str):
        return _finite(str(text) if isinstance(text, float) else _short_int(text), dimension), ""
    match = _NUMBER.match(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise UnitError("does not start with a number", dimension)
    return _finite(match[1], dimension), match[2]


def _short_int(number: int) -> str:
    """Text of an integer; one too long to be a float counts as infinite."""
    return str(number) if abs(number) < 10**300 else "inf"


def _finite(text: str, dimension: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnitError("is not a finite number", dimension)
    return number


def _kind_of(value: object) -> str:
    """Plain words for a TOML type that can hold no physical value."""
    words = {bool: "a boolean", list: "a list", dict: "a table", type(None): "nothing"}
    return words.get(type(value), f"a {type(value).__name__}")


@lru_cache(maxsize=512)
def _conversion(unit: str, dimension: str) -> tuple[float, float]:
    """Factor and offset that take a number in `unit` to the dimension's SI reference."""
    reference = DIMENSIONS[dimension].reference
    if not unit:
        if reference:
            raise UnitError("has no unit", dimension)
        return 1.0, 0.0
    parsed = _parse_unit(unit, dimension)
    ureg = registry()
    if parsed.dimensionality != ureg.parse_units(reference).dimensionality:
        raise UnitError(f"is {_name_of(parsed)}, not {DIMENSIONS[dimension].noun}", dimension)
    offset = ureg.Quantity(0.0, parsed).to_base_units().magnitude
    factor = ureg.Quantity(1.0, parsed).to_base_units().magnitude - offset
    return _decimal(factor), _decimal(offset) if dimension == "temperature" else 0.0


def _parse_unit(unit: str, dimension: str) -> Unit:
    """The pint unit of a text such as ``MPa√m``, ``MPa m^0.5``, ``1/K``, ``/K``."""
    text = canonical_unit(unit)
    try:
        if not _UNIT.fullmatch(text) or len(text) > 40:
            raise ValueError
        return registry().parse_units(text)
    except Exception:  # pint raises half a dozen unrelated kinds for a text that is no unit
        raise UnitError(f"has the unknown unit '{unit}'", dimension) from None


def canonical_unit(unit: str) -> str:
    """One spelling of products and powers, so that ``MPa m^(1/2)``, ``MPa√m`` and ``g/cm3`` all read."""
    text = unit
    for variant, plain in {"**": "^", "·": "*", "²": "^2", "³": "^3", "°C": "degC"}.items():
        text = text.replace(variant, plain)
    text = re.sub(r"√\s*\(?\s*m\s*\)?", "*m^0.5", text).replace("^(1/2)", "^0.5").lstrip("* ")
    text = re.sub(r"([A-Za-zµμ])(\d)", r"\1^\2", re.sub(r"^/", "1/", text))
    return re.sub(r"\s+", "*", re.sub(r"\s*([*/^])\s*", r"\1", text.strip()))


def _name_of(unit: Unit) -> str:
    """What kind of value a pint unit belongs to, in words."""
    for kind in DIMENSIONS.values():
        if unit.dimensionality == registry().parse_units(kind.reference).dimensionality:
            return kind.noun
    return f"in {unit:~}" if str(unit) else "a plain number"


def _decimal(number: float) -> float:
    """Undo the rounding noise of unit arithmetic: 9.999999999999999e-07 is 1e-06."""
    tidy = float(f"{number:.12g}")
    return tidy if math.isclose(tidy, number, rel_tol=4e-15, abs_tol=0.0) else number


def _exact(number: float) -> Fraction:
    """The decimal number that a float is written as, exactly."""
    return Fraction(repr(float(number)))


def _display_unit(value: float, kind: Dimension, dimension: str) -> str:
    fitting = [unit for unit in kind.display if abs(value) >= _conversion(unit, dimension)[0] * (1 - 1e-9)]
    return fitting[-1] if fitting else kind.display[0]
