"""The commented case that `rollmech init` writes."""

TEMPLATE = """\
# A rollmech case. Check it with `rollmech validate`, solve it with `rollmech run`.
# Every physical value is a text with its unit. Lines that start with "# " and a key are optional.
format = 1
title = "Etch pit in a free-standing 30 um LLZTO ribbon"

# Layers from bottom to top. `rollmech materials` lists the shipped materials.
[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"
# residual_stress = "-20 MPa"      # equibiaxial, flat unloaded web; a stack's stresses must balance

# Residual stress over the depth below a face: points, or shape = "exponential" or "linear" with surface and length,
# or file = "points.csv". held = "constrained": as locked in, the web relieves it; "flat": as in the flat web.
# residual_profile = { face = "top", depth = ["0 um", "3 um"], stress = ["-120 MPa", "0 MPa"] }

# Layers that are laminated on or taken off on the way name the roller, laminated_at or removed_at: docs/line.md.

# Override shipped values, or define a new material by youngs_modulus and poisson_ratio at least.
# [materials.LLZTO]
# fracture_toughness = "1.0 MPa*m^0.5"
# Composites, pores, relaxing polymers, liquids and graded layers: docs/materials.md.
# [materials.gel20]
# mixture = { matrix = "PEO-LiTFSI", filler = "LLZTO", volume_fraction = "20 %", rule = "mori-tanaka" }

# At most one flaw. `layer` and `face`: the layer that it is in, and the free outer face that it opens to. Kinds:
#   crack    depth, length (at the surface), angle (to the web direction, default "90 deg")
#   pit      depth, width (across the web), length (along it, default width), root_crack
#   scratch  depth alone (sharp, may reach into deeper layers), width and root_radius (blunt V), or
#            profile = "U" and width, or profile = "measured" and file (half a section, docs/surfaces.md)
# Kinds at an interface; `layer` is the one on its near side, seen from `face`:
#   channel       a crack through all layers down to the interface that runs across the web; no size
#   delamination  start = "cut" (from a crack through the layers above) or "spot" (gas under whole layers),
#                 length (along the web), interface_toughness = "2 J/m^2", mode_sensitivity; of a spot pressure, width
#   edge-chip     length (along the edge), width (into the web), depth (without it through the stack), root_crack
#   tile-joint    between tiles on the layers below: gap, tile_length, fill, strain_limit = "20 %" (of the fill),
#                 interface_toughness; straight across the web, through all of its layer
#   particle      material, height, length (along the web), width (across), depth (of its centre; without one it is
#                 flush with the face), misfit = "0.5 %" (by which it would outgrow its place), bond_strength
# What fills a pit or a blunt scratch, bonded to its wall after the web was made: docs/interlayers.md.
#   fill = { material = "PEO-LiTFSI", fraction = "100 %", bond_strength = "1 MPa", misfit = "-2 %" }
# What bridges a sharp scratch or a crack straight across the web:
#   bridging = { strength = "20 MPa", modulus = "1 GPa", gap = "50 nm", opening = "6 nm" }
# A treatment can supply what is not given here, as an assumption: `rollmech treatments` lists them.
# [treatment]
# name = "H3PO4"
# severity = "mid"                   # low, mid, high
[[flaws]]
kind = "pit"
layer = "ceramic"
face = "top"
depth = "4 um"
width = "6 um"
root_crack = "0.5 um"

[web]
width = "300 mm"
speed = "10 m/min"
# stress_free_temperature = "25 degC"

# Rollers in the order of the line. The face that does not touch is the stretched one.
[[rollers]]
name = "idler 1"
radius = "50 mm"
wrap = "90 deg"
touches = "bottom"
tension = "40 N/m"
# temperature = "25 degC"
# span = "0.5 m"                     # free web before it
# misalignment = "0.05 mrad"         # in the plane of that span
# tension_ripple = "5 %"
# driven = true                      # may change the tension

# Passes, storage, growth, strength and flaw populations: docs/line.md.
# [storage]
# radius = "76 mm"
# duration = "30 day"
# stretches = "top"
# [growth]                           # what is left out is a placeholder, named beside every number
# exponent = 20
# passes = 3

# Instead of rollers, a load: either stresses in the flawed layer, or tension and a bend.
# [load]
# membrane_stress = "20 MPa"
# bending_stress = "50 MPa"          # at the flawed face
# [load]
# tension = "40 N/m"
# bend_radius = "50 mm"
# stretches = "top"

# [patch]                            # real ends of a small plate; leave out for a wide web
# half_length = "5 mm"
# half_width = "5 mm"

[accuracy]
target = "1 %"                       # on K and on the stress concentration

# [limits]                           # what a solve may cost; more is refused or stopped with a reason
# elements = 150000                  # of the second mesh, foretold before meshing
# meshing_time = "600 s"             # of one mesh

[verdict]
allowable_ratio = 1.0                # K / K_Ic, or stress / strength

[output]
pictures = true
"""
