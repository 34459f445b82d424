import assert from "node:assert/strict";
import * as fs from "node:fs";
import { commands, contextKeys, innerCommands, settings, views } from "../../src/vscode/manifest.js";

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

const root = new URL("../../", import.meta.url);
const english = JSON.parse(fs.readFileSync(new URL("package.nls.json", root), "utf8")) as Record<
  string,
  string
>;
const text = fs
  .readFileSync(new URL("package.json", root), "utf8")
  .replaceAll(/"%([\w.]+)%"/g, (_, key: string) => JSON.stringify(english[key]));
const { contributes } = JSON.parse(text) as {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  };
};

describe("the extension's manifest", () => {
  const contributed = contributes.commands.map((one) => one.command);

  it("names the same commands as the code, each in Loam's category", () => {
    assert.deepEqual([...contributed].sort(), Object.keys(commands).sort());
    assert.deepEqual([...new Set(contributes.commands.map((one) => one.category))], ["Loam"]);
    for (const inner of Object.keys(innerCommands)) assert.ok(!contributed.includes(inner), inner);
  });

  it("begins its commands with a verb in sentence case", () => {
    for (const { title } of contributes.commands)
      assert.match(title, /^[A-Z][a-z]+ [a-z ]*((Python|Loam|ONNX)[a-z ]*)?…?$/);
  });

  it("names the same views as the code, with icons that are there", () => {
    const all = Object.values(contributes.views).flat();
    assert.deepEqual(all.map(({ id }) => id).sort(), Object.values(views).sort());
    for (const { icon } of all) assert.ok(fs.existsSync(new URL(icon, root)), icon);
  });

  it("puts only its own commands into menus and welcome texts", () => {
    for (const item of Object.values(contributes.menus).flat())
      assert.ok(contributed.includes(item.command), item.command);
    for (const { view, contents } of contributes.viewsWelcome) {
      assert.ok((Object.values(views) as string[]).includes(view));
      for (const [, id = ""] of contents.matchAll(/command:(loam\.[\w.]+)/g))
        assert.ok(contributed.includes(id), id);
    }
  });

  it("leads through a walkthrough whose pictures and commands are there", () => {
    const steps = contributes.walkthroughs.flatMap((one) => one.steps);
    assert.equal(steps.length, 6);
    for (const { description, media, completionEvents } of steps) {
      assert.match(fs.readFileSync(new URL(media.svg, root), "utf8"), /^<svg [^>]*viewBox=/, media.svg);
      assert.match(media.altText, /^[A-Z].*\.$/);
      const named = [
        ...description.matchAll(/command:([\w.]+)/g),
        ...completionEvents.join(" ").matchAll(/onCommand:([\w.]+)/g),
      ];
      for (const [, id = ""] of named)
        assert.ok(contributed.includes(id) || id === `${views.runs}.focus`, id);
    }
  });

  it("names the same settings with the same defaults as the code", () => {
    const named = Object.entries(contributes.configuration.properties).map(([key, one]) => [
      key,
      one.default,
    ]);
    assert.deepEqual(
      named,
      Object.entries(settings).map(([key, value]) => [`loam.${key}`, value]),
    );
  });

  it("uses the context keys that the code sets", () => {
    const used = new Set(
      [...text.matchAll(/loam\.(started|(runs|data|models)\.(filtered|empty))\b/g)].map(([key]) => key),
    );
    assert.deepEqual([...used].sort(), Object.values(contextKeys).sort());
  });
});
