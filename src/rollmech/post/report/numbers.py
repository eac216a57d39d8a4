"""Numbers in the words of a page: as many digits as the error leaves, a real minus sign, units set well."""

from __future__ import annotations

import math

_UNITS = {"MPa*m^0.5": "MPa·√m", "J/m^2": "J/m²", "um": "µm", "deg": "°", "m^2": "m²", "1/m^2": "1/m²"}

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 3) -> str:
    """A number to some significant digits; a dash if there is none."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return _signed(f"{_rounded(value, digits):.12g}")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return _signed(f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}")


def with_error(value: float | None, error: float | None, digits: int = 4) -> str:
    """``value ± error``, both to the first digit of the error; without an error ``digits`` digits."""
    if value is None or not error:
        return number(value, digits)
    places = -math.floor(math.log10(error))
    if abs(error) >= abs(value) or places > 6 or abs(value) >= 1e5:
        return f"{number(value, digits)} ± {number(error, 1)}"
    kept = max(places, 0)
    return f"{_signed(f'{round(value, places):.{kept}f}')} ± {round(error, places):.{kept}f}"


def text_number(value: float | str | None, unit: str = "", digits: int = 3) -> str:
    """A number with its unit; a text as it is."""
    if isinstance(value, str):
        return value
    shown = "1" if unit == "-" else unit
    return f"{number(value, digits)} {unit_text(shown)}".rstrip() if value is not None else "–"


def unit_text(unit: str) -> str:
    """A unit as it is printed."""
    return _UNITS.get(unit, unit)


def plain_units(text: str) -> str:
    """A text with values of the case format, its units as they are printed."""
    for unit in ("MPa*m^0.5", "J/m^2"):
        text = text.replace(unit, _UNITS[unit])
    return text.replace("cm^3", "cm³")


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}") if abs(value) < 10**digits else float(round(value))


def _signed(text: str) -> str:
    return text.replace("-", "−")
