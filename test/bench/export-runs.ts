import * as fs from "node:fs";
import { postJson, type RawClient } from "./raw-client.js";

export const searchPath = "/api/2.0/mlflow/runs/search";

interface Found {
  readonly runs?: readonly object[];
  readonly next_page_token?: string;
}

/** All runs of a server, a JSON line each. */
export async function exportRuns(client: RawClient, file: string): Promise<void> {
  const out = fs.openSync(file, "w");
  let token: string | undefined;
  do {
    const answer = (await postJson(client, searchPath, {
      experiment_ids: ["0"],
      max_results: 5000,
      ...(token === undefined ? {} : { page_token: token }),
    })) as Found;
    for (const run of answer.runs ?? []) fs.writeSync(out, `${JSON.stringify(run)}\n`);
    token = answer.next_page_token;
  } while (token !== undefined && token !== "");
  fs.closeSync(out);
}
