"""Pictures from a run folder: all there, not blank, with the folder's own numbers; broken folders answered."""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest
from matplotlib.image import imread
from matplotlib.text import Text

from rollmech.errors import InputError
from rollmech.post import charts, draw, stack, stations_chart, surface, theme, thickness_chart
from rollmech.post.canvas import round_down
from rollmech.post.framing import Subject, front_scale, scale_of
from rollmech.post.rundata import read_run
from rollmech.post.surface import Body, Crop
from rollmech.post.view import look_at

ALWAYS = {"stations.png", "through_thickness.png", "stack.png"}
SCENES = {"deformed_patch.png", "flaw_closeup.png", "energy_density.png"}
OPENS = {"crack_opening.png"}
EXPECTED = {
    "crack": ALWAYS | SCENES | OPENS | {"k_along_front.png"},
    "sharp": ALWAYS | SCENES | OPENS | {"k_along_front.png"},
    "blunt": ALWAYS | SCENES,
    **dict.fromkeys(("channel", "cut", "spot"), ALWAYS | SCENES | OPENS | {"g_along_front.png"}),
    "none": ALWAYS,
}


@pytest.fixture(scope="session")
def drawn(folders):
    return {kind: draw.draw_run(folders / kind) for kind in EXPECTED}


@pytest.mark.parametrize("kind", EXPECTED)
def test_every_picture_is_there_and_not_blank(drawn, kind):
    assert {path.name for path in drawn[kind]} == EXPECTED[kind]
    for path in drawn[kind]:
        pixels = (imread(path)[..., :3] * 255).astype(int)
        assert pixels.shape == (1050, 1500, 3)
        assert len(np.unique(pixels @ [1, 256, 65536])) > 60, path.name


def _texts(monkeypatch, draw_one, run, path):
    """All words of a chart that is drawn but not written."""
    kept = []
    monkeypatch.setattr(theme, "save", lambda made, path: kept.append(made) or path)
    with theme.style():
        draw_one(run, path)
    return " ".join(text.get_text() for text in kept[0].findobj(lambda artist: hasattr(artist, "get_text")))


def test_numbers_come_from_the_folder(folders, tmp_path, monkeypatch):
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    record = json.loads((copy / "results.json").read_text())
    record["verdict"]["ratio"] = record["stations"][0]["ratio"] = 0.4321
    (copy / "results.json").write_text(json.dumps(record))
    table = (copy / "front.csv").read_text().splitlines()
    cells = table[8].split(",")
    cells[6] = "0.98765"
    table[8] = ",".join(cells)
    (copy / "front.csv").write_text("\n".join(table) + "\n")
    run = read_run(copy)
    words = _texts(monkeypatch, charts.k_along_front, run, copy / "k.png")
    assert "0.432" in words
    assert f"largest: 0.9877 MPa·√m at {float(cells[2]):.0f}°" in words
    assert "fracture toughness" in words, "the placeholder is named"
    assert "0.432" in _texts(monkeypatch, stations_chart.stations, run, copy / "s.png")
    assert front_scale(run).high == pytest.approx(0.98765)


def test_mixed_modes_are_drawn_with_the_effective_k(folders, tmp_path, monkeypatch):
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    rows = [line.split(",") for line in (copy / "front.csv").read_text().splitlines()]
    for cells in rows[1:]:
        cells[7] = "0.01"
    (copy / "front.csv").write_text("\n".join(",".join(cells) for cells in rows) + "\n")
    run = read_run(copy)
    front = run.fronts[run.station]
    assert front.mixed
    assert not read_run(folders / "crack").fronts[run.station].mixed
    # The run itself was in pure mode I, where sqrt(E' J) is K_I.
    assert np.allclose(front.effective(run.tip_modulus), front.k, rtol=1e-4)
    words = _texts(monkeypatch, charts.k_along_front, run, copy / "k.png")
    for symbol in ("K$_I$", "K$_{II}$", "K$_{III}$", "K$_{eff}$ = √(E' J)"):
        assert symbol in words


def test_long_layer_names_stay_in_the_picture(folders, tmp_path, monkeypatch):
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    name = "a_layer_name_of_exactly_forty_characters"
    case = (copy / "case.toml").read_text().replace('"ceramic"', f'"{name}"')
    (copy / "case.toml").write_text(case)
    kept = []
    monkeypatch.setattr(theme, "save", lambda made, path: kept.append(made) or path)
    with theme.style():
        stack.stack_picture(read_run(copy), copy / "stack.png")
        thickness_chart.through_thickness(read_run(copy), copy / "thickness.png")
        for made in kept:
            made.canvas.draw()
            ends = [text.get_window_extent().x1 for text in made.findobj(Text) if text.get_text()]
            assert max(ends) <= made.bbox.x1


def test_stress_through_the_thickness_is_that_of_the_run(folders):
    run = read_run(folders / "crack")
    _, state = run.web
    assert state.total[1, 1].max() / 1e6 == pytest.approx(run.stations[0]["face_stress"]["value"])


def test_singular_colours_are_clipped_and_said_so(folders):
    run = read_run(folders / "crack")
    parts = surface.cut_out(run.plies, Crop(10, 10, -20), [(1, 1), (-1, 1)])
    scale = scale_of(run, Body(parts), surface.PRINCIPAL)
    peak = max(part.skin[surface.PRINCIPAL].max() for part in parts)
    assert scale.over
    assert scale.high < peak
    assert scale.high <= 3 * run.stations[0]["face_stress"]["value"]


def test_mirror_images_meet_and_the_crack_opens(folders):
    run = read_run(folders / "crack")
    right, left = (
        next(part for part in surface.cut_out(run.plies, Crop(10, 10, -20), [q]) if part.ply == 0).skin
        for q in ((1, 1), (-1, 1))
    )
    assert np.allclose(right[surface.REST] * [-1, 1, 1], left[surface.REST])
    assert np.allclose(right[surface.FLAW] * [-1, 1, 1], left[surface.FLAW])
    walls = np.abs(right[surface.REST][:, 0]) < 1e-9
    assert right[surface.FLAW][walls, 0].max() > 0
    assert right.bounds.x_max <= 10.001
    assert right.bounds.z_min >= -20.001


def test_a_flaw_at_an_angle_turns_the_web_direction(folders):
    assert np.allclose(Subject.of(read_run(folders / "crack")).along, [1, 0, 0])


@pytest.mark.parametrize(("value", "rounded"), [(1.0, 1), (4.9, 3), (78, 50), (299.9, 200), (0.031, 0.03)])
def test_round_numbers(value, rounded):
    assert round_down(value) == pytest.approx(rounded)


def test_lengths_are_to_scale_in_a_view():
    view = look_at(np.array([[0, 0, 0], [10, 8, -5.0]]), (0, -1, 0), (400, 300))
    start, end = view.pixels(np.array([[0, 0, 0], [10.0, 0, 0]]))
    assert end[0] - start[0] == pytest.approx(10 * view.pixels_per_um)
    assert end[1] == pytest.approx(start[1])


def test_a_missing_folder_is_one_input_error(tmp_path):
    with pytest.raises(InputError) as caught:
        draw.draw_run(tmp_path / "nowhere")
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("lost", ["results.json", "front.csv", "fields/patch.vtu"])
def test_a_part_that_is_missing_is_one_input_error(folders, tmp_path, lost):
    copy = shutil.copytree(folders / "crack", tmp_path / "copy")
    (copy / lost).unlink()
    with pytest.raises(InputError) as caught:
        draw.draw_run(copy)
    assert len(caught.value.faults) == 1


def test_charts_survive_a_machine_that_cannot_render(folders, tmp_path, monkeypatch):
    copy = shutil.copytree(folders / "sharp", tmp_path / "copy")
    crash = ["sh", "-c", "kill -SEGV $$"]
    monkeypatch.setattr(
        draw,
        "_start_rendering",
        lambda *_: subprocess.Popen(crash, stderr=subprocess.PIPE, text=True),
    )
    with pytest.raises(RuntimeError, match="no working OpenGL"):
        draw.draw_run(copy)
    assert set(os.listdir(copy / "pictures")) >= ALWAYS | {"k_along_front.png"}
