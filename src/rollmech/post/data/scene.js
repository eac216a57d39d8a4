// A small viewer of surfaces under parallel projection. Lengths are um; nothing is fetched.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const canvas = at("view"), gl = canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true });
const START = { turn: 0.675, lift: 0.45 };
const eye = { ...START, zoom: 1, centre: [0, 0, 0] };

// --- data ------------------------------------------------------------------------------------
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
function floats({ low, high, codes }) {
  const steps = new Uint16Array(bytes(codes).buffer), step = (high - low) / 65535;
  return Float32Array.from(steps, (code) => low + step * code);
}
const whole = ({ wide, codes }) => wide ? new Uint32Array(bytes(codes).buffer) : Uint32Array.from(new Uint16Array(bytes(codes).buffer));
const unpacked = (item) => ({
  ...item, rest: floats(item.rest), moved: floats(item.moved),
  values: (item.values || []).map(floats), index: whole(item.faces || item.pairs),
});
const bodies = data.bodies.map(unpacked), lines = data.lines.map(unpacked);
const front = data.front && unpacked(data.front);
const low = [1e30, 1e30, 1e30], high = [-1e30, -1e30, -1e30];
for (const body of bodies)
  for (let i = 0; i < body.rest.length; i++) {
    low[i % 3] = Math.min(low[i % 3], body.rest[i]); high[i % 3] = Math.max(high[i % 3], body.rest[i]);
  }
const middle = low.map((v, i) => (v + high[i]) / 2);
const radius = Math.hypot(...low.map((v, i) => (high[i] - v) / 2));
eye.centre = [...middle];

// --- camera ----------------------------------------------------------------------------------
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
function camera() {
  const [s, c, u, v] = [Math.sin(eye.turn), Math.cos(eye.turn), Math.sin(eye.lift), Math.cos(eye.lift)];
  const half = 1.08 * radius / eye.zoom; // um from the middle of the picture to its nearer edge
  const wide = canvas.clientWidth / canvas.clientHeight;
  const [x, y] = wide > 1 ? [half * wide, half] : [half, half / wide];
  return { right: [c, s, 0], up: [-s * u, c * u, v], back: [s * v, -c * v, u], x, y };
}
const pixel = (cam) => canvas.clientHeight / (2 * cam.y); // pixels per um in the plane of the picture
function project(cam, p) {
  const d = [p[0] - eye.centre[0], p[1] - eye.centre[1], p[2] - eye.centre[2]];
  const k = pixel(cam);
  return [canvas.clientWidth / 2 + k * dot(d, cam.right), canvas.clientHeight / 2 - k * dot(d, cam.up), dot(d, cam.back)];
}

// --- drawing ---------------------------------------------------------------------------------
const VERTEX = `#version 300 es
in vec3 rest; in vec3 moved; in float value;
uniform vec3 right, up, back, centre, scale; uniform float factor, nearer;
out vec3 place; out float shown;
void main() {
  vec3 d = rest + factor * moved - centre;
  place = vec3(dot(d, right), dot(d, up), dot(d, back)); shown = value;
  gl_Position = vec4(place.xy * scale.xy, -place.z * scale.z - nearer, 1.0);
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 place; in float shown; out vec4 colour;
uniform sampler2D ramp; uniform vec2 range; uniform vec3 over, under; uniform bvec2 clipped; uniform bool inked;
void main() {
  if (inked) { colour = vec4(0.13, 0.13, 0.13, 1.0); return; }
  float t = (shown - range.x) / max(range.y - range.x, 1e-30);
  vec3 paint = texture(ramp, vec2(clamp(t, 0.0, 1.0) * 255.0 / 256.0 + 0.5 / 256.0, 0.5)).rgb;
  if (clipped.x && t > 1.0) paint = over;
  if (clipped.y && t < 0.0) paint = under;
  vec3 n = normalize(cross(dFdx(place), dFdy(place)));
  colour = vec4(paint * (0.80 + 0.20 * abs(dot(n, normalize(vec3(-0.3, 0.7, 0.7))))), 1.0);
}`;
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
let program, uniform, ramps = {};
function buffer(kind, array) {
  const made = gl.createBuffer();
  gl.bindBuffer(kind, made); gl.bufferData(kind, array, gl.STATIC_DRAW);
  return made;
}
function start() {
  program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source); gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program); gl.useProgram(program); gl.enable(gl.DEPTH_TEST);
  uniform = (name) => gl.getUniformLocation(program, name);
  for (const [name, text] of Object.entries(data.maps)) {
    ramps[name] = gl.createTexture(); gl.bindTexture(gl.TEXTURE_2D, ramps[name]);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, bytes(text));
    for (const key of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, key, gl.LINEAR);
    for (const key of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, key, gl.CLAMP_TO_EDGE);
  }
  for (const item of [...bodies, ...lines, ...(front ? [front] : [])]) {
    item.buffers = ["rest", "moved"].map((key) => buffer(gl.ARRAY_BUFFER, item[key]));
    item.shades = item.values.map((values) => buffer(gl.ARRAY_BUFFER, values));
    item.order = buffer(gl.ELEMENT_ARRAY_BUFFER, item.index);
  }
}
function attribute(name, made, size) {
  const place = gl.getAttribLocation(program, name);
  if (!made) { gl.disableVertexAttribArray(place); return; }
  gl.bindBuffer(gl.ARRAY_BUFFER, made); gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
}
function drawItem(item, shade, kind, nearer) {
  attribute("rest", item.buffers[0], 3); attribute("moved", item.buffers[1], 3); attribute("value", item.shades[shade], 1);
  gl.uniform1i(uniform("inked"), kind === gl.LINES ? 1 : 0); gl.uniform1f(uniform("nearer"), nearer);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, item.order);
  gl.drawElements(kind, item.index.length, gl.UNSIGNED_INT, 0);
}
function paint(scale, ramp) {
  gl.bindTexture(gl.TEXTURE_2D, ramps[ramp]);
  gl.uniform2f(uniform("range"), scale.low, scale.high);
  gl.uniform2i(uniform("clipped"), scale.over ? 1 : 0, scale.under ? 1 : 0);
}
const [stressRamp, frontRamp] = Object.keys(data.maps);
const factor = () => data.factor * at("factor").value / 100;
const seen = (item) => !(item.cut && at("cut").checked) && !(item.above && !at("above").checked);
function draw() {
  const cam = camera(), ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * ratio; canvas.height = canvas.clientHeight * ratio;
  gl.viewport(0, 0, canvas.width, canvas.height); gl.clearColor(1, 1, 1, 1);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  for (const key of ["right", "up", "back"]) gl.uniform3fv(uniform(key), cam[key]);
  gl.uniform3fv(uniform("centre"), eye.centre); gl.uniform1f(uniform("factor"), factor());
  gl.uniform3f(uniform("scale"), 1 / cam.x, 1 / cam.y, 1 / (4 * radius));
  gl.uniform3fv(uniform("over"), rgb(data.over)); gl.uniform3fv(uniform("under"), rgb(data.under));
  const shade = Number(at("field").value);
  paint(data.fields[shade], stressRamp);
  for (const body of bodies) if (seen(body)) drawItem(body, shade, gl.TRIANGLES, 0);
  const shown = at("cut").checked ? "cut" : "whole";
  if (at("lines").checked) for (const line of lines) if (line.shown === shown && seen(line)) drawItem(line, 0, gl.LINES, 0.001);
  if (front && at("front").checked) { paint(front, frontRamp); drawItem(front, 0, gl.TRIANGLES, 0.002); }
  at("times").textContent = short(factor());
  marks(cam); bars();
}
let waiting = false;
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

// --- words around the picture ----------------------------------------------------------------
const short = (value) => Number(value.toPrecision(3)).toString().replace("-", "−");
const round = (value) => { const p = 10 ** Math.floor(Math.log10(value)); return p * [5, 3, 2, 1].find((s) => s * p <= value); };
function marks(cam) {
  const h = canvas.clientHeight, w = canvas.clientWidth, k = pixel(cam), length = round(0.16 * Math.min(w, h) / k);
  const parts = [`<line x1="24" y1="${h - 30}" x2="${24 + length * k}" y2="${h - 30}" stroke="#222" stroke-width="4"/>`,
    `<text x="24" y="${h - 38}">${short(length)} µm (in the plane of the picture)</text>`];
  const web = data.web, across = [-web[1], web[0], 0], origin = [w - 170, h - 70];
  for (const [axis, name, heavy] of [[web, "web direction", 3], [across, "across", 1.5], [[0, 0, 1], "up", 1.5]]) {
    const tip = [origin[0] + 48 * dot(axis, cam.right), origin[1] - 48 * dot(axis, cam.up)];
    parts.push(`<line x1="${origin[0]}" y1="${origin[1]}" x2="${tip[0]}" y2="${tip[1]}" stroke="#222" stroke-width="${heavy}"/>`,
      `<text x="${tip[0] + 4}" y="${tip[1] + 4}">${name}</text>`);
  }
  at("overlay").innerHTML = parts.join("");
}
function ramp(text) {
  const table = bytes(text), stops = [];
  for (let i = 0; i < 256; i += 15) stops.push(`rgb(${table[3 * i]},${table[3 * i + 1]},${table[3 * i + 2]})`);
  return `linear-gradient(to right, ${stops.join(",")})`;
}
function bar(scale, map) {
  const clip = (on, colour, word) => on ? `<div class="clip"><i style="background:${colour}"></i>${word}: clipped (${scale.why})</div>` : "";
  return `<div class="bar">${scale.name} (${scale.unit})<div class="ramp" style="background:${ramp(data.maps[map])}"></div>` +
    `<div class="ends"><span>${short(scale.low)}</span><span>${short(scale.high)}</span></div>` +
    clip(scale.over, data.over, "above") + clip(scale.under, data.under, "below") + "</div>";
}
function bars() {
  at("bars").innerHTML = bar(data.fields[Number(at("field").value)], stressRamp) +
    (front && at("front").checked ? bar(front, frontRamp) : "");
}
function struck(cam, body, x, y) {
  // The triangle nearest to the eye under a pixel: its depth, corners and shares of them.
  const { rest, moved, index } = body, f = factor(), seenAt = new Float32Array(rest.length);
  for (let i = 0; i < rest.length; i += 3)
    seenAt.set(project(cam, [rest[i] + f * moved[i], rest[i + 1] + f * moved[i + 1], rest[i + 2] + f * moved[i + 2]]), i);
  let best = null;
  for (let i = 0; i < index.length; i += 3) {
    const corners = [index[i], index[i + 1], index[i + 2]], [a, b, c] = corners.map((n) => 3 * n);
    const [bx, by, cx, cy] = [seenAt[b] - seenAt[a], seenAt[b + 1] - seenAt[a + 1], seenAt[c] - seenAt[a], seenAt[c + 1] - seenAt[a + 1]];
    const area = bx * cy - by * cx, px = x - seenAt[a], py = y - seenAt[a + 1];
    const v = (px * cy - py * cx) / area, w = (bx * py - by * px) / area;
    if (!(v >= 0 && w >= 0 && v + w <= 1)) continue;
    const shares = [1 - v - w, v, w], depth = shares[0] * seenAt[a + 2] + v * seenAt[b + 2] + w * seenAt[c + 2];
    if (!best || depth > best.depth) best = { depth, corners, shares, body };
  }
  return best;
}
function probe(x, y) {
  const cam = camera(), shade = Number(at("field").value), field = data.fields[shade], box = at("probe");
  const hits = bodies.filter(seen).map((body) => struck(cam, body, x, y)).filter(Boolean);
  box.style.display = hits.length ? "block" : "none";
  if (!hits.length) return;
  const hit = hits.reduce((one, other) => (other.depth > one.depth ? other : one));
  const mixed = (of) => hit.corners.reduce((sum, n, i) => sum + hit.shares[i] * of(n), 0);
  const value = mixed((n) => hit.body.values[shade][n]), place = [0, 1, 2].map((j) => short(mixed((n) => hit.body.rest[3 * n + j])));
  const words = field.over && value > field.high ? `> ${short(field.high)} ${field.unit}, clipped`
    : field.under && value < field.low ? `< ${short(field.low)} ${field.unit}, clipped` : `${short(value)} ${field.unit}`;
  box.textContent = `${words} at (${place.join(", ")}) µm`;
  box.style.left = `${Math.min(x + 14, canvas.clientWidth - 260)}px`; box.style.top = `${y + 14}px`;
}

// --- hands -----------------------------------------------------------------------------------
const VIEWS = { start: START, top: { turn: 0, lift: Math.PI / 2 }, side: { turn: 0, lift: 0 } };
let held = null;
canvas.addEventListener("pointerdown", (e) => { held = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
canvas.addEventListener("pointerup", () => { held = null; });
canvas.addEventListener("pointermove", (e) => {
  const box = canvas.getBoundingClientRect();
  if (!held) { probe(e.clientX - box.left, e.clientY - box.top); return; }
  at("probe").style.display = "none";
  const [dx, dy] = [e.clientX - held[0], e.clientY - held[1]];
  if (e.shiftKey || e.buttons & 6) {
    const cam = camera(), k = pixel(cam);
    eye.centre = eye.centre.map((v, i) => v - dx / k * cam.right[i] + dy / k * cam.up[i]);
  } else turned(-0.008 * dx, 0.008 * dy);
  held = [e.clientX, e.clientY]; redraw();
});
function turned(dx, dy) { eye.turn += dx; eye.lift = Math.max(-1.57, Math.min(1.57, eye.lift + dy)); }
function zoomed(by) { eye.zoom = Math.max(0.3, Math.min(60, eye.zoom * by)); redraw(); }
canvas.addEventListener("wheel", (e) => { e.preventDefault(); zoomed(Math.exp(-0.0015 * e.deltaY)); }, { passive: false });
canvas.addEventListener("contextmenu", (e) => e.preventDefault());
canvas.addEventListener("keydown", (e) => {
  const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[e.key];
  if (step) { turned(...step); redraw(); e.preventDefault(); }
  if (e.key === "+" || e.key === "-") zoomed(e.key === "+" ? 1.2 : 1 / 1.2);
});
for (const id of ["field", "factor", "cut", "above", "front", "lines"]) at(id).addEventListener("input", redraw);
for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => {
  Object.assign(eye, VIEWS[button.dataset.view], { zoom: 1, centre: [...middle] }); redraw();
});
window.addEventListener("resize", redraw);

at("subtitle").textContent = data.subtitle;
at("notes").textContent = data.notes.join(" ");
data.fields.forEach((field, i) => at("field").add(new Option(field.name, i)));
at("cut-row").hidden = !bodies.some((body) => body.cut);
at("above").checked = !bodies.some((body) => body.cut); // a section shows the flaw anyway
at("above-row").hidden = !bodies.some((body) => body.above);
at("front-row").hidden = !front;
if (gl) { start(); draw(); document.body.dataset.drawn = "yes"; }
else at("subtitle").textContent = "This browser has no WebGL 2: the scene cannot be drawn; the pictures of the run folder show the same.";
