"""Patch geometry and meshes in gmsh; the only place with integer tags."""
