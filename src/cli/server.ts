import { deliver } from "../api/deliver.js";
import { startApi } from "../api/server.js";
import { WebhookSender } from "../core/registry/send-webhooks.js";
import { openWorkbench } from "../core/workbench.js";
import { readWords, wrongUsage, type Verb } from "./command.js";

const usage = "server [--port P] [--host 127.0.0.1] [--no-token] [--dir FOLDER]";

function portOf(text: string | undefined): number {
  const port = Number(text ?? "0");
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw wrongUsage(`--port takes a number from 0 to 65535, not '${text ?? ""}'.`, usage);
}

/** Resolves at SIGTERM or SIGINT. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(name, () => resolve());
  });

export const verb: Verb = {
  summary: "serve the MLflow-compatible API of this folder's store",
  usage,
  run: async (words, base) => {
    const { values, context } = readWords(words, base, {
      port: { type: "string" },
      host: { type: "string" },
      "no-token": { type: "boolean" },
    });
    if (values.host !== undefined && values.host !== "127.0.0.1" && values.host !== "localhost") {
      throw wrongUsage(`loam server listens on 127.0.0.1 only, not on '${values.host}'.`, usage);
    }
    const port = portOf(values.port);
    const workbench = openWorkbench(context.folder, context.ports, { create: true });
    try {
      const { store, tracking } = workbench;
      const token =
        values["no-token"] === true
          ? null
          : (process.env["LOAM_TOKEN"] ?? store.ports.random(24).toString("base64url"));
      const api = await startApi({ bench: workbench, token, port });
      store.live.announce({ role: "server", url: api.url, ...(token === null ? {} : { token }) });
      const webhooks = new WebhookSender(() => workbench.registry, deliver);
      const stop = asked();
      context.out(JSON.stringify({ url: api.url, token, pid: process.pid }));
      // Opened now, so that the first search need not wait for it.
      void tracking.searches().catch((error: unknown) => {
        context.ports.log.write("warn", "index", String(error));
      });
      await stop;
      webhooks.dispose();
      await api.close();
      await store.sync();
    } finally {
      workbench.dispose();
    }
    return 0;
  },
};
