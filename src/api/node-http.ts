import { createRequire } from "node:module";
import type * as Http from "node:http";

/**
 * `node:http` without what it loads only when asked: an ES module's `import` of it evaluates its lazy parts too
 * (HTTP/2, TLS, the fetch client), which costs a supervisor 10 MB.
 */
export const http = createRequire(import.meta.url)("node:http") as typeof Http;
