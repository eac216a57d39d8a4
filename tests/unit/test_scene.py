"""The interactive scene: its data are the run's, the page loads nothing, and a real browser draws it."""

import base64
import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from rollmech.post import fields, framing, scene, surface
from rollmech.post.framing import Subject
from rollmech.post.rundata import read_run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--enable-unsafe-swiftshader",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-logging=stderr",
    "--v=0",
    "--virtual-time-budget=5000",
    "--window-size=900,700",
    "--dump-dom",
]


def _floats(packed):
    codes = np.frombuffer(base64.b64decode(packed["codes"]), "<u2")
    return packed["low"] + (packed["high"] - packed["low"]) * codes / 65535


def _corners(packed):
    return np.frombuffer(base64.b64decode(packed["codes"]), "<u4" if packed["wide"] else "<u2")


@pytest.mark.parametrize("kind", ["crack", "blunt", "cut", "spot"])
def test_surfaces_of_the_page_are_those_of_the_run(folders, kind):
    run = read_run(folders / kind)
    content = json.loads(json.dumps(scene.content_of(run)))
    crop = framing.overview_crop(run, Subject.of(run))
    for body in content["bodies"]:
        rest = _floats(body["rest"]).reshape(-1, 3)
        assert np.abs(rest[:, 0]).max() <= crop.x * 1.001
        assert rest[:, 2].min() >= crop.low * 1.001
        assert _corners(body["faces"]).max() < len(rest)
        assert [len(_floats(values)) for values in body["values"]] == [len(rest)] * len(content["fields"])
    assert (content["front"] is not None) == run.sharp
    if kind == "crack":
        front = run.fronts[run.station]
        shown = _floats(content["front"]["values"][0])
        assert shown.max() == pytest.approx(front.k[~front.vertex].max(), rel=1e-6)


def test_colours_beyond_the_scale_stay_beyond(folders):
    run = read_run(folders / "crack")
    content = scene.content_of(run)
    along = content["fields"][0]
    assert along["over"]
    assert max(_floats(body["values"][0]).max() for body in content["bodies"]) > along["high"]


def test_page_holds_all_it_needs(folders, tmp_path):
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    text = scene.write_scene(read_run(copy)).read_text()
    assert len(text) < 10e6
    assert not re.search(r"(src|href)\s*=|@import|url\(|fetch\(|https?:", text)
    assert "default-src 'none'" in text


def test_a_browser_draws_the_page(folders, tmp_path):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser found, none of {', '.join(BROWSERS)}")
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    page = scene.write_scene(read_run(copy))
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [browser, *FLAGS, profile, page.as_uri()], capture_output=True, text=True, timeout=120
    )
    assert 'data-drawn="yes"' in done.stdout
    assert "µm (in the plane of the picture)" in done.stdout
    assert "CONSOLE" not in done.stderr


def test_energy_density_of_simple_states():
    pull, shear, all_round = np.zeros((3, 6))
    pull[0], shear[3], all_round[:3] = 100.0, 10.0, 50.0
    found = fields.energy_density(np.array([pull, shear, all_round]), 150e3, 0.25)
    rigidity, bulk = 150e3 / 2.5, 150e3 / 1.5
    assert found == pytest.approx(
        [1e3 * 100**2 / 300e3, 1e3 * 10**2 / (2 * rigidity), 1e3 * 50**2 / (2 * bulk)]
    )


def test_energy_scale_ends_where_the_stress_scale_does(folders):
    run = read_run(folders / "crack")
    subject = Subject.of(run)
    parts = surface.cut_out(run.plies, framing.overview_crop(run, subject), [(1, 1), (-1, 1)])
    for part in parts:
        fields.add_fields(run, subject, part)
    body = surface.Body(parts)
    stress, energy = (fields.scale_for(run, body, name) for name in (fields.ALONG, fields.ENERGY))
    largest, ceramic, carrier = (
        max(-stress.low, stress.high),
        *(fields.moduli_of(run.case, i)[0] for i in (0, 1)),
    )
    assert energy.over
    assert energy.high >= 1e3 * largest**2 / (2 * ceramic)
    assert energy.high <= 1e3 * largest**2 / (2 * carrier)
