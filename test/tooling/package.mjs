// `npm run package`: the VSIX of this platform, from what the build made.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, cache, installPackages, Missing, node, root } from "./prepare.mjs";

const limitMegabytes = 60;
const platforms = { win32: "win32", darwin: "darwin", linux: "linux" };

/** The name of this platform in VS Code's words: "linux-x64", "alpine-arm64", "darwin-arm64" … */
export function platformTarget() {
  const musl = process.platform === "linux" && fs.existsSync("/etc/alpine-release");
  const arch = process.arch === "arm" ? "armhf" : process.arch;
  return `${musl ? "alpine" : (platforms[process.platform] ?? "linux")}-${arch}`;
}

/**
 * Lays into `folder` what a person gets: the files that package.json lists without their source maps, and a manifest
 * without what only developers need.
 */
export function stageExtension(folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const listed of manifest.files) {
    const name = listed.replace(/\/\*\*$/, "");
    const filter = (file) => !file.endsWith(".map") && !file.includes("__pycache__");
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true, filter });
  }
  for (const key of ["scripts", "devDependencies", "prettier", "mocha", "knip", "overrides", "allowScripts"])
    delete manifest[key];
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  return manifest;
}

/** Packs what was built before, laid into `folder`, and gives the path of the VSIX. Too large a one is an error. */
export async function packageExtension(folder = path.join(cache, "package")) {
  const { name, version } = stageExtension(folder);
  const file = path.join(root, `${name}-${platformTarget()}-${version}.vsix`);
  const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
  const args = ["package", "--target", platformTarget(), "--out", file];
  args.push("--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links");
  const done = spawnSync(node, [vsce, ...args], { cwd: folder, encoding: "utf8", timeout: 300_000 });
  if (done.status !== 0) throw new Error(`Packaging failed:\n${done.stdout}${done.stderr}`);
  const megabytes = fs.statSync(file).size / 1_000_000;
  console.log(`${path.basename(file)}: ${megabytes.toFixed(1)} MB`);
  if (megabytes > limitMegabytes) throw new Error(`The package is larger than ${limitMegabytes} MB.`);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await installPackages();
    await build();
    await packageExtension();
  } catch (error) {
    console.error(error instanceof Missing ? error.message : (error.message ?? error));
    process.exitCode = 1;
  }
}
