// A quarter of a ribbon with a semi-elliptical surface crack, in mm: gmsh -3 -format msh41 ribbon_crack.geo
// Frame: origin at the crack's centre on the flawed face, x normal to the crack, y along its trace, z outwards.
SetFactory("OpenCASCADE");
depth = 0.006; half_length = 0.009; thickness = 0.030; side = 0.150; near = depth / 18; eps = 1e-5;

Box(1) = {0, 0, -thickness, side, side, thickness};
Point(101) = {0, half_length, 0};
Point(102) = {0, 0, 0};
Point(103) = {0, 0, -depth};
Ellipse(101) = {101, 102, 101, 103};
Line(102) = {103, 102};
Line(103) = {102, 101};
Curve Loop(101) = {101, 102, 103};
Plane Surface(101) = {101};
BooleanFragments{ Volume{1}; Delete; }{ Surface{101}; Delete; }

crack() = Surface In BoundingBox {-eps, -eps, -depth - eps, eps, half_length + eps, eps};
front() = Curve In BoundingBox {-eps, -eps, -depth - eps, eps, half_length + eps, eps};
front() -= Curve In BoundingBox {-eps, -eps, -eps, eps, half_length + eps, eps};
front() -= Curve In BoundingBox {-eps, -eps, -depth - eps, eps, eps, eps};

Physical Volume("LLZTO_volume") = {1};
Physical Surface("crack_face") = crack();
Physical Curve("front") = front();

Field[1] = Distance;
Field[1].CurvesList = {front()};
Field[1].Sampling = 200;
Field[2] = MathEval;
Field[2].F = Sprintf("min(%g + 0.35 * F1, max(%g, 0.1 * F1))", near, thickness);
Background Field = 2;
Mesh.MeshSizeExtendFromBoundary = 0;
Mesh.MeshSizeFromPoints = 0;
Mesh.Algorithm3D = 1;
Mesh.RandomSeed = 1;
