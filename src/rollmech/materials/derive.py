"""Properties that a law gives, each with the law, its inputs and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rollmech.materials import mixture as mixing
from rollmech.materials import porosity as pores
from rollmech.materials import viscoelastic
from rollmech.materials.library import Material, Property
from rollmech.materials.moduli import LARGEST_CONTRAST, LARGEST_POISSON, Elastic, liquid_stand_in
from rollmech.materials.provenance import derived, inadmissible, joined, named, short
from rollmech.units import show

Properties = dict[str, Property]


def elastic_of(item: Material) -> Elastic:
    """K and G of a material that has E and nu."""
    return Elastic.of(item.value("youngs_modulus"), item.value("poisson_ratio"))


def mixture_properties(
    matrix: Material, filler: Material, fraction: float, rule: str, cte_rule: str, aspect_ratio: float
) -> Properties:
    """E and nu of a composite; cte and density too where both phases have them.

    Args:
        matrix: With E and nu.
        filler: With E and nu.
        fraction: Volume fraction of the filler.
        rule: Key of `mixture.RULES`.
        cte_rule: Key of `mixture.CTE_RULES`.
        aspect_ratio: Of the filler, Halpin-Tsai only.

    Raises:
        ValueError: The rule has no solution.
    """
    phases = (elastic_of(matrix), elastic_of(filler))
    young, poisson = mixing.elastic_mixture(rule, *phases, fraction, aspect_ratio)
    text = f"{rule}: {fraction:.4g} by volume of {named(filler)} in {named(matrix)}; range: Hashin-Shtrikman bounds"
    outside = joined("" if young.admissible else inadmissible(rule, young), (matrix, filler))
    used = _inputs((matrix, filler), ("youngs_modulus", "poisson_ratio"))
    source = mixing.RULES[rule]
    found = {
        "youngs_modulus": derived("youngs_modulus", young.value, text, source, used, young, outside),
        "poisson_ratio": derived("poisson_ratio", poisson.value, text, source, used, poisson),
    }
    if ctes := _both("cte", matrix, filler):
        bulk = Elastic.of(young.value, poisson.value).bulk
        cte = mixing.cte_mixture(cte_rule, phases, (ctes[0].value, ctes[1].value), fraction, bulk)
        text = f"{cte_rule}, bulk modulus by {rule}; range: Schapery's bounds"
        found["cte"] = derived("cte", cte.value, text, mixing.CTE_RULES[cte_rule], (*used, *ctes), cte)
    if densities := _both("density", matrix, filler):
        value = (1 - fraction) * densities[0].value + fraction * densities[1].value
        found["density"] = derived("density", value, "by volume", "conservation of mass", densities)
    return found


def porous_properties(
    solid: Material,
    fraction: float,
    law: str,
    parameters: Mapping[str, float],
    toughness: tuple[str, float] | None = None,
    strength_b: float | None = None,
) -> Properties:
    """Properties of a porous solid. Toughness and strength exist only where a law for them is chosen.

    Args:
        solid: With E and nu.
        fraction: Of pores.
        law: Key of `porosity.LAWS`.
        parameters: Of the law.
        toughness: Key of `porosity.TOUGHNESS_LAWS` and its b.
        strength_b: Of Ryshkewitch's law.

    Raises:
        ValueError: The porosity is outside the range of the law.
    """
    young, poisson = pores.porous(law, elastic_of(solid), fraction, dict(parameters))
    given = ", ".join(f"{key} = {value:.4g}" for key, value in parameters.items())
    text = f"{law}{f' ({given})' if given else ''} at a porosity of {fraction:.4g} in {named(solid)}"
    used = _inputs((solid,), ("youngs_modulus", "poisson_ratio"))
    source, bound = pores.LAWS[law].source, pores.upper_bound(elastic_of(solid), fraction)
    high = mixing.Estimate(young, 0.0, bound)
    warning = joined("" if high.admissible else inadmissible(law, high), (solid,))
    found = {
        "youngs_modulus": derived("youngs_modulus", young, text, source, used, high, warning),
        "poisson_ratio": derived("poisson_ratio", poisson, text, source, used),
    }
    factors = _porous_factors(fraction, young / used[0].value, toughness, strength_b)
    for name, (factor, law_text, law_source) in factors.items():
        if (prop := solid.get(name)) is not None:
            text = f"{law_text}, P = {fraction:.4g}, from {prop}"
            found[name] = derived(name, prop.value * factor, text, law_source, (prop,))
    return found


def _porous_factors(
    fraction: float, modulus_ratio: float, toughness: tuple[str, float] | None, strength_b: float | None
) -> dict[str, tuple[float, str, str]]:
    """Factor on the solid's value, law and source of every property but E and nu that a porous solid keeps."""
    factors = {
        "density": (1 - fraction, "by volume", "conservation of mass"),
        "cte": (1.0, "pores do not change it", "Levin, Mekh. Tverd. Tela 1967, 2, 88"),
    }
    if toughness is not None:
        law, b = toughness
        factor = pores.toughness_factor(law, fraction, modulus_ratio, b)
        factors["fracture_toughness"] = (factor, pores.TOUGHNESS_LAWS[law], "law chosen by the case")
    if strength_b is not None:
        factor = pores.strength_factor(fraction, strength_b)
        for name in ("flexural_strength", "tensile_strength"):
            factors[name] = (factor, f"strength0 exp(-{strength_b:.4g} P)", pores.STRENGTH_SOURCE)
    return factors


def relaxed_properties(
    item: Material,
    series: viscoelastic.Prony | viscoelastic.PowerLaw,
    times: tuple[float, float],
    when: str,
    secant: bool,
    elastic_bulk: bool,
) -> Properties:
    """E and nu of a viscoelastic material at the longer of two times; range: from there to the instantaneous E.

    Args:
        item: With the instantaneous E and nu.
        series: Relaxation of E.
        times: Shortest and longest time [s] that the line gives it.
        when: What these times are, in words.
        secant: Secant modulus of a ramp instead of the relaxation modulus.
        elastic_bulk: Keep K, so that nu grows; otherwise keep nu.

    Raises:
        ValueError: Nothing is left of the modulus.
    """
    young, poisson = item.properties["youngs_modulus"], item.properties["poisson_ratio"]
    factors = [series.secant(t) if secant else series.relaxation(t) for t in times]
    if factors[1] < 1e-9:
        raise ValueError(f"nothing is left of the modulus after {times[1]:.3g} s: a liquid at this speed")
    kind = "secant modulus of a ramp" if secant else "relaxation modulus"
    text = f"{kind} at {times[1]:.4g} s ({when}); instantaneous {young}"
    source = viscoelastic.POWER_SOURCE if isinstance(series, viscoelastic.PowerLaw) else viscoelastic.SOURCE
    value = young.value * factors[1]
    span = mixing.Estimate(value, value, young.value)
    warning = _time_warning(item, times, factors, when)
    found = {"youngs_modulus": derived("youngs_modulus", value, text, source, (young,), span, warning)}
    if elastic_bulk:
        nu = viscoelastic.poisson_of_elastic_bulk(poisson.value, factors[1])
        held = min(nu, max(LARGEST_POISSON, poisson.value))
        text = f"elastic bulk modulus gives {nu:.4g}" + (
            f", held at {held:.4g} for the elements" if held < nu else ""
        )
        source = "Tschoegl, Knauss, Emri, Mech. Time-Depend. Mater. 2002, 6, 3"
        found["poisson_ratio"] = derived("poisson_ratio", held, text, source, (poisson,))
    return found


def liquid_properties(bulk_modulus: float, stiffest: float) -> Properties:
    """E and nu of the solid that stands in for a liquid of bulk modulus K [Pa] beside a ply of E `stiffest` [Pa]."""
    young, poisson = liquid_stand_in(stiffest)
    held = Elastic.of(young, poisson).bulk
    text = f"stand-in for a liquid: floor of 1/{LARGEST_CONTRAST:.0g} of the stiffest layer's modulus, nu = {poisson}"
    warning = (
        f"a liquid without shear stiffness, held by a floor of {show(short(young), 'stress')}; its bulk modulus of "
        f"{show(bulk_modulus, 'stress')} is represented by {show(short(held), 'stress')}, "
        "its flow and capillary forces are not"
    )
    source = "numerical floor"
    return {
        "youngs_modulus": derived("youngs_modulus", young, text, source, (), None, warning),
        "poisson_ratio": derived("poisson_ratio", poisson, text, source, ()),
    }


def _time_warning(item: Material, times: tuple[float, float], factors: list[float], when: str) -> str:
    """Which time was used, and what the shortest one would have given where that is 5 % more."""
    young = item.properties["youngs_modulus"]
    early, late = (show(short(young.value * factor), "stress") for factor in factors)
    said = f"modulus {late} at {times[1]:.3g} s, {when}; {young} at once"
    if factors[0] > 1.05 * factors[1]:
        said += (
            f", {early} at the shortest such time, {times[0]:.3g} s: one modulus stands for the whole line"
        )
    return "; ".join(filter(None, [said, young.warning]))


def _inputs(items: Iterable[Material], names: tuple[str, ...]) -> tuple[Property, ...]:
    return tuple(item.properties[name] for item in items for name in names)


def _both(name: str, *items: Material) -> tuple[Property, ...]:
    found = tuple(prop for item in items if (prop := item.get(name)) is not None)
    return found if len(found) == len(items) else ()
