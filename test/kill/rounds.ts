import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodePorts } from "../../src/core/base/ports.js";
import { startOf } from "../../src/core/store/machine.js";
import { LoamProcess, newFolder, pythonFile, testEnvironment } from "../run/loam.js";
import { eventually } from "../waiting.js";
import { readAcks, writerPid, type Acked } from "./acks.js";
import { checkServer, checkStore, type Launch } from "./read-back.js";

const victims = ["supervisor", "server", "child"] as const;
export type Victim = (typeof victims)[number];

const writer = path.join(import.meta.dirname, "writer.py");
const token = "token-of-the-test";
/** Runs that are under way at once. */
const slots = 2;
/** Between two kills: notes of the writers in bytes, and how long they are waited for. */
const mostWork = 10_000;
const patienceMs = 5000;

interface RunningLaunch extends Launch {
  readonly supervisor: LoamProcess;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** A store at which runs, a server and their clients work, and are killed. */
export class Battlefield {
  readonly folder = newFolder("loam-kill-");
  readonly #place = newFolder("loam-acks-");
  readonly #launches: RunningLaunch[] = [];
  readonly #kills = new Map<Victim, number>();
  readonly #random: () => number;
  #server: LoamProcess | undefined;
  #port = 0;
  #writers = 0;
  #plain: ChildProcess | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  get kills(): ReadonlyMap<Victim, number> {
    return this.#kills;
  }
  get #stopFile(): string {
    return path.join(this.#place, "stop");
  }
  get #serverFile(): string {
    return path.join(this.#place, "server.json");
  }

  #writerWords(seconds: number): { readonly acks: string; readonly words: string[] } {
    const acks = path.join(this.#place, `w${this.#writers++}`);
    const seed = String(Math.floor(this.#random() * 1e9));
    return { acks, words: [writer, acks, this.#serverFile, this.#stopFile, seed, String(seconds)] };
  }

  #startServer(): void {
    this.#server = new LoamProcess(this.folder, ["server", "--port", String(this.#port)], {
      env: { LOAM_TOKEN: token },
    });
  }

  #launch(): void {
    const { acks, words } = this.#writerWords(0.3 + this.#random() * 2.5);
    const supervisor = new LoamProcess(this.folder, ["run", "-q", "--", pythonFile(), ...words]);
    this.#launches.push({ acks, supervisor, killed: false });
  }

  /** Kills this many processes, each at a moment of its own, while everything else goes on. */
  async fight(kills: number): Promise<void> {
    this.#port = await freePort();
    fs.rmSync(this.#stopFile, { force: true });
    fs.writeFileSync(this.#serverFile, JSON.stringify({ url: `http://127.0.0.1:${this.#port}`, token }));
    this.#startServer();
    const { words } = this.#writerWords(600);
    this.#plain = spawn(pythonFile(), words, { env: testEnvironment(), stdio: "ignore" });
    for (let killed = 0; killed < kills;) {
      if (!this.#server || this.#server.over) this.#startServer();
      while (this.#launches.filter(({ supervisor }) => !supervisor.over).length < slots) this.#launch();
      await this.#momentOfWork();
      const victim = victims[Math.floor(this.#random() * victims.length)] ?? "child";
      if (await this.#kill(victim)) {
        this.#kills.set(victim, (this.#kills.get(victim) ?? 0) + 1);
        killed++;
      }
    }
  }

  /**
   * Waits for a random amount of acknowledged work, none at all included, so that a machine on which everything takes
   * longer is hit in the same moments as a fast one.
   */
  async #momentOfWork(): Promise<void> {
    const done = (): number =>
      fs
        .readdirSync(this.#place)
        .reduce((sum, name) => sum + fs.statSync(path.join(this.#place, name)).size, 0);
    const wanted = done() + this.#random() ** 2 * mostWork;
    for (const until = Date.now() + patienceMs; done() < wanted && Date.now() < until;) await sleep(5);
    await sleep(this.#random() * 20);
  }

  /** False where there was nobody to kill. */
  async #kill(victim: Victim): Promise<boolean> {
    if (victim === "server") {
      if (!this.#server || this.#server.over) return false;
      this.#server.kill("SIGKILL");
      await this.#server.ended;
      return true;
    }
    const launches = this.#launches.filter(({ supervisor }) => !supervisor.over);
    const launch = launches[Math.floor(this.#random() * launches.length)];
    if (!launch) return false;
    if (victim === "supervisor") {
      launch.killed = true;
      launch.supervisor.kill("SIGKILL");
      await launch.supervisor.ended;
      return true;
    }
    const pid = writerPid(launch.acks);
    if (pid === undefined || startOf(nodePorts, pid) === undefined) return false;
    process.kill(pid, "SIGKILL");
    return true;
  }

  /** Lets all who are left come to their end, children of killed supervisors too, and reads everything back. */
  async readBack(): Promise<readonly Acked[]> {
    if (!this.#server || this.#server.over) this.#startServer();
    fs.writeFileSync(this.#stopFile, "");
    const plain = this.#plain;
    await eventually("the writer's end", () => plain?.exitCode ?? undefined);
    for (const { supervisor } of this.#launches) await supervisor.ended;
    const acked = fs
      .readdirSync(this.#place)
      .filter((name) => /^w\d+$/.test(name))
      .map((name) => readAcks(path.join(this.#place, name)));
    await eventually("the end of all children", () =>
      acked.every(({ pid }) => pid === 0 || startOf(nodePorts, pid) === undefined),
    );
    await this.#endServer();
    const all = acked.map(({ file }) => readAcks(file));
    const refused = all.flatMap((one) => one.refused);
    assert.deepEqual(refused, [], "nothing that may be said is refused");
    for (const { supervisor, killed } of this.#launches)
      if (!killed)
        assert.equal(supervisor.err, "", "a supervisor that was not killed has nothing to complain of");
    await checkStore(this.folder, all, this.#launches);
    this.#port = await freePort();
    this.#startServer();
    const { url } = await this.#serverUp();
    await checkServer(url, token, all);
    await this.#endServer();
    return all;
  }

  async #serverUp(): Promise<{ url: string }> {
    const server = this.#server;
    assert.ok(server);
    await server.until("\n");
    return JSON.parse(server.out.toString()) as { url: string };
  }

  async #endServer(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    await this.#serverUp();
    server.kill("SIGTERM");
    assert.deepEqual([(await server.ended).code, server.err], [0, ""]);
    this.#server = undefined;
  }
}
