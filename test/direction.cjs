// Who may import whom: section "Rooms" of the design, as rules of dependency-cruiser (`npm run direction`).
// test/architecture.test.ts plants an offence against each rule and sees that it is caught.

/** The rooms of core/, from left to right; those from `code` on are pillars. */
const order = [
  "base",
  "store",
  "query",
  "code",
  "datasets",
  "tracking",
  "sweeps",
  "registry",
  "serving",
  "monitoring",
  "pipelines",
];
const pillars = order.slice(3);
const any = (names) => `(${names.join("|")})`;
const model = `^src/core/${any(pillars)}/(model|view|audit-view|frozen-view)[.]ts$`;
const vscode = "^vscode$|/@types/vscode/";

/** Everything in src/ and webview/ but these. */
const allBut = (...rooms) => `^(src|webview)/(?!${rooms.join("|")})`;

const rooms = [
  {
    name: "core-is-headless",
    comment: "core/ is plain Node: no editor, no page, no HTTP, and nothing of the rooms around it.",
    from: { path: "^src/core/" },
    to: {
      path: [vscode, "^(node:)?(http|https|http2)$", "node_modules/fastify/", "^src/(?!core/)", "^webview/"],
    },
  },
  ...order.map((room, at) => ({
    name: `leftwards-${room}`,
    comment: `core/${room} imports only rooms on its left, and the model.ts of other pillars.`,
    from: { path: `^src/core/${room}/` },
    to: {
      path: [`^src/core/${any([...order.slice(at + 1), "workbench(-index)?[.]ts"])}`],
      ...(pillars.includes(room) ? { pathNot: [model] } : {}),
    },
  })),
  {
    name: "model-is-pure",
    comment: "A model.ts holds types, ids, facts and folds: no Node, no library but zod, no table, no work.",
    from: { path: model },
    to: { pathNot: [model, "^src/core/base/", "^src/core/store/(fact|fold|ids)[.]ts$", "node_modules/zod/"] },
  },
  {
    name: "workers-are-pure",
    comment: "Job threads import base and the pure files of pillars: no store, no query, no tables.",
    from: { path: "^src/workers/" },
    to: {
      path:
        allBut("workers/", "protocol/", "core/base/", `core/${any(pillars)}/`) + `|/tables[.]ts$|${vscode}`,
    },
  },
  ...["run", "schedule", "api", "serve"].map((room) => ({
    name: `${room}-imports-core-and-protocol`,
    comment: `${room}/ imports core and protocol; what it needs of a room beside it comes through a port.`,
    from: { path: `^src/${room}/` },
    to: { path: [allBut(`${room}/`, "core/", "protocol/"), vscode] },
  })),
  {
    name: "engine-is-below-the-edges",
    comment: "engine/ imports core, protocol, workers and the rooms that serve; no command line, no editor.",
    from: { path: "^src/engine/" },
    to: {
      path: [
        allBut("engine/", "core/", "protocol/", "workers/", "run/", "schedule/", "api/", "serve/"),
        vscode,
      ],
    },
  },
  {
    name: "cli-is-no-editor",
    comment: "cli/ imports everything but the editor and its pages.",
    from: { path: "^src/cli/" },
    to: { path: ["^src/(vscode/|extension[.]ts)", "^webview/", vscode] },
  },
  {
    name: "protocol-is-types-of-models",
    comment: "protocol/ runs in pages too: it imports nothing but itself and model.ts files.",
    from: { path: "^src/protocol/" },
    to: { pathNot: ["^src/protocol/", model] },
  },
  {
    name: "protocol-imports-types-only",
    comment: "What protocol/ takes from a model.ts is `import type`.",
    from: { path: "^src/protocol/" },
    to: { path: model, dependencyTypesNot: ["type-only"] },
  },
  {
    name: "vscode-only-in-its-room",
    comment: "Only vscode/ and extension.ts import the editor.",
    from: { path: "^(src|webview)/", pathNot: ["^src/vscode/", "^src/extension[.]ts$"] },
    to: { path: vscode },
  },
  {
    name: "editor-speaks-protocol",
    comment: "vscode/ and extension.ts reach the rest through the protocol alone.",
    from: { path: ["^src/vscode/", "^src/extension[.]ts$"] },
    to: { path: allBut("vscode/", "protocol/") },
  },
  {
    name: "editor-pillars-are-apart",
    comment:
      "A pillar's folder in vscode/ imports manifest, panels and output, never another pillar's folder.",
    from: { path: "^src/vscode/([^/]+)/" },
    to: { path: "^src/vscode/[^/]+/", pathNot: "^src/vscode/$1/" },
  },
  {
    name: "editor-parts-know-no-pillar",
    comment: "manifest.ts, panels.ts and output.ts serve all pillars and know none.",
    from: { path: "^src/vscode/[^/]+$" },
    to: { path: "^src/vscode/[^/]+/" },
  },
  {
    name: "pages-speak-protocol",
    comment: "webview/ imports the protocol and its own parts: no Node, no editor, nothing else of src/.",
    from: { path: "^webview/" },
    to: { path: ["^src/(?!protocol/)", vscode] },
  },
  {
    name: "pages-are-browser-code",
    comment: "webview/ has no Node modules.",
    from: { path: "^webview/" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "page-pillars-are-apart",
    comment: "A pillar's page imports the shared parts of webview/, never another pillar's page.",
    from: { path: `^webview/${any(pillars)}/` },
    to: { path: `^webview/${any(pillars)}/`, pathNot: "^webview/$1/" },
  },
  {
    name: "product-knows-no-test",
    comment: "src/ and webview/ import nothing of test/, examples/ or dist/.",
    from: { path: "^(src|webview)/" },
    to: { path: "^(test|examples|dist|media)/" },
  },
  {
    name: "no-circular",
    comment: "No file is reached from itself.",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-unresolved",
    comment: "Every import leads to a file or a package.",
    from: {},
    to: { couldNotResolve: true, pathNot: vscode },
  },
];

module.exports = {
  forbidden: rooms.map((rule) => ({ severity: "error", ...rule })),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/../src/tsconfig.json` },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "types"],
    },
  },
};
