// Another process that logs: `loam server` on a folder, and a client of MLflow's protocol that talks to it.
import { spawn, type ChildProcess } from "node:child_process";
import readline from "node:readline";
import { given } from "./example.js";

/** A server of a folder's store in a process of its own. */
export class OtherProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #token: string;

  private constructor(child: ChildProcess, { url, token }: { readonly url: string; readonly token: string }) {
    this.#child = child;
    this.#url = url;
    this.#token = token;
  }

  static async start(cli: string, folder: string): Promise<OtherProcess> {
    const child = spawn(given("LOAM_NODE"), [cli, "server", "--dir", folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = readline.createInterface({ input: child.stdout });
    for await (const line of lines)
      return new OtherProcess(child, JSON.parse(line) as { url: string; token: string });
    throw new Error("loam server ended without a word.");
  }

  /** The answer of one call; a refusal is an error. It is acknowledged when this resolves. */
  async call(name: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/2.0/mlflow/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Makes a run that goes on until it is told to end. Gives its id. */
  async createRun(name: string): Promise<string> {
    const start_time = Date.now();
    const made = await this.call("runs/create", { experiment_id: "0", run_name: name, start_time });
    return (made as { run: { info: { run_id: string } } }).run.info.run_id;
  }

  async logMetric(run_id: string, key: string, value: number, step: number): Promise<void> {
    await this.call("runs/log-metric", { run_id, key, value, step, timestamp: Date.now() });
  }

  async finish(run_id: string): Promise<void> {
    await this.call("runs/update", { run_id, status: "FINISHED", end_time: Date.now() });
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await gone;
  }
}
