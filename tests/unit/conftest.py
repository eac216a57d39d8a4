"""Small run folders, one a kind of flaw, solved once for all tests of what is made from them."""

import pytest

from rollmech.pipeline import run_case_file

HEAD = """
format = 1
title = "A small case"
[[stack]]
name = "carrier"
material = "PET"
thickness = "20 um"
[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"
"""
FLAWS = {
    "crack": '[[flaws]]\nkind = "crack"\nlayer = "ceramic"\nface = "top"\ndepth = "4 um"\nlength = "10 um"\n',
    "sharp": '[[flaws]]\nkind = "scratch"\nlayer = "ceramic"\nface = "top"\ndepth = "3 um"\n',
    "blunt": '[[flaws]]\nkind = "scratch"\nlayer = "ceramic"\nface = "top"\ndepth = "3 um"\n'
    'width = "4 um"\nprofile = "U"\n',
    "channel": '[[flaws]]\nkind = "channel"\nlayer = "ceramic"\nface = "top"\n',
    "cut": '[[flaws]]\nkind = "delamination"\nlayer = "ceramic"\nface = "top"\nstart = "cut"\n'
    'length = "30 um"\ninterface_toughness = "2 J/m^2"\n',
    "spot": '[[flaws]]\nkind = "delamination"\nlayer = "ceramic"\nface = "top"\nstart = "spot"\n'
    'length = "60 um"\nwidth = "60 um"\npressure = "1 MPa"\ninterface_toughness = "2 J/m^2"\n',
    "none": "",
}
TAIL = """
[load]
tension = "100 N/m"
bend_radius = "60 mm"
stretches = "top"
[accuracy]
target = "10 %"
"""


ROLLERS = """
[[rollers]]
name = "first"
radius = "60 mm"
wrap = "90 deg"
touches = "bottom"
tension = "60 N/m"
span = "0.4 m"
[[rollers]]
name = "second"
radius = "50 mm"
wrap = "120 deg"
touches = "top"
tension = "60 N/m"
span = "0.3 m"
[accuracy]
target = "10 %"
"""


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Run folders without pictures, one a kind of flaw; solved once."""
    root = tmp_path_factory.mktemp("runs")
    for kind, flaw in FLAWS.items():
        case = root / f"{kind}.toml"
        case.write_text(HEAD + flaw + TAIL)
        run_case_file(case, [], root / kind, pictures=False, quiet=True)
    case = root / "rollers.toml"
    case.write_text(HEAD + FLAWS["sharp"] + ROLLERS)
    run_case_file(case, [], root / "rollers", pictures=False, quiet=True)
    return root
