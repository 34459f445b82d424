import assert from "node:assert/strict";
import fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { seriesColor, seriesColors, seriesHues } from "../../src/protocol/series-colors.js";
import { seriesStyles } from "../../webview/series-colors.js";

const ids = fc.stringMatching(/^[0-9a-f]{32}$/);

type Light = readonly [red: number, green: number, blue: number];

/** How people see light who lack one kind of cones (Machado, Oliveira and Fernandes 2009, in linear light). */
const sights: Readonly<Record<string, readonly Light[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const sum = ([a, b, c]: Light, [x, y, z]: Light): number => a * x + b * y + c * z;

function lightOf(color: string): Light {
  const part = (at: number): number => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

const seen = (light: Light, sight: readonly Light[]): Light => {
  const [red, green, blue] = sight.map((row) => Math.max(0, Math.min(1, sum(row, light))));
  return [red ?? 0, green ?? 0, blue ?? 0];
};

/** Where a colour stands in OKLab, in hundredths. */
function place(light: Light): Light {
  const long = Math.cbrt(sum([0.4122214708, 0.5363325363, 0.0514459929], light));
  const middle = Math.cbrt(sum([0.2119034982, 0.6806995451, 0.1073969566], light));
  const short = Math.cbrt(sum([0.0883024619, 0.2817188376, 0.6299787005], light));
  return [
    100 * sum([0.2104542553, 0.793617785, -0.0040720468], [long, middle, short]),
    100 * sum([1.9779984951, -2.428592205, 0.4505937099], [long, middle, short]),
    100 * sum([0.0259040371, 0.7827717662, -0.808675766], [long, middle, short]),
  ];
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [one, other]
    .map((color) => sum([0.2126, 0.7152, 0.0722], lightOf(color)))
    .sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** Surfaces of VS Code's own themes. */
const surfaces = { light: ["#ffffff", "#f8f8f8"], dark: ["#1f1f1f", "#181818", "#000000"] } as const;

describe("colours of runs", () => {
  for (const look of ["light", "dark"] as const)
    it(`are told apart on ${look} surfaces, also by people who see colours otherwise`, () => {
      const hues = seriesHues[look];
      for (const [at, one] of hues.entries()) {
        for (const surface of surfaces[look]) assert.ok(contrast(one, surface) >= 3, `${one} on ${surface}`);
        for (const other of hues.slice(at + 1))
          for (const [name, sight] of Object.entries(sights)) {
            const [a, b] = [one, other].map((color) => place(seen(lightOf(color), sight)));
            const apart = a && b ? Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) : 0;
            assert.ok(apart >= 10, `${one} and ${other} with ${name}: ${apart.toFixed(1)}`);
          }
      }
    });

  it("are one of the eight for every id", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const color = seriesColor(id);
        assert.ok(Number.isInteger(color) && color >= 1 && color <= seriesColors, `${id}: ${color}`);
      }),
    );
  });

  it("are the same on pages and in the side bar", () => {
    const sheet = path.join(import.meta.dirname, "..", "..", "webview", "theme.css");
    const css = fs.readFileSync(sheet, "utf8");
    const values = [...css.matchAll(/--loam-series-\d: (#[0-9a-f]{6});/g)].map(([, value]) => value);
    assert.deepEqual(values, [...seriesHues.light, ...seriesHues.dark]);
  });

  it("are spread over runs that were made one after the other", () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 800; n++) {
      const color = seriesColor(`01a2098a652e${n.toString(16).padStart(4, "0")}8982e20f6b189434`);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    assert.equal(counts.size, seriesColors);
    assert.ok(Math.max(...counts.values()) < 200, JSON.stringify([...counts]));
  });

  it("tell runs of one colour apart by dash and marker", () => {
    fc.assert(
      fc.property(fc.uniqueArray(ids, { minLength: 1, maxLength: 24 }), (list) => {
        const styles = [...seriesStyles(list).values()].map(
          ({ color, dash, marker }) => `${color} ${dash.join()} ${marker}`,
        );
        assert.equal(new Set(styles).size, list.length);
      }),
    );
  });
});
