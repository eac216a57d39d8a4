"""Linear elasticity of a patch: weak forms, far-stress modes, solver."""
