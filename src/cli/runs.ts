import { verbGroup } from "./verb-group.js";

export const verb = verbGroup(
  "runs",
  { summary: "list, show, compare, stop, repeat, tag, delete and export runs", what: "runs" },
  {
    list: async () => (await import("./runs-list.js")).verb,
    search: async () => (await import("./runs-list.js")).searchVerb,
    show: async () => (await import("./runs-show.js")).verb,
    compare: async () => (await import("./runs-compare.js")).verb,
    stop: async () => (await import("./runs-stop.js")).verb,
    rerun: async () => (await import("./runs-rerun.js")).verb,
    tag: async () => (await import("./runs-tag.js")).verb,
    delete: async () => (await import("./runs-delete.js")).verb,
    restore: async () => (await import("./runs-restore.js")).verb,
    export: async () => (await import("./runs-export.js")).verb,
  },
);
