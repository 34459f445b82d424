import assert from "node:assert/strict";
import * as http from "node:http";
import { LoamProcess, peakOf } from "../run/loam.js";

export interface Answered {
  readonly status: number;
  readonly body: Buffer;
  /** Of a failure: its words, as a person sees them. */
  readonly message: string;
}

interface Asking {
  readonly method?: string;
  readonly body?: string | Buffer | object;
  readonly headers?: http.OutgoingHttpHeaders;
}

const token = "token-of-the-test";
const rest = "/api/2.0/mlflow/";

/** A `loam server` of a folder, with a client that sends what a test wants it to. */
export class TestServer {
  readonly process: LoamProcess;
  readonly url: string;
  readonly port: number;
  readonly token = token;

  private constructor(process: LoamProcess, url: string) {
    this.process = process;
    this.url = url;
    this.port = Number(new URL(url).port);
  }

  static async start(folder: string): Promise<TestServer> {
    const process = new LoamProcess(folder, ["server"], { env: { LOAM_TOKEN: token } });
    await process.until("\n");
    return new TestServer(process, (JSON.parse(process.out.toString()) as { url: string }).url);
  }

  /** Asks for a path from the root, or, without a slash at its start, below MLflow's own. */
  ask(place: string, { method, body, headers = {} }: Asking = {}): Promise<Answered> {
    const text =
      body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = http.request(
        this.url + (place.startsWith("/") ? place : rest + place),
        {
          method: method ?? (body === undefined ? "GET" : "POST"),
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response
            .on("data", (chunk: Buffer) => chunks.push(chunk))
            .on("error", reject)
            .on("end", () => {
              resolve(answered(response.statusCode ?? 0, Buffer.concat(chunks)));
            });
        },
      );
      request.on("error", reject);
      request.end(text);
    });
  }

  /** The answer to what must succeed, as an object. */
  async get<T>(place: string, body?: object): Promise<T> {
    const answer = await this.ask(place, body === undefined ? {} : { body });
    assert.equal(answer.status, 200, answer.body.toString("utf8", 0, 1000));
    return JSON.parse(answer.body.toString()) as T;
  }

  async createRun(): Promise<{ readonly id: string; readonly artifacts: string }> {
    const { run } = await this.get<{ run: { info: { run_id: string; artifact_uri: string } } }>(
      "runs/create",
      {
        experiment_id: "0",
        start_time: Date.now(),
      },
    );
    const place = run.info.artifact_uri.replace(/^mlflow-artifacts:/, "");
    return { id: run.info.run_id, artifacts: `/api/2.0/mlflow-artifacts/artifacts${place}` };
  }

  /** The most memory that the process ever held, in megabytes; undefined where the system does not tell. */
  get peak(): number | undefined {
    return peakOf(this.process.pid);
  }

  async end(): Promise<void> {
    this.process.kill("SIGTERM");
    assert.equal((await this.process.ended).code, 0, this.process.err);
  }
}

function answered(status: number, body: Buffer): Answered {
  let message = "";
  if (status !== 200) {
    const text = body.toString("utf8");
    try {
      message = (JSON.parse(text) as { message: string }).message;
    } catch {
      message = text;
    }
  }
  return { status, body, message };
}
