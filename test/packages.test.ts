import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { newFolder, write } from "./run/loam.js";

const prepare = fs.readFileSync(path.join(import.meta.dirname, "tooling", "prepare.mjs"), "utf8");
/** Stands where npm would: says in a file what it was asked for. */
const npm = 'require("fs").writeFileSync("asked", process.argv.slice(2).join(" "));\n';

/** A project whose lock asks for a package that is not installed. */
function project(): string {
  const folder = newFolder();
  write(folder, {
    "test/tooling/prepare.mjs": prepare,
    "package-lock.json": JSON.stringify({ packages: { "node_modules/a": { version: "2.0.0" } } }),
    "npm/npm-cli.js": npm,
  });
  return folder;
}

/** What installing packages says, and what npm was asked for meanwhile. */
function install(folder: string): { readonly said: string; readonly asked: string | undefined } {
  const script = pathToFileURL(path.join(folder, "test", "tooling", "prepare.mjs")).href;
  const code = `import(${JSON.stringify(script)}).then((made) => made.installPackages())`;
  const env = { ...process.env, npm_execpath: path.join(folder, "npm", "npm-cli.js") };
  const { stderr } = spawnSync(process.execPath, ["-e", code], { cwd: folder, env, encoding: "utf8" });
  const asked = path.join(folder, "asked");
  return { said: stderr, asked: fs.existsSync(asked) ? fs.readFileSync(asked, "utf8") : undefined };
}

describe("packages that are not what the lock says", () => {
  it("are installed by npm", () => {
    assert.equal(install(project()).asked?.split(" ")[0], "ci");
  });

  it("are left as they are where node_modules is a link to somebody else's, and a person is told what to do", () => {
    const [folder, other] = [project(), newFolder()];
    fs.symlinkSync(other, path.join(folder, "node_modules"), "junction");
    const { said, asked } = install(folder);
    assert.equal(asked, undefined);
    assert.match(said, /node_modules is a link to .*, whose packages are not those of package-lock\.json\./);
    assert.match(said, /Fix: remove the link/);
  });
});
