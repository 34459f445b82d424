import type * as Http from "node:http";
import type { AddressInfo } from "node:net";
import { Failure, systemCode, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Log } from "../core/base/log.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { NewRun } from "../core/tracking/runs.js";
import { SeriesReader } from "../core/tracking/series.js";
import type { Workbench } from "../core/workbench.js";
import { expectsContinue } from "./body.js";
import type { Endpoints } from "./endpoints.js";
import { Connections } from "./connections.js";
import { Dispatcher } from "./dispatch.js";
import { GatheredLog } from "./gathered-log.js";
import { HotRoutes } from "./hot-routes.js";
import { defaultLimits, refusedByLimits, type ApiLimits } from "./limits.js";
import { Owners } from "./owners.js";
import { Guard } from "./security.js";
import { http } from "./node-http.js";

export interface ApiOptions {
  /** The store with its pillars. */
  readonly bench: Workbench;
  /** 0, the default: any free port. */
  readonly port?: number;
  /** What each request must bring; null: nothing. */
  readonly token: string | null;
  /** Origins of pages, besides this endpoint's own, that may ask. */
  readonly allowedOrigins?: readonly string[];
  readonly limits?: Partial<ApiLimits>;
  /** Asked for each new run; may give the run that a launch has already. */
  readonly adopt?: (input: NewRun) => RunRecorder | undefined;
  /** The version of MLflow that is told to clients. */
  readonly version?: string;
  readonly log?: Log;
}

export interface Api {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Lets requests that came be answered, then ends; those that take too long are cut off. */
  close(): Promise<void>;
}

type Router = (request: Http.IncomingMessage, response: Http.ServerResponse) => void;

/**
 * Serves MLflow's REST protocol on 127.0.0.1 over one store. Listens at once; what is not needed for logging metrics
 * is loaded by the first request that wants it. Throws `port.taken`.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { bench, token } = options;
  const { tracking } = bench;
  const limits = { ...defaultLimits, ...options.limits };
  const log = options.log ?? tracking.store.ports.log;
  const endpoints: Endpoints = {
    bench,
    tracking,
    owners: new Owners(tracking),
    gathered: new GatheredLog(tracking.runs),
    series: new SeriesReader(tracking.store),
    adopt: options.adopt,
    version: options.version ?? "3.17.2",
    log,
  };
  const dispatcher = new Dispatcher(limits.bodyBytes, log);
  const hot = new HotRoutes(endpoints, dispatcher);
  const server = http.createServer({
    maxHeaderSize: limits.headerBytes + limits.urlBytes + 1024,
    connectionsCheckingInterval: Math.min(2000, limits.headersMs),
    headersTimeout: limits.headersMs,
    requestTimeout: 0, // an upload may take as long as it goes on
    keepAliveTimeout: limits.keepAliveMs,
    noDelay: true,
  });
  const connections = new Connections(server, limits);
  const port = await listen(server, options.port ?? 0);
  const guard = new Guard(token, port, options.allowedOrigins ?? []);

  let opening: Promise<Router> | undefined;
  let router: Router | undefined;
  const openRouter = async (): Promise<Router> => {
    const [{ openRouter: open }, { allEndpoints }] = await Promise.all([
      import("./router.js"),
      import("./all-endpoints.js"),
    ]);
    router = await open(allEndpoints(endpoints), dispatcher);
    return router;
  };

  const handle = (request: Http.IncomingMessage, response: Http.ServerResponse): void => {
    connections.begin(request, response);
    const refusal =
      connections.refuses(request, response) ?? refusedByLimits(request, limits) ?? guard.refuses(request);
    if (refusal) dispatcher.fail(request, response, refusal);
    else if (guard.admitPage(request, response) || hot.take(request, response)) return;
    else if (router) router(request, response);
    else {
      opening ??= openRouter();
      opening.then(
        (ready) => {
          ready(request, response);
        },
        (error: unknown) => {
          opening = undefined;
          dispatcher.fail(request, response, error);
        },
      );
    }
  };
  server.on("request", handle);
  server.on("checkContinue", (request: Http.IncomingMessage, response: Http.ServerResponse) => {
    expectsContinue(request);
    handle(request, response);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      await connections.drain();
      endpoints.owners.close();
    },
  };
}

function listen(server: Http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const taken = systemCode(error) === "EADDRINUSE";
      reject(
        taken
          ? new Failure("port.taken", said`Port ${port} of 127.0.0.1 is taken by another process.`, {
              next: said`Give another port, or none, and a free one is taken.`,
              cause: error,
            })
          : toFailure(error, said`Cannot listen on 127.0.0.1:${port}`),
      );
    });
    server.listen({ port, host: "127.0.0.1", backlog: 512 }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
