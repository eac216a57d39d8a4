"""Wrong cases as data: each ends in exit code 2 and one message that says key, value and what is right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rollmech import cli

GOOD = """\
format = 1
title = "good"

[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"

[[flaws]]
kind = "pit"
layer = "ceramic"
face = "top"
depth = "4 um"
width = "6 um"

[[rollers]]
name = "idler"
radius = "50 mm"
wrap = "90 deg"
touches = "bottom"
tension = "40 N/m"
"""
THICKNESS = 'thickness = "30 um"'
ROLLERS = GOOD[GOOD.index("[[rollers]]") :]
LAYER = '[[stack]]\nname = "ceramic"\nmaterial = "LLZTO"\nthickness = "30 um"\n'
FLAW = GOOD[GOOD.index("[[flaws]]") : GOOD.index("[[rollers]]")]
COVER = '[[stack]]\nname = "cover"\nmaterial = "PET"\nthickness = "50 um"\n'


def flaw(kind: str, lines: str) -> str:
    return f'[[flaws]]\nkind = "{kind}"\nlayer = "ceramic"\nface = "top"\n{lines}\n'


def scratch(lines: str) -> str:
    return '[[flaws]]\nkind = "scratch"\nlayer = "ceramic"\nface = "top"\n' + lines + "\n"


def bridge(law: str) -> str:
    return f'depth = "4 um"\nbridging = {{ {law} }}\n'


def at_interface(flaw: str, base: str = 'material = "PEO"') -> str:
    """GOOD on a base layer, with a flaw at the interface instead of its pit."""
    place = "" if "layer" in flaw else 'layer = "ceramic"\nface = "top"\n'
    return with_base(base).replace(FLAW, "[[flaws]]\n" + place + flaw + "\n")


JOINT = 'kind = "tile-joint"\ngap = "40 um"\ntile_length = "10 mm"\n'
GEL = 'fill = { material = "PEO" }\n'


SPOT = 'kind = "delamination"\nstart = "spot"\nlength = "40 um"\ninterface_toughness = "1 J/m^2"\n'
FROM_CUT = SPOT.replace("spot", "cut")


def skin(lines: str) -> str:
    return THICKNESS + "\nresidual_profile = { " + lines + " }"


POINTS = 'depth = ["0 um", "1 um"], stress = ["-90 MPa", "0 MPa"]'


def with_base(base: str, materials: str = "", ceramic: str = LAYER) -> str:
    """GOOD on a base layer, with material tables at the end."""
    layer = '[[stack]]\nname = "base"\nthickness = "5 um"\n' + base + "\n"
    return GOOD.replace(LAYER, layer + ceramic) + materials + "\n"


def mixed(keys: str, name: str = "gel") -> str:
    return with_base(f'material = "{name}"', f'[materials."{name}"]\nmixture = {{ {keys} }}')


def porous(keys: str) -> str:
    return GOOD + f"[materials.LLZTO]\nporosity = {{ {keys} }}\n"


def relaxing(keys: str) -> str:
    return with_base('material = "PEO"', f"[materials.PEO]\nrelaxation = {{ {keys} }}")


def grading(keys: str, more: str = "") -> str:
    return with_base(f"graded = {{ {keys} }}\n{more}")


PHASES = 'matrix = "PEO", filler = "LLZTO", volume_fraction = "20 %"'
ENDS = 'bottom = "PEO", top = "LLZTO"'
GRADED_CERAMIC = (
    '[[stack]]\nname = "ceramic"\nthickness = "30 um"\ngraded = { bottom = "Al2O3", top = "LLZTO" }\n'
)


def on_a_line(base: str, ceramic: str = "", more: str = "", face: str = "top") -> str:
    """GOOD on a base layer that comes or goes, with two more rollers."""
    layer = LAYER.replace(THICKNESS, THICKNESS + "\n" + ceramic)
    rollers = "".join(ROLLERS.replace("idler", name) for name in ("laminator", "winder"))
    text = with_base('material = "PET"\n' + base, ceramic=layer).replace('face = "top"', f'face = "{face}"')
    return text + rollers + more


LINER = '[[stack]]\nname = "liner"\nmaterial = "PET"\nthickness = "5 um"\n'
LINED = on_a_line('laminated_at = "laminator"').replace("[[stack]]", LINER + "[[stack]]", 1)
CHANGING = {
    "lamination at no roller": (
        on_a_line('laminated_at = "laminater"'),
        [
            "stack.base.laminated_at",
            '"laminater"',
            "is no roller",
            '"idler", "laminator"',
            "Did you mean 'laminator'",
        ],
    ),
    "lamination without a line": (
        with_base('material = "PET"\nlaminated_at = "x"').replace(
            ROLLERS, '[load]\nmembrane_stress = "9 MPa"\n'
        ),
        ["stack.base.laminated_at", "is given without a line", "[[rollers]]"],
    ),
    "lamination as a number": (on_a_line("laminated_at = 3"), ["stack.base.laminated_at", "is not a name"]),
    "tension of a film that is there already": (
        with_base('material = "PET"\nfilm_tension = "9 N/m"'),
        ["stack.base.film_tension", '"9 N/m"', "is not laminated", "laminated_at"],
    ),
    "a film that takes all tension": (
        on_a_line('laminated_at = "winder"\nfilm_tension = "40 N/m"'),
        [
            "stack.base.film_tension",
            '"40 N/m"',
            "leaves nothing of the 40 N/m at 'winder'",
            "less than the tension",
        ],
    ),
    "removed before it is there": (
        on_a_line('laminated_at = "laminator"\nremoved_at = "idler"'),
        ["stack.base.removed_at", '"idler"', 'is not behind "laminator"', '"winder"'],
    ),
    "removed where it is laminated": (
        on_a_line('laminated_at = "winder"\nremoved_at = "winder"'),
        ["stack.base.removed_at", "is not behind", "a roller further on"],
    ),
    "no layer all along the line": (
        on_a_line('removed_at = "winder"', 'laminated_at = "laminator"'),
        ["stack", "has no layer that is there all along", "without laminated_at and removed_at"],
    ),
    "a layer that slips in between": (
        LINED,
        ["stack.base.laminated_at", "would slip in between", "a layer at a face of the web"],
    ),
    "a layer taken out from between": (
        LINED.replace("laminated_at", "removed_at"),
        ["stack.base.removed_at", "lies between layers that stay"],
    ),
    "a film on the flaw": (
        on_a_line('laminated_at = "laminator"', face="bottom"),
        ["stack.base.laminated_at", "lies on the flaw", 'the side of "ceramic" away from the flaw'],
    ),
    "a layer with a flaw that comes off": (
        on_a_line("", 'removed_at = "winder"'),
        ["stack.ceramic.removed_at", "is cut by the flaw"],
    ),
    "growth where layers come": (
        on_a_line('laminated_at = "laminator"', more="[growth]\n"),
        [
            "growth",
            "layers come or go on the way",
            "the library of K holds one stack",
            "one case for each part",
        ],
    ),
    "storage where layers come": (
        on_a_line(
            'removed_at = "winder"', more='[storage]\nradius = "76 mm"\nduration = "1 h"\nstretches = "top"\n'
        ),
        ["storage", "layers come or go on the way", "no [storage]"],
    ),
    "a misaligned roller where layers come": (
        on_a_line('removed_at = "winder"').replace(
            'tension = "40 N/m"', 'tension = "40 N/m"\nspan = "1 m"\nmisalignment = "1 mrad"', 1
        ),
        ["rollers.idler.misalignment", "layers come or go on the way", "no misalignment"],
    ),
    "a profile where layers come": (
        on_a_line('removed_at = "winder"', 'residual_profile = { face = "top", ' + POINTS + " }"),
        ["stack.ceramic.residual_profile", "a uniform residual_stress"],
    ),
    "a graded layer that comes": (
        on_a_line('laminated_at = "winder"').replace('material = "PET"', "graded = { " + ENDS + " }"),
        ["stack.base.graded", "a layer that comes or goes", "a layer of one material"],
    ),
    "a filled pit where layers come": (
        on_a_line('laminated_at = "winder"').replace(
            'width = "6 um"', 'width = "6 um"\nfill = { material = "PEO" }'
        ),
        ["flaws[0].fill", "layers come or go on the way"],
    ),
    "a channel crack where layers come": (
        on_a_line('laminated_at = "winder"').replace(FLAW, flaw("channel", "")),
        ["flaws[0].kind", '"channel"', "G is not linear"],
    ),
}
INTERFACES = {
    "joint in a covered layer": (
        with_base('material = "PET"').replace(
            FLAW, "[[flaws]]\n" + JOINT + 'layer = "base"\nface = "top"\n' + GEL + 'strain_limit = "5 %"\n'
        ),
        ["flaws[0].face", '"base" is covered by another layer'],
    ),
    "joint of nothing": (
        GOOD.replace(FLAW, flaw("tile-joint", 'gap = "40 um"\ntile_length = "10 mm"')),
        ["flaws[0].layer", "the web is in pieces", "a layer below, or a fill"],
    ),
    "joint without a layer below, half filled": (
        GOOD.replace(
            FLAW,
            flaw(
                "tile-joint",
                'gap = "40 um"\ntile_length = "10 mm"\nstrain_limit = "5 %"\n'
                'fill = { material = "PEO", fraction = "50 %" }\ninterface_toughness = "1 J/m^2"',
            ),
        ),
        ["flaws[0].fill.fraction", '"100 %", or a layer below', "flaws[0].interface_toughness"],
    ),
    "joint with nothing to judge by": (
        at_interface(JOINT, 'material = "stuff"')
        + '[materials.stuff]\nyoungs_modulus = "1 GPa"\npoisson_ratio = 0.3\n',
        ["flaws[0]", "nothing to be judged by", "strain_limit of a fill", "tensile_strength"],
    ),
    "joint with a limit of nothing": (
        at_interface(JOINT + 'strain_limit = "5 %"', 'material = "PET"'),
        ["flaws[0].strain_limit", "is given for an empty gap", "a fill"],
    ),
    "joint with a bond": (
        at_interface(
            JOINT + 'strain_limit = "5 %"\nfill = { material = "PEO", bond_strength = "1 MPa" }',
            'material = "PET"',
        ),
        ["flaws[0].fill.bond_strength", "is not read", "corners", "strain_limit"],
    ),
    "joint through a graded layer": (
        with_base('material = "PET"', ceramic=GRADED_CERAMIC).replace(
            FLAW, "[[flaws]]\n" + JOINT + 'layer = "ceramic"\nface = "top"\n'
        ),
        ["flaws[0].layer", "is graded", "a layer of one material"],
    ),
    "joint without a gap": (
        at_interface(JOINT.replace("40 um", "0 um"), 'material = "PET"'),
        ["flaws[0].gap", "greater than 0 m"],
    ),
    "channel with a depth": (
        at_interface('kind = "channel"\ndepth = "3 um"'),
        ["flaws[0].depth", "unknown key"],
    ),
    "channel through the last layer": (
        at_interface('kind = "channel"\nlayer = "base"\nface = "top"'),
        ["flaws[0].layer", '"base"', "no interface under it", '"ceramic"'],
    ),
    "channel in a single layer": (
        GOOD.replace(FLAW, '[[flaws]]\nkind = "channel"\nlayer = "ceramic"\nface = "top"\n'),
        ["flaws[0].layer", "a stack of at least two layers"],
    ),
    "channel in a layer without toughness": (
        at_interface('kind = "channel"\nlayer = "base"\nface = "bottom"'),
        ["materials.PEO.fracture_toughness", "is missing", "a channel crack runs through this layer"],
    ),
    "spot without pressure": (
        at_interface(SPOT),
        ["flaws[0].pressure", "is missing", "do not open it", 'start = "cut"'],
    ),
    "spot without any pressure": (
        at_interface(SPOT + 'pressure = "0 MPa"'),
        ["flaws[0].pressure", "is too small", "greater than 0 Pa"],
    ),
    "pressure in a cut": (
        at_interface(FROM_CUT + 'pressure = "1 MPa"'),
        ["flaws[0].pressure", "is not read", "lets gas out"],
    ),
    "width of a cut": (
        at_interface(FROM_CUT + 'width = "20 um"'),
        ["flaws[0].width", "is not read", "straight across"],
    ),
    "delamination without its start": (
        at_interface(SPOT.replace('start = "spot"\n', "")),
        ["flaws[0].start", "is missing", '"cut", "spot"'],
    ),
    "delamination without the toughness of its interface": (
        at_interface(FROM_CUT.replace('interface_toughness = "1 J/m^2"\n', "")),
        ["flaws[0].interface_toughness", "is missing", "an energy per area"],
    ),
    "interface toughness in units of K": (
        at_interface(FROM_CUT.replace("1 J/m^2", "1 MPa*m^0.5")),
        ["flaws[0].interface_toughness", "5 J/m^2"],
    ),
    "mode sensitivity above one": (
        at_interface(FROM_CUT + "mode_sensitivity = 1.5"),
        ["flaws[0].mode_sensitivity", "is too large", "at most 1"],
    ),
    "adhesion of a layer in units of stress": (
        GOOD.replace(LAYER, LAYER + '\nwork_of_adhesion = "1 MPa"'),
        ["stack.ceramic.work_of_adhesion", "J/m^2"],
    ),
    "slender spot": (
        at_interface(SPOT + 'pressure = "1 MPa"\nwidth = "300 um"'),
        ["flaws[0].width", "is 7.5 times the length", "between 8 um and 200 um"],
    ),
    "spot too wide for its cover": (
        at_interface(SPOT.replace("40 um", "700 um") + 'pressure = "1 MPa"\nwidth = "700 um"'),
        ["flaws[0].length", "more than 20 times", "at most 600 um"],
    ),
    "patch inside a delamination": (
        at_interface(FROM_CUT) + '[patch]\nhalf_length = "20 um"\n',
        ["patch.half_length", "does not hold the flaw"],
    ),
    "scratch on an interface": (
        with_base('material = "LLZO"').replace(FLAW, scratch('depth = "30 um"')),
        ["flaws[0].depth", "on or next to the interface", "at most 29.75 um", 'kind = "channel"'],
    ),
    "scratch through the stack": (
        with_base('material = "LLZO"').replace(FLAW, scratch('depth = "34.8 um"')),
        ["flaws[0].depth", "into the 35 um of the stack", "at most 0.9", '"base", 34.5 um'],
    ),
    "scratch into a layer without toughness": (
        with_base('material = "PEO"').replace(FLAW, scratch('depth = "32 um"')),
        ["materials.PEO.fracture_toughness", "sharp"],
    ),
    "blunt scratch through its layer": (
        with_base('material = "LLZO"').replace(
            FLAW, scratch('depth = "32 um"\nwidth = "6 um"\nprofile = "U"')
        ),
        ["flaws[0].depth", 'into the 30 um of "ceramic"'],
    ),
}
LAWS = {
    "unknown rule": (
        mixed(PHASES + ', rule = "mori tanaka"'),
        ["materials.gel.mixture.rule", '"voigt"', "Did you mean 'mori-tanaka'?"],
    ),
    "misspelt key of a law": (
        mixed(PHASES + ', rule = "voigt", cte_rul = "turner"'),
        ["materials.gel.mixture.cte_rul", "Did you mean 'cte_rule'?"],
    ),
    "missing fraction": (
        mixed('matrix = "PEO", filler = "LLZTO", rule = "voigt"'),
        ["materials.gel.mixture.volume_fraction", "is missing", "a fraction"],
    ),
    "too much filler": (
        mixed(PHASES.replace("20", "120") + ', rule = "voigt"'),
        ["volume_fraction", "at most 1"],
    ),
    "unknown filler": (
        mixed(PHASES.replace("LLZTO", "LLZT0") + ', rule = "voigt"'),
        ["materials.gel.mixture.filler", "not a known material", "Did you mean 'LLZTO'?"],
    ),
    "aspect ratio of spheres": (
        mixed(PHASES + ', rule = "mori-tanaka", aspect_ratio = 3'),
        ["materials.gel.mixture.aspect_ratio", "is not read", "halpin-tsai"],
    ),
    "mixture of itself": (
        mixed(PHASES.replace("PEO", "gel") + ', rule = "voigt"'),
        ["materials.gel.mixture.matrix", "goes round in a circle: gel -> gel"],
    ),
    "mixture named as a library material": (
        mixed(PHASES + ', rule = "voigt"', "PVDF-HFP"),
        ["materials.PVDF-HFP", "is a material of the library", "a name of its own"],
    ),
    "mixture in the flawed layer": (
        GOOD.replace('"LLZTO"', '"mix"') + "[materials.mix]\nmixture = { " + PHASES + ', rule = "reuss" }\n',
        ["materials.mix.flexural_strength", "blunt", "[materials.mix]"],
    ),
    "too many pores": (
        porous('fraction = "50 %", law = "spriggs", b = 4, strength_b = 4'),
        ["materials.LLZTO.porosity.fraction = 0.5", "from P = 0 to 0.4"],
    ),
    "too few pores for a foam": (
        porous('fraction = "30 %", law = "gibson-ashby", strength_b = 4'),
        ["porosity.fraction", "from P = 0.7"],
    ),
    "law without its parameter": (
        porous('fraction = "5 %", law = "spriggs"'),
        ["materials.LLZTO.porosity.b", "is missing", "exp(-b P)"],
    ),
    "parameter of another law": (
        porous('fraction = "5 %", law = "coble-kingery", b = 4'),
        ["materials.LLZTO.porosity.b", "is not read by coble-kingery"],
    ),
    "no choice of a strength": (
        porous('fraction = "5 %", law = "coble-kingery"'),
        ["materials.LLZTO.flexural_strength", "is missing", "strength_b in [materials.LLZTO.porosity]"],
    ),
    "toughness law without b": (
        porous('fraction = "5 %", law = "coble-kingery", toughness_law = "exponential"'),
        ["materials.LLZTO.porosity.toughness_b"],
    ),
    "relaxation without a speed": (
        relaxing('model = "maxwell", times = ["1 s"]'),
        ["web.speed", "is missing", "time on the roller", "materials.PEO.relaxation.time"],
    ),
    "relaxation without its unit": (
        relaxing('model = "maxwell", times = [1]'),
        ["relaxation.times[0] = 1", "no unit"],
    ),
    "relaxation beyond all": (
        relaxing('model = "prony", times = ["1 s", "9 s"], fractions = [0.6, 0.6]'),
        ["relaxation.fractions", "adds up to 1.2", "at most 1"],
    ),
    "one fraction short": (
        relaxing('model = "prony", times = ["1 s", "9 s"], fractions = [0.6]'),
        ["relaxation.fractions", "one fraction for each time"],
    ),
    "power law without exponent": (relaxing('model = "power", times = ["1 s"]'), ["relaxation.exponent"]),
    "all relaxed": (
        relaxing('model = "maxwell", times = ["1 us"], time = "1 h"').replace('"1 us"', '"1e-6 s"'),
        ["relaxation.times", "nothing is left of the modulus", "liquid"],
    ),
    "relaxation under a load": (
        relaxing('model = "maxwell", times = ["1 s"]').replace(ROLLERS, '[load]\ntension = "40 N/m"\n'),
        ["materials.PEO.relaxation.time", "no roller"],
    ),
    "flaw in a liquid": (
        GOOD.replace('"LLZTO"', '"EGaIn"') + '[materials.EGaIn]\nliquid = { bulk_modulus = "30 GPa" }\n',
        ["flaws[0].layer", "is a liquid"],
    ),
    "liquid filler": (
        mixed(PHASES.replace("LLZTO", "EGaIn") + ', rule = "reuss"')
        + '[materials.EGaIn]\nliquid = { bulk_modulus = "30 GPa" }\n',
        ["materials.gel.mixture.filler", "is a liquid"],
    ),
    "stiff liquid": (
        with_base(
            'material = "EGaIn"',
            '[materials.EGaIn]\nyoungs_modulus = "1 GPa"\nliquid = { bulk_modulus = "30 GPa" }',
        ),
        ["materials.EGaIn.youngs_modulus", "besides liquid"],
    ),
    "unknown grading": (
        grading(ENDS + ', law = "liner"'),
        ["stack.base.graded.law", "Did you mean 'linear'?"],
    ),
    "grading without exponent": (grading(ENDS + ', law = "power"'), ["stack.base.graded.exponent"]),
    "graded and uniform": (grading(ENDS, 'material = "PEO"'), ["stack.base.material", "besides a grading"]),
    "bare moduli": (grading('bottom = "1 GPa", top = "9 GPa"'), ["stack.base.material", "bare modulus"]),
    "negative modulus": (
        grading('bottom = "-1 GPa", top = "9 GPa"', 'material = "PEO"'),
        ["stack.base.graded.bottom", "too small"],
    ),
    "one sublayer": (grading(ENDS + ", sublayers = 1"), ["stack.base.graded.sublayers = 1", "from 2 to 64"]),
    "name of a sublayer": (
        grading(ENDS).replace('"ceramic"', '"base/2"'),
        ["base/2", 'is a sublayer of "base"'],
    ),
    "unknown end": (
        grading(ENDS.replace("PEO", "PEOO")),
        ["stack.base.graded.bottom", "Did you mean 'PEO'?"],
    ),
    "flaw leaves its sublayer": (
        GOOD.replace(LAYER, GRADED_CERAMIC),
        ["flaws[0].depth", "out of the outermost sublayer", "fewer sublayers"],
    ),
    "bridge of a blunt flaw": (
        GOOD.replace(FLAW, FLAW + 'bridging = { strength = "20 MPa" }\n'),
        ["flaws[0].bridging", "blunt pit", "fill"],
    ),
    "bridge of a slanted crack": (
        GOOD.replace(
            FLAW, flaw("crack", bridge('strength = "20 MPa"') + 'length = "9 um"\nangle = "45 deg"')
        ),
        ["flaws[0].bridging", "straight across the web", 'angle = "90 deg"'],
    ),
    "bridge without a unit": (
        GOOD.replace(FLAW, scratch(bridge("strength = 20"))),
        ["flaws[0].bridging.strength = 20", "has no unit"],
    ),
    "bridge without a tension": (
        GOOD.replace(FLAW, scratch(bridge('opening = "6 nm"'))),
        ["flaws[0].bridging", "says nothing of the bridge's tension", "modulus with gap"],
    ),
    "bridge with half a stiffness": (
        GOOD.replace(FLAW, scratch(bridge('modulus = "1 GPa"'))),
        ["flaws[0].bridging.gap", "is missing beside modulus"],
    ),
    "bridge that breaks before it yields": (
        GOOD.replace(
            FLAW, scratch(bridge('strength = "20 MPa", modulus = "1 GPa", gap = "1 um", opening = "6 nm"'))
        ),
        ["flaws[0].bridging.opening", "before the strength", "more than strength * gap / modulus, 0.02 um"],
    ),
    "bridge of next to nothing": (
        GOOD.replace(FLAW, scratch(bridge('strength = "20 MPa", fraction = "5 %"'))),
        ["flaws[0].bridging.fraction", "too small", "at least 0.1"],
    ),
    "misspelt key of a bridge": (
        GOOD.replace(FLAW, scratch(bridge('strenght = "20 MPa"'))),
        ["flaws[0].bridging.strenght", "Did you mean 'strength'?"],
    ),
    "neither material nor grading": (with_base(""), ["stack.base.material", "is missing", "graded"]),
    "law on a table of another kind": (
        GOOD + "[materials.LLZTO]\nporosity = 3\n",
        ["porosity = 3", "not a table"],
    ),
}


# name: (text replaced in GOOD, its replacement, what the message must contain)
EDITS = {
    "missing unit": (THICKNESS, "thickness = 30", ["stack.ceramic.thickness = 30", "has no unit", '"30 um"']),
    "missing unit in text": (THICKNESS, 'thickness = "30"', ['"30"', "has no unit"]),
    "unknown unit": (THICKNESS, 'thickness = "30 umm"', ["unknown unit 'umm'"]),
    "wrong dimension": (THICKNESS, 'thickness = "30 MPa"', ["is a stress, not a length"]),
    "not a number": (THICKNESS, 'thickness = "thin"', ['"thin"', "does not start with a number"]),
    "nan": (THICKNESS, 'thickness = "nan um"', ["not a finite number"]),
    "bare nan": (THICKNESS, "thickness = nan", ["not a finite number"]),
    "infinite": (THICKNESS, 'thickness = "inf um"', ["not a finite number"]),
    "overflow": (THICKNESS, 'thickness = "1e999 um"', ["not a finite number"]),
    "boolean for a number": (THICKNESS, "thickness = true", ["= true", "is a boolean"]),
    "list for a number": (THICKNESS, "thickness = [30]", ["is a list"]),
    "tower of powers": (THICKNESS, 'thickness = "1 m^9^9^9"', ["unknown unit"]),
    "negative thickness": (THICKNESS, 'thickness = "-30 um"', ["too small", "greater than 0 m"]),
    "zero thickness": (THICKNESS, 'thickness = "0 um"', ["too small"]),
    "missing key": (THICKNESS, "", ["stack.ceramic.thickness", "is missing", "a length"]),
    "misspelt key": (THICKNESS, 'thicknes = "30 um"', ["unknown key", "Did you mean 'thickness'?"]),
    "unknown key": (
        THICKNESS,
        THICKNESS + "\ncolour = 3",
        ["stack.ceramic.colour = 3", "unknown key", "material"],
    ),
    "a roller by its diameter": (
        'radius = "50 mm"',
        'diameter = "100 mm"',
        ["radius: is missing", "unknown key, give half of it as radius"],
    ),
    "misspelt section": (
        "[[rollers]]",
        "[[roller]]",
        ["roller", "Did you mean 'rollers'?", "neither is given"],
    ),
    "unknown material": ('"LLZTO"', '"LLZT0"', ["stack.ceramic.material", "Did you mean 'LLZTO'?"]),
    "empty name": ('name = "idler"', 'name = ""', ["rollers[0].name", "not a name"]),
    "bad enum": (
        'touches = "bottom"',
        'touches = "botom"',
        ['"botom"', '"top", "bottom"', "Did you mean 'bottom'?"],
    ),
    "bad flaw kind": (
        'kind = "pit"',
        'kind = "pitt"',
        [
            "flaws[0].kind",
            "crack, hidden-crack, corner-crack, edge-chip, crack-pair, pit, pore, particle, scratch",
            "Did you mean 'pit'?",
        ],
    ),
    "no flaw kind": ('kind = "pit"', "", ["flaws[0].kind", "is missing"]),
    "flaw no table": (FLAW, "", None),
    "unknown layer": ('layer = "ceramic"', 'layer = "cermic"', ["flaws[0].layer", "Did you mean 'ceramic'?"]),
    "flaw deeper than its layer": ('"4 um"', '"40 um"', ["flaws[0].depth", "reaches 40 um", "27 um"]),
    "root crack too deep": ('"4 um"', '"26 um"\nroot_crack = "2 um"', ["with its root_crack", "28 um"]),
    "buried face": (LAYER, LAYER + COVER, ["flaws[0].face", "covered", 'accepted: "bottom"']),
    "buried layer": (LAYER, COVER.replace("cover", "base") + LAYER + COVER, ["covered", 'top of "cover"']),
    "pit wider than the patch": (FLAW, FLAW + '[patch]\nhalf_width = "2 um"\n', ["patch.half_width", "3 um"]),
    "pit longer than the patch": (FLAW, FLAW + '[patch]\nhalf_length = "2 um"\n', ["patch.half_length"]),
    "crack leaning too far": (
        FLAW,
        flaw("crack", 'depth = "4 um"\nlength = "8 um"\ntilt = "70 deg"'),
        ["flaws[0].tilt", "too large", "at most 60 deg"],
    ),
    "hidden crack too near to the face": (
        FLAW,
        flaw("hidden-crack", 'depth = "6 um"\nheight = "8 um"\nlength = "8 um"'),
        ["flaws[0].height", "too near", "at most 6 um"],
    ),
    "hidden crack too near to the other face": (
        FLAW,
        flaw("hidden-crack", 'depth = "24 um"\nheight = "8 um"\nlength = "8 um"'),
        ["flaws[0].depth", "reaches 28 um", "27 um"],
    ),
    "corner crack too slender": (
        FLAW,
        flaw("corner-crack", 'depth = "2 um"\nlength = "30 um"'),
        ["flaws[0].length", "15 times the depth", "between 0.2 um and 20 um"],
    ),
    "pore too near to the face": (
        FLAW,
        flaw("pore", 'depth = "6 um"\nheight = "8 um"\nlength = "8 um"'),
        ["flaws[0].height", "too near", "at most 6 um", 'kind = "pit"'],
    ),
    "pore too flat": (
        FLAW,
        flaw("pore", 'depth = "10 um"\nheight = "2 um"\nlength = "30 um"'),
        ["flaws[0].length", "15 times the height", "between 0.4 um and 10 um"],
    ),
    "particle too near to the face": (
        FLAW,
        flaw("particle", 'material = "PEO"\ndepth = "6 um"\nheight = "8 um"\nlength = "8 um"'),
        ["flaws[0].height", "too near", "at most 6 um", "no depth: flush"],
    ),
    "particle too flat": (
        FLAW,
        flaw("particle", 'material = "PEO"\nheight = "2 um"\nlength = "30 um"'),
        ["flaws[0].length", "15 times the height", "between 0.4 um and 10 um"],
    ),
    "particle too high": (
        FLAW,
        flaw("particle", 'material = "PEO"\nheight = "28 um"\nlength = "30 um"'),
        ["flaws[0].height", "reaches 28 um", "27 um"],
    ),
    "chip too slender": (
        FLAW,
        flaw("edge-chip", 'width = "40 um"\nlength = "10 um"'),
        ["flaws[0].width", "more than 5 times another", "between 1 um and 25 um"],
    ),
    "chip deeper than its layer": (
        FLAW,
        flaw("edge-chip", 'width = "30 um"\nlength = "40 um"\ndepth = "29 um"'),
        ["flaws[0].depth", "reaches 29 um", "27 um"],
    ),
    "chip with too large a root crack": (
        FLAW,
        flaw("edge-chip", 'width = "10 um"\nlength = "20 um"\nroot_crack = "6 um"'),
        ["flaws[0].root_crack", "at most 5 um", 'kind = "corner-crack"'],
    ),
    "chip as wide as the web": (
        FLAW,
        flaw("edge-chip", 'width = "1 mm"\nlength = "2 mm"') + '[web]\nwidth = "5 mm"\n',
        ["flaws[0].width", "0.05 of the web's width", "at most 250 um"],
    ),
    "particle of nothing": (
        FLAW,
        flaw("particle", 'height = "2 um"\nlength = "3 um"'),
        ["flaws[0].material", "is missing"],
    ),
    "particle of an unknown material": (
        FLAW,
        flaw("particle", 'material = "LLZT0"\nheight = "2 um"\nlength = "3 um"'),
        ["flaws[0].material", "Did you mean"],
    ),
    "misfit of a particle without its sign": (
        FLAW,
        flaw("particle", 'material = "PEO"\nheight = "2 um"\nlength = "3 um"\nmisfit = "50 %"'),
        ["flaws[0].misfit", "too large", "at most 10 %"],
    ),
    "cracks of a pair that touch": (
        FLAW,
        flaw("crack-pair", 'depth = "4 um"\nlength = "8 um"\nspacing = "8 um"'),
        ["flaws[0].spacing", "at least 8.4 um", 'kind = "crack" with length = "16 um"'],
    ),
    "weak plane of a smooth pit": (
        'width = "6 um"',
        'width = "6 um"\ntoughness_factor = 0.5',
        ["flaws[0].toughness_factor", "without a crack"],
    ),
    "toughness factor above one": (
        FLAW,
        flaw("crack", 'depth = "4 um"\nlength = "8 um"\ntoughness_factor = 1.5'),
        ["flaws[0].toughness_factor", "too large", "at most 1"],
    ),
    "crack through a skin": (
        LAYER + "\n" + FLAW,
        LAYER
        + 'skin = { face = "top", thickness = "3 um" }\n'
        + flaw("crack", 'depth = "4 um"\nlength = "8 um"'),
        ["flaws[0].depth", "out of the damaged skin of 3 um", "at most 2.7 um", 'kind = "scratch"'],
    ),
    "skin thinner than the limit": (
        LAYER,
        LAYER + 'skin = { face = "bottom", thickness = "0.1 um" }\n',
        ["stack.ceramic.skin.thickness", "between 0.15 um and 15 um", "residual_profile"],
    ),
    "skin of an unknown key": (
        LAYER,
        LAYER + 'skin = { face = "top", thicknes = "3 um" }\n',
        ["stack.ceramic.skin.thickness", "Did you mean 'thickness'?"],
    ),
    "corner crack with an angle": (
        FLAW,
        flaw("corner-crack", 'depth = "2 um"\nlength = "3 um"\nangle = "60 deg"'),
        ["flaws[0].angle"],
    ),
    "impossible notch": (
        FLAW,
        scratch('depth = "4 um"\nwidth = "2 um"\nroot_radius = "3 um"'),
        ["flaws[0].root_radius", "does not fit", "at most 1 um"],
    ),
    "half a notch": (FLAW, scratch('depth = "4 um"\nwidth = "2 um"'), ["flaws[0].root_radius", "is missing"]),
    "radius of a U": (
        FLAW,
        scratch('depth = "4 um"\nwidth = "2 um"\nprofile = "U"\nroot_radius = "1 um"'),
        ["flaws[0].root_radius", "no free root radius"],
    ),
    "two flaws": (FLAW, FLAW + FLAW, ["flaws = 2 entries", "interacting flaws"]),
    "both load and rollers": (ROLLERS, ROLLERS + '[load]\ntension = "1 N/m"', ["both are given"]),
    "neither load nor rollers": (ROLLERS, "", ["neither is given", "[[rollers]]"]),
    "mixed load": (ROLLERS, '[load]\ntension = "1 N/m"\nmembrane_stress = "1 MPa"', ["mixes stresses"]),
    "empty load": (ROLLERS, "[load]", ["gives no load"]),
    "misspelt load": (ROLLERS, '[load]\nmembrane_stres = "1 MPa"', ["Did you mean 'membrane_stress'?"]),
    "duplicated layer": (LAYER, LAYER + LAYER, ["stack.name", "used 2 times"]),
    "duplicated roller": (ROLLERS, ROLLERS + ROLLERS, ["rollers.name", "used 2 times"]),
    "empty stack": (LAYER, "stack = []\n", None),
    "format 2": ("format = 1", "format = 2", ["format = 2", "accepted: 1"]),
    "format true": ("format = 1", "format = true", ["format = true"]),
    "no format": ("format = 1", "", ["format", "is missing"]),
    "stress in a single layer": (THICKNESS, THICKNESS + '\nresidual_stress = "5 MPa"', ["cannot balance"]),
    "unbalanced residual stress": (
        LAYER,
        COVER + 'residual_stress = "1 MPa"\n' + LAYER + 'residual_stress = "1 MPa"\n',
        ["stack.residual_stress", "80 N/m"],
    ),
    "profile without a face": (
        THICKNESS,
        skin(POINTS),
        ["residual_profile.face", "is missing", '"top", "bottom"'],
    ),
    "profile without numbers": (
        THICKNESS,
        skin('face = "top"'),
        ["residual_profile", "one whole form", "shape"],
    ),
    "profile in two forms": (
        THICKNESS,
        skin('face = "top", shape = "linear", surface = "1 MPa", length = "1 um", ' + POINTS),
        ["residual_profile", "one whole form"],
    ),
    "profile without a unit": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "1"], stress = ["-90 MPa", "0 MPa"]'),
        ["stack.ceramic.residual_profile.depth", "has no unit", '"30 um"'],
    ),
    "profile in a wrong unit": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "1 um"], stress = ["-90 um", "0 MPa"]'),
        ["residual_profile.stress", "is a length, not a stress"],
    ),
    "profile that is no list": (
        THICKNESS,
        skin('face = "top", depth = "1 um", stress = ["-90 MPa", "0 MPa"]'),
        ["residual_profile.depth", "is not a list"],
    ),
    "profile not in order": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "2 um", "1 um"], stress = ["-90 MPa", "-9 MPa", "0 MPa"]'),
        ["residual_profile.depth", "does not increase", "ascending"],
    ),
    "profile that begins inside": (
        THICKNESS,
        skin('face = "top", depth = ["1 um", "2 um"], stress = ["-90 MPa", "0 MPa"]'),
        ["residual_profile.depth", "does not begin at the face"],
    ),
    "profile with a stress missing": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "1 um", "2 um"], stress = ["-90 MPa", "0 MPa"]'),
        ["residual_profile.stress", "3 depths and 2 stresses"],
    ),
    "profile with too many points": (
        THICKNESS,
        skin(f'face = "top", depth = {[f"{i} um" for i in range(33)]}, stress = {["1 MPa"] * 33}'),
        ["residual_profile.depth", "has 33 points", "2 to 31"],
    ),
    "profile deeper than its layer": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "40 um"], stress = ["-90 MPa", "0 MPa"]'),
        ['residual_profile.depth = "40 um"', "deeper than the 30 um", "at most 30 um"],
    ),
    "shape deeper than its layer": (
        THICKNESS,
        skin('face = "top", shape = "linear", surface = "-90 MPa", length = "40 um"'),
        ['residual_profile.length = "40 um"', "deeper than the 30 um"],
    ),
    "profile that ends in mid-air": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "2 um"], stress = ["-90 MPa", "-50 MPa"]'),
        ['residual_profile.stress = "-50 MPa"', "does not say what follows", '"30 um"'],
    ),
    "profile of nothing": (
        THICKNESS,
        skin('face = "top", depth = ["0 um", "2 um"], stress = ["0 MPa", "0 MPa"]'),
        ["residual_profile.stress", "zero everywhere"],
    ),
    "shape of nothing": (
        THICKNESS,
        skin('face = "top", shape = "linear", surface = "0 MPa", length = "2 um"'),
        ["residual_profile.surface", "zero everywhere"],
    ),
    "flat profile out of balance": (
        THICKNESS,
        skin('face = "top", held = "flat", ' + POINTS),
        ["stack.residual_profile", "net force of -45 N/m", '"constrained"'],
    ),
    "misspelt key of a profile": (
        THICKNESS,
        skin('face = "top", depht = ["0 um", "2 um"], stress = ["-90 MPa", "0 MPa"]'),
        ["residual_profile.depht", "Did you mean 'depth'?"],
    ),
    "misspelt shape of a profile": (
        THICKNESS,
        skin('face = "top", shape = "exponental", surface = "-90 MPa", length = "2 um"'),
        ['residual_profile.shape = "exponental"', "Did you mean 'exponential'?"],
    ),
    "profile that is no table": (
        THICKNESS,
        THICKNESS + "\nresidual_profile = 3",
        ["residual_profile = 3", "table"],
    ),
    "profile from no file": (
        THICKNESS,
        skin('face = "top", file = "absent.csv"'),
        ['residual_profile.file = "absent.csv"', "cannot be read", "depth [um],stress [MPa]"],
    ),
    "profile from a file that is none": (
        THICKNESS,
        skin('face = "top", file = "bad.toml"'),
        ['residual_profile.file = "bad.toml"', "no columns depth and stress"],
    ),
    "profile from a file and points": (
        THICKNESS,
        skin('face = "top", file = "bad.toml", ' + POINTS),
        ["residual_profile.file", "beside another form"],
    ),
    "too much wrap": ('"90 deg"', '"400 deg"', ["rollers.idler.wrap", "too large", "360 deg"]),
    "below absolute zero": (ROLLERS, ROLLERS + 'temperature = "-300 degC"', ["absolute zero"]),
    "loose target": (
        ROLLERS,
        ROLLERS + '[accuracy]\ntarget = "50 %"',
        ["accuracy.target", "too large", "0.1"],
    ),
    "text for a boolean": (
        ROLLERS,
        ROLLERS + '[output]\npictures = "yes"',
        ["output.pictures", "true, false"],
    ),
    "poisson ratio": (
        ROLLERS,
        ROLLERS + "[materials.LLZTO]\npoisson_ratio = 0.7",
        ["poisson_ratio = 0.7", "0.5"],
    ),
    "half a definition": (
        '"LLZTO"\n' + THICKNESS,
        '"glue"\n' + THICKNESS + '\n[materials.glue]\nyoungs_modulus = "1 MPa"',
        ["materials.glue.poisson_ratio", "is missing"],
    ),
    "no strength for a blunt flaw": ('"LLZTO"', '"Li3PO4"', ["materials.Li3PO4.flexural_strength", "blunt"]),
    "unused material": (
        ROLLERS,
        ROLLERS + '[materials.LLZT0]\ncte = "1 ppm/K"',
        ["used by no layer", "'LLZTO'"],
    ),
    "unknown treatment": (
        FLAW,
        '[treatment]\nname = "N2 plasm"\n',
        ['treatment.name = "N2 plasm"', "rollmech treatments", "Did you mean 'N2 plasma'?"],
    ),
    "bad severity": (
        FLAW,
        '[treatment]\nname = "laser"\nseverity = "hgh"\n',
        ['treatment.severity = "hgh"', '"low", "mid", "high"', "Did you mean 'high'?"],
    ),
    "treatment without a name": (FLAW, '[treatment]\nseverity = "low"\n', ["treatment.name", "is missing"]),
    "misspelt key of a treatment": (FLAW, '[treatment]\nnam = "laser"\n', ["Did you mean 'name'?"]),
    "treatment too deep for the layer": (
        FLAW,
        '[treatment]\nname = "coarse polishing"\nseverity = "high"\n',
        ['flaws[0].depth = "60 um"', 'given by treatment "coarse polishing"', "27 um"],
    ),
    "treatment of a web without ceramic": (
        LAYER + "\n" + FLAW,
        COVER + '[treatment]\nname = "laser"\n',
        ["no free ceramic face", "[[flaws]] with layer and face"],
    ),
    "treatment with a faulty flaw": (
        FLAW,
        '[treatment]\nname = "laser"\n[[flaws]]\ndepth = 3\n',
        ["flaws[0].depth = 3", "has no unit"],
    ),
    "treatment of a covered layer": (
        LAYER + "\n" + FLAW,
        COVER.replace("cover", "base")
        + LAYER
        + COVER
        + '[treatment]\nname = "laser"\n[[flaws]]\nlayer = "ceramic"\n',
        ["flaws[0].face", "given by treatment", "is covered"],
    ),
    "section of a wrong type": (ROLLERS, "rollers = 3\n", None),
    "broken TOML": (THICKNESS, "thickness = ", ["is not TOML", "line 7, column"]),
}
# Cases that need more than one replacement.
WHOLE = {
    "profile of a graded layer": (
        grading(ENDS, 'residual_profile = { face = "top", ' + POINTS.replace("1 um", "2 um") + " }"),
        ["stack.base.residual_profile", "graded layer", "one material"],
    ),
    "profile beside a load by stresses": (
        GOOD.replace(THICKNESS, skin('face = "top", ' + POINTS)).replace(
            ROLLERS, '[load]\nmembrane_stress = "9 MPa"\n'
        ),
        ["stack.ceramic.residual_profile", "beside a load by stresses", "tension and bend_radius"],
    ),
    "flaw no table": (
        'flaws = [3]\nformat = 1\ntitle = "x"\n' + LAYER + ROLLERS,
        ["flaws[0] = 3", "not a table"],
    ),
    "empty stack": ('stack = []\nformat = 1\ntitle = "x"\n' + ROLLERS, ["stack = []", "is empty"]),
    "section of a wrong type": (
        'rollers = 3\nformat = 1\ntitle = "x"\n' + LAYER,
        ["rollers = 3", "not a list"],
    ),
    "empty file": ("", ["is empty", "rollmech init"]),
}
SETS = {
    "no equals sign": ("stack.ceramic.thickness", ["is no override", "KEY=VALUE"]),
    "unknown section": (
        "stck.ceramic.thickness=1",
        ["--set stck.ceramic.thickness", "Did you mean 'stack'?"],
    ),
    "unknown entry": (
        'stack.cermic.thickness="20 um"',
        ["no entry is called 'cermic'", "Did you mean 'ceramic'?"],
    ),
    "unknown index": ('stack.7.thickness="20 um"', ["no entry is called '7'"]),
    "no unit": ("stack.ceramic.thickness=20", ["stack.ceramic.thickness = 20", "has no unit"]),
    "unknown key": ("stack.ceramic.thicknes=20 um", ["Did you mean 'thickness'?"]),
    "whole section": ("stack=3", ["cannot be replaced"]),
    "bad path": ('stack.."x"=3', ["is no override"]),
}


def case_text(name: str) -> tuple[str, list[str]]:
    for texts in (LAWS, INTERFACES, CHANGING, WHOLE):
        if name in texts:
            return texts[name]
    old, new, wanted = EDITS[name]
    assert old in GOOD
    return GOOD.replace(old, new, 1), wanted


def judge(code: int, capsys: pytest.CaptureFixture[str], source: str, wanted: list[str]) -> None:
    out, err = capsys.readouterr()
    assert code == 2, err
    assert out == ""
    assert "Traceback" not in err
    assert err.startswith(source)
    for text in [*wanted, "accepted: "]:
        assert text in err


@pytest.mark.parametrize("name", sorted({*EDITS, *WHOLE, *LAWS, *INTERFACES, *CHANGING}))
def test_bad_case(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text, wanted = case_text(name)
    Path("bad.toml").write_text(text)
    judge(cli.main(["run", "bad.toml"]), capsys, "bad.toml", wanted)
    assert [item.name for item in tmp_path.iterdir()] == ["bad.toml"]


@pytest.mark.parametrize("name", sorted(SETS))
def test_bad_override(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("good.toml").write_text(GOOD)
    override, wanted = SETS[name]
    judge(cli.main(["run", "good.toml", "--set", override]), capsys, "good.toml", wanted)
    assert [item.name for item in tmp_path.iterdir()] == ["good.toml"]


@pytest.mark.parametrize(
    ("content", "path", "wanted"),
    [
        (None, "absent.toml", "does not exist"),
        (None, ".", "is a directory"),
        (b"title = '\xff\xfe'", "bytes.toml", "is not UTF-8"),
        (b"a = " + b"[" * 5000, "deep.toml", "cannot be read"),
        (b"case = 'etch_pit.toml'\n[[vary]]\nkey = 'web.width'\n", "study.toml", "is a study, not a case"),
    ],
)
def test_bad_file(content, path, wanted, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(path).write_bytes(content)
    judge(cli.main(["validate", path]), capsys, path, [wanted])


def test_all_faults_come_together(tmp_path, monkeypatch, capsys):
    """Faults of single fields do not hide those between parts."""
    monkeypatch.chdir(tmp_path)
    text = GOOD.replace('"50 mm"', '"50 MPa"').replace('layer = "ceramic"', 'layer = "glass"')
    Path("bad.toml").write_text(text.replace("format = 1", "format = 9"))
    judge(
        cli.main(["validate", "bad.toml"]),
        capsys,
        "bad.toml: 3 faults",
        ["format", "radius", "flaws[0].layer"],
    )


def test_good_case_is_valid(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("good.toml").write_text(GOOD)
    assert cli.main(["validate", "good.toml"]) == 0
    assert capsys.readouterr().out == "good.toml: valid\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["run"],
        ["validate", "x.toml", "--bogus"],
        ["materials", "unobtainium"],
        ["treatments", "prayer"],
        ["init", "."],
    ],
)
def test_bad_arguments(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


def test_bug_is_one_line(monkeypatch, capsys):
    monkeypatch.delenv("ROLLMECH_DEBUG", raising=False)
    monkeypatch.setattr("rollmech.case.json_schema", lambda: 1 / 0)
    assert cli.main(["schema"]) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "text", [GOOD.replace(THICKNESS, "thickness = 30"), GOOD.replace("[[stack]]", "[[stack]")]
)
def test_bad_case_as_a_process(text, tmp_path):
    (tmp_path / "bad.toml").write_text(text)
    command = [
        sys.executable,
        "-c",
        "import sys; from rollmech.cli import main; sys.exit(main())",
        "run",
        "bad.toml",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("bad.toml: 1 fault")
    assert len(list(tmp_path.iterdir())) == 1


def test_reader_that_has_gone(tmp_path):
    """A closed pipe ends quietly."""
    code = "import sys; from rollmech.cli import main; sys.exit(main(['schema']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        message = process.stderr.read()
    assert message == b""
    assert process.returncode == 141


def test_init_does_not_overwrite(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init"]) == 0
    Path("case.toml").write_text("mine")
    assert cli.main(["init"]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path("case.toml").read_text() == "mine"
    assert cli.main(["init", "--force"]) == 0
    assert cli.main(["validate", "case.toml"]) == 0
