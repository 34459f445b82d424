import assert from "node:assert/strict";
import * as fs from "node:fs";
import { commands } from "../../src/vscode/manifest.js";

const manifest = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
  };
};

describe("the extension's manifest", () => {
  it("names the same commands as the code, each in Loam's category", () => {
    const contributed = manifest.contributes.commands;
    assert.deepEqual(contributed.map((one) => one.command).sort(), Object.keys(commands).sort());
    assert.deepEqual([...new Set(contributed.map((one) => one.category))], ["Loam"]);
  });
});
