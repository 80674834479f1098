// Makes the outlines of countries for the map, from Natural Earth's, in the Equal Earth projection: countries of equal size look so.
// Writes { width, height, countries: [{ names, outline }] }; a place too small for an outline has a point [x, y] instead.
import { readFileSync, writeFileSync } from "node:fs";
import { feature } from "topojson-client";

const read = (path) => JSON.parse(readFileSync(`node_modules/${path}`, "utf-8"));
const [width, top, bottom] = [960, 84, -56]; // no land that anybody studies lies beyond these latitudes

// Šavrič, Patterson & Jenny, The Equal Earth map projection, 2018.
const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
const project = ([longitude, latitude]) => {
  const [lambda, phi] = [longitude, latitude].map((degrees) => (degrees * Math.PI) / 180);
  const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin(phi));
  const [t2, t6] = [theta ** 2, theta ** 6];
  const x = (2 * Math.sqrt(3) * lambda * Math.cos(theta)) / (3 * (9 * a4 * t2 ** 4 + 7 * a3 * t6 + 3 * a2 * t2 + a1));
  return [x, theta * (a4 * t2 ** 4 + a3 * t6 + a2 * t2 + a1)];
};
const [[right], [, high], [, low]] = [[180, 0], [0, top], [0, bottom]].map(project);
const scale = width / (2 * right);
const place = (point) => {
  const [x, y] = project(point);
  return [(x + right) * scale, (high - y) * scale].map((value) => Math.round(value * 10) / 10);
};

const rings = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
// A ring over the date line is drawn once on either side; what lies beyond the edge of the map falls on the edge.
const halves = (ring) => {
  let shift = 0;
  const whole = ring.slice(0, -1).map(([longitude, latitude], at) => {
    const step = at ? longitude - ring[at - 1][0] : 0;
    shift += step > 180 ? -360 : step < -180 ? 360 : 0;
    return [longitude + shift, latitude];
  });
  const sides = [-360, 0, 360].map((turn) => whole.map(([longitude, latitude]) => [longitude + turn, latitude]));
  return sides.filter((side) => side.some(([longitude]) => Math.abs(longitude) < 180))
    .map((side) => side.map(([longitude, latitude]) => [Math.max(-180, Math.min(180, longitude)), latitude]));
};
const outline = (geometry) => rings(geometry).flatMap(halves).map((ring) => {
  const points = ring.map(place);
  const kept = points.filter(([x, y], at) => at === 0 || x !== points[at - 1][0] || y !== points[at - 1][1]);
  return kept.length > 2 ? `M${kept.map(([x, y]) => `${x} ${y}`).join("L")}Z` : "";
}).join("");
const middle = (geometry) => {
  const points = rings(geometry).reduce((longest, ring) => (ring.length > longest.length ? ring : longest), []);
  return place([0, 1].map((axis) => (Math.min(...points.map((p) => p[axis])) + Math.max(...points.map((p) => p[axis]))) / 2));
};

const codes = new Map(read("i18n-iso-countries/codes.json").map(([two, three, number]) => [number, [two, three]]));
const english = read("i18n-iso-countries/langs/en.json").countries;
const names = ({ id, properties }) => {
  const [two, three] = codes.get(id) || [];
  return [...new Set([properties.name, english[two] || [], two, three].flat().filter(Boolean))];
};
const land = (detail) => {
  const topology = read(`world-atlas/countries-${detail}.json`);
  return feature(topology, topology.objects.countries).features.filter(({ geometry, properties }) => geometry && properties.name !== "Antarctica");
};

const drawn = land("110m").map((one) => ({ names: names(one), outline: outline(one.geometry) }));
const known = new Set(drawn.flatMap((one) => one.names));
const small = land("50m").filter((one) => !names(one).some((name) => known.has(name))).map((one) => ({ names: names(one), point: middle(one.geometry) }));
writeFileSync(process.argv[2], JSON.stringify({ width, height: Math.ceil((high - low) * scale), countries: [...drawn, ...small] }) + "\n");
