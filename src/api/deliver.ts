import * as http from "node:http";
import * as https from "node:https";
import type { Deliver } from "../core/registry/send-webhooks.js";

const patienceMs = 10_000;

/** Sends a webhook's request; its answer is not read, and a redirect is an answer like another. */
export const deliver: Deliver = ({ url, headers, body }, signal) =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const patience = AbortSignal.timeout(patienceMs);
    const { request } = url.startsWith("https:") ? https : http;
    const sent = request(
      url,
      {
        method: "POST",
        agent: false,
        headers: { ...headers, "content-length": bytes.byteLength },
        signal: AbortSignal.any([signal, patience]),
      },
      (answer) => {
        resolve({ status: answer.statusCode ?? 0 });
        answer.destroy();
      },
    );
    sent.once("error", (error) => {
      const isLate = patience.aborted || (signal.reason as Error | undefined)?.name === "TimeoutError";
      reject(isLate ? new DOMException("it did not answer in time", "TimeoutError") : error);
    });
    sent.end(bytes);
  });
