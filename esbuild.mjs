import * as esbuild from "esbuild";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { installNode } from "./test/tooling/prepare.mjs";

const require = createRequire(import.meta.url);
const watch = process.argv.includes("--watch");
/** `--into FOLDER` builds all but the extension, for tests that must not meet a build of `dist` beside them. */
const aside = process.argv.includes("--into");
const into = aside ? (process.argv[process.argv.indexOf("--into") + 1] ?? "") : "dist";

/** @type {esbuild.BuildOptions} */
const base = {
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
  legalComments: "none",
};

/**
 * Has our files ask for Node's own modules as CommonJS does. An ES module that imports one makes Node look at every name
 * of it, which loads as much again behind it: 20 ms of processor time and 5 MB of each start.
 */
const ownModules = {
  name: "own-modules",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*[.]ts$/ }, ({ path: file }) => {
      const text = fs.readFileSync(file, "utf8");
      const asked = text.replace(
        /^import (?!type )(?:[*] as )?([^;]*?) from ("node:[^"]+");$/gm,
        (_, names, name) =>
          `const ${names.replace(/\btype \w+,?/g, "").replace(/ as /g, ": ")} = require(${name});`,
      );
      return { contents: asked, loader: "ts" };
    });
  },
};

/** The command line and what it starts: ES modules in parts, so that a supervisor loads little and at once. */
const commandLine = {
  ...base,
  entryPoints: {
    cli: "src/cli/main.ts",
    jobs: "src/workers/jobs.ts",
    engine: "src/engine/main.ts",
  },
  outdir: into,
  format: "esm",
  splitting: true,
  minifySyntax: true,
  plugins: [ownModules],
  chunkNames: "parts/[name]-[hash]",
  banner: {
    // What CommonJS packages in the bundle expect to be there.
    js: [
      'import { createRequire as loamCreateRequire } from "node:module";',
      'import { fileURLToPath as loamFileURLToPath } from "node:url";',
      "const require = loamCreateRequire(import.meta.url);",
      'const __dirname = loamFileURLToPath(new URL(".", import.meta.url));',
      "const __filename = loamFileURLToPath(import.meta.url);",
    ].join(" "),
  },
};

/**
 * Packages that hold a program for one platform stand beside the bundle, in a folder of its own: the folder's name, and
 * the package of this platform. What is not installed is left out, and its feature says so.
 */
const musl = process.platform === "linux" && fs.existsSync("/etc/alpine-release") ? "-musl" : "";
const natives = [
  { folder: "duckdb", name: `@duckdb/node-bindings-${process.platform}-${process.arch}${musl}`, within: "" },
  {
    folder: "onnxruntime",
    name: "onnxruntime-node",
    within: `bin/napi-v6/${process.platform}/${process.arch}`,
  },
];
/** Programs for graphics cards, which nothing here uses, and the second copy of one file. */
const unused =
  /DirectML[.]dll|dxcompiler[.]dll|dxil[.]dll|providers_(cuda|tensorrt)|[.]\d+[.]\d+[.]\d+[.]dylib/;

/** The process that reads tables: one file, which finds DuckDB's program beside it. */
const tabular = {
  ...commandLine,
  entryPoints: { tabular: "src/workers/tabular-process.ts" },
  splitting: false,
  plugins: [
    ownModules,
    {
      name: "duckdb-beside",
      /** @param {esbuild.PluginBuild} build */
      setup(build) {
        const native = { path: "./duckdb/duckdb.node", external: true };
        build.onResolve({ filter: /^@duckdb[/]node-bindings$/ }, ({ kind }) =>
          // a program can be required, not imported
          kind === "import-statement" ? { path: "bindings", namespace: "duckdb" } : native,
        );
        build.onResolve({ filter: /^duckdb[.]node$/, namespace: "duckdb" }, () => native);
        build.onLoad({ filter: /^/, namespace: "duckdb" }, () => ({
          contents: 'module.exports = require("duckdb.node");',
        }));
      },
    },
  ],
};

/** The process that runs models: one file, which finds ONNX Runtime's program beside it. */
const inference = {
  ...commandLine,
  entryPoints: { inference: "src/workers/inference-process.ts" },
  splitting: false,
  plugins: [
    ownModules,
    {
      name: "onnxruntime-beside",
      /** @param {esbuild.PluginBuild} build */
      setup(build) {
        build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding[.]js$/ }, ({ path: file }) => {
          const text = fs.readFileSync(file, "utf8");
          const place = /`[.][.][/]bin[/]napi-v6[^`]*`/;
          if (!place.test(text)) throw new Error(`${file} is not as it was: look where its program is.`);
          return { contents: text.replace(place, '"./onnxruntime/onnxruntime_binding.node"'), loader: "js" };
        });
        build.onResolve({ filter: /onnxruntime_binding[.]node$/ }, ({ path: file }) => ({
          path: file,
          external: true,
        }));
      },
    },
  ],
};

/** The extension: CommonJS, as every editor loads it. */
const extension = {
  ...base,
  entryPoints: { extension: "src/extension.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  external: ["vscode"],
};

/**
 * The toolkit tries by a style sheet of its own whether the browser knows `:focus-visible`; the pages' policy refuses
 * that sheet, and every browser that shows them knows it.
 */
const knowsFocusVisible = {
  name: "knows-focus-visible",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /fast-web-utilities[\\/]dist[\\/]dom[.]js$/ }, ({ path }) => {
      const text = fs.readFileSync(path, "utf8");
      const head = "export function canUseFocusVisible() {";
      if (!text.includes(head)) throw new Error(`${path} is not as it was: look whether the policy holds.`);
      return { contents: text.replace(head, `${head} return true;`), loader: "js" };
    });
  },
};

/** The pages: each one script and one sheet that a webview loads under its closed policy. */
const pages = {
  ...base,
  platform: "browser",
  target: "chrome120",
  entryPoints: Object.fromEntries(
    fs
      .readdirSync("webview", { recursive: true, encoding: "utf8" })
      .filter((file) => /-page[.]tsx?$/.test(file))
      .map((file) => [file.replace(/^.*[/\\]|-page[.]tsx?$/g, ""), `webview/${file}`]),
  ),
  outdir: `${into}/pages`,
  format: "iife",
  minify: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".ttf": "file" },
  assetNames: "[name]",
  plugins: [knowsFocusVisible],
};

if (!aside) await installNode();
fs.rmSync(into, { recursive: true, force: true });
fs.mkdirSync(into, { recursive: true });
fs.copyFileSync(require.resolve("sql.js/dist/sql-wasm.wasm"), `${into}/sql-wasm.wasm`);
fs.cpSync("media/python", `${into}/python`, {
  recursive: true,
  filter: (file) => !file.includes("__pycache__"),
});

for (const { folder, name, within } of natives) {
  try {
    const from = path.join(path.dirname(require.resolve(`${name}/package.json`)), within);
    fs.cpSync(from, `${into}/${folder}`, { recursive: true, filter: (file) => !unused.test(file) });
  } catch (error) {
    console.warn(
      `${name} is not installed: ${error instanceof Error ? error.message.split("\n", 1)[0] : ""}`,
    );
  }
}

for (const options of [commandLine, tabular, inference, ...(aside ? [] : [extension]), pages]) {
  if (watch) await (await esbuild.context(options)).watch();
  else await esbuild.build(options);
}
fs.chmodSync(`${into}/cli.js`, 0o755);
