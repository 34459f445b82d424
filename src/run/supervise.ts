import * as os from "node:os";
import * as path from "node:path";
import { Failure, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Disposable } from "../core/base/lifetime.js";
import { findDataset } from "../core/datasets/find.js";
import type { Deliver } from "../core/registry/send-webhooks.js";
import type { DatasetDetail } from "../core/datasets/view.js";
import { workingPath } from "../core/datasets/working-copy.js";
import { startOf } from "../core/store/machine.js";
import { withoutSecret } from "../core/store/secrets.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { NewRun, Runs } from "../core/tracking/runs.js";
import { isTerminal } from "../core/tracking/run-state.js";
import type { RunStatus } from "../core/tracking/model.js";
import type { Workbench } from "../core/workbench.js";
import { Adoption } from "./adoption.js";
import { placeOf, type Standing } from "./checkout-place.js";
import { childEnvironment, withoutEditor } from "./child-environment.js";
import { controlPath, listenForControl } from "./control-socket.js";
import { findProgram } from "./find-program.js";
import { maskCommand, readLaunch } from "./shell-line.js";
import { Recording } from "./recording.js";
import { RunVersions } from "./run-versions.js";
import { RunWebhooks } from "./run-webhooks.js";
import { relaySignals } from "./signals.js";
import { exitCodeOf, launch, type Ending, type LaunchedCommand } from "./spawn.js";
import { stopTree } from "./stop-tree.js";
import type { Seat } from "./terminal.js";
import { trackingVariables, withoutOtherTracking } from "./tracking-variables.js";

/** What a person asks to be run. */
export interface RunOrder extends Standing {
  readonly command: readonly string[];
  readonly name?: string | undefined;
  readonly experiment?: string | undefined;
  readonly params?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly rerunOf?: string | undefined;
  /** Names of data sets that the command uses: what changed of them becomes a version before it starts. */
  readonly data?: readonly string[] | undefined;
}

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** What the supervisor needs from its surroundings. */
export interface Surroundings {
  /** Opens the MLflow endpoint of the child; `create` answers its `runs/create`. */
  readonly listen: (how: {
    readonly token: string;
    readonly create: (input: NewRun) => RunRecorder;
  }) => Promise<Endpoint>;
  readonly environment: NodeJS.ProcessEnv;
  readonly seat: Seat;
  /** Folder of Loam's `sitecustomize.py`. */
  readonly hookFolder: string;
  /** Takes what the child writes, as it comes; undefined where nobody looks on. */
  readonly echo: ((bytes: Uint8Array) => void | Promise<void>) | undefined;
  readonly graceMs: number;
  /** Says something to the person before the command starts. */
  readonly tell: (text: string) => void;
  /** Sends a webhook's request; loaded when there is one to be sent. */
  readonly deliver: () => Promise<Deliver>;
}

export interface RunOutcome {
  readonly run: RunRecorder;
  readonly status: RunStatus;
  /** What a shell would have got. */
  readonly exitCode: number;
  /** Why the end of the run could not be recorded. */
  readonly failure: Failure | undefined;
  /** What a person is to hear of beside: rules that the data does not keep, who was not told. */
  readonly remarks: readonly string[];
}

/**
 * Runs a command as a tracked run: spawns it at once, records beside it, and returns when it has ended and all is
 * written. Throws only before there is a run: `command.notFound`, `usage.wrong`, failures of the store.
 */
export async function supervise(
  workbench: Workbench,
  order: RunOrder,
  around: Surroundings,
): Promise<RunOutcome> {
  const { store, tracking } = workbench;
  const platform = process.platform;
  const environment = withoutEditor(around.environment);
  findProgram({ command: order.command, folder: order.folder, environment, platform });
  const declared = (order.data ?? []).map((name) => findData(workbench, name));
  const run = begin(workbench, order);
  const adoption = new Adoption(tracking.runs, run);
  const token = store.ports.random(24).toString("base64url");
  const stop = new AbortController();
  let endpoint: Endpoint | undefined;
  const versions = new RunVersions(workbench, run.id);
  const webhooks = new RunWebhooks(workbench.registry, around.deliver);
  let recording: Recording | undefined;
  try {
    if (declared.length > 0) await declareData(workbench, run, declared, versions, around.tell);
    endpoint = await around.listen({ token, create: (input) => adoption.create(input) });
    store.live.announce({ role: "run", url: endpoint.url, token });
    recording = new Recording(workbench, run, adoption, order, versions);
    const { experiment } = order;
    const given = withoutOtherTracking(environment, experiment);
    const launched = await launch({
      command: order.command,
      folder: order.folder,
      consoleFd: recording.consoleFd,
      platform,
      seat: around.seat,
      environment: childEnvironment(given, {
        platform,
        hook: { scripts: around.hookFolder, lines: recording.hookFile, folder: order.folder },
        launch: run.id,
        add: trackingVariables(given, { url: endpoint.url, token, user: userName(), experiment }),
      }),
    });
    const { url } = endpoint;
    const takeControl = async (onStop: () => void): Promise<Disposable> => {
      const socket = controlPath(store.layout.live, store.self.writer);
      const control = await listenForControl(store.ports, socket, token, onStop);
      store.live.announce({ role: "run", url, token, socket });
      return control;
    };
    const ending = await accompany({ workbench, run, recording, stop, around, takeControl }, launched);
    const outcome = await finish(workbench, run, recording, ending, stop.signal.aborted);
    const hurry = new AbortController();
    const tellAll = (): Promise<readonly (readonly string[])[]> =>
      Promise.all([versions.remarks(hurry.signal), webhooks.finish(hurry.signal)]);
    const remarks = await onSignals(() => {
      hurry.abort();
    }, tellAll);
    return { ...outcome, remarks: remarks.flat() };
  } catch (error) {
    const failure = toFailure(error, said`The run`);
    const end = store.ports.clock.now();
    attempt(() => {
      run.write({ kind: "run.ended", by: "supervisor", status: "FAILED", end, error: failure.message });
    });
    throw failure;
  } finally {
    webhooks.dispose();
    recording?.dispose();
    await endpoint?.close();
    await store.sync();
  }
}

/** A data set that is there; throws `dataset.notFound`, `state.wrong`, `path.invalid`. */
function findData({ datasets, store }: Workbench, name: string): DatasetDetail {
  const found = findDataset(datasets, name);
  if (store.ports.files.stat(workingPath(store, found))) return found;
  throw new Failure("path.invalid", said`There is nothing at ${found.path}, where ${found.name} is.`, {
    next: said`Bring it back: \`loam data restore ${found.name}\``,
  });
}

/** Has the data sets that the command is said to use versioned as they are now. */
async function declareData(
  workbench: Workbench,
  run: RunRecorder,
  declared: readonly DatasetDetail[],
  versions: RunVersions,
  tell: (text: string) => void,
): Promise<void> {
  const { RunTies } = await import("./run-ties.js");
  const ties = new RunTies(workbench, run, versions);
  for (const dataset of declared) {
    const used = await ties.declared(dataset, new AbortController().signal);
    if (!used) continue; // why stands in the run's notes
    run.write(used);
    const version = workbench.datasets.get(dataset.id).history.find(({ id }) => id === used.version);
    if (version && !dataset.history.some(({ id }) => id === version.id))
      tell(`${dataset.name} had changed: it is version ${version.number} now.`);
  }
}

/** What `write` fails with; undefined where it succeeds. */
function attempt(write: () => void): Failure | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return toFailure(error, said`Cannot record the run`);
  }
}

/** Makes the run with what is known before the command starts. */
function begin(workbench: Workbench, order: RunOrder): RunRecorder {
  const { store, tracking } = workbench;
  const reading = readLaunch(order.command);
  const experiment = order.experiment === undefined ? "0" : tracking.experiments.ensure(order.experiment).id;
  const user = userName();
  const entry =
    "path" in reading.entry ? reading.entry.path : "name" in reading.entry ? reading.entry.name : undefined;
  const run = tracking.runs.create({
    experiment,
    name: order.name,
    user,
    start: store.ports.clock.now(),
    tags: [
      { key: "mlflow.user", value: user },
      { key: "mlflow.source.name", value: entry ?? order.command[0] ?? "" },
      { key: "mlflow.source.type", value: "LOCAL" },
    ],
  });
  const { machine, boot, pid, start } = store.self;
  run.write(
    {
      kind: "launch.started",
      command: maskCommand(order.command),
      folder: path
        .relative(workbench.folder, placeOf(order.checkout, order.folder))
        .replaceAll(path.sep, "/"),
      machine,
      boot,
      pid,
      start,
      host: os.hostname(),
      ...(entry === undefined ? {} : { entry }),
      ...(order.rerunOf === undefined ? {} : { rerunOf: order.rerunOf }),
    },
    ...[...reading.params.map(({ name, value }) => ({ key: name, value })), ...(order.params ?? [])].map(
      ({ key, value }) => ({ kind: "argument.given" as const, key, value: withoutSecret(key, value) }),
    ),
  );
  return run;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "unknown";
  }
}

/** The runs of the command that nobody has said to have ended. */
const openRuns = (runs: Runs): readonly RunRecorder[] =>
  runs.recorders.filter(({ state }) => !isTerminal(state.status));

interface Watch {
  readonly workbench: Workbench;
  readonly run: RunRecorder;
  readonly recording: Recording;
  readonly stop: AbortController;
  readonly around: Surroundings;
  /** Lets others on this machine ask for the end, until it is disposed. */
  readonly takeControl: (onStop: () => void) => Promise<Disposable>;
}

/** Stands beside the child from its start to its end. */
async function accompany(
  { workbench, run, recording, stop, around, takeControl }: Watch,
  launched: LaunchedCommand,
): Promise<Ending> {
  const impatience = new AbortController();
  const terminate = (): void => {
    if (stop.signal.aborted) impatience.abort();
    else
      for (const one of openRuns(workbench.tracking.runs)) attempt(() => one.write({ kind: "stop.asked" }));
    stop.abort();
  };
  const signals = relaySignals(launched, terminate);
  const end = (): void => {
    const { pid } = launched;
    const spare = launched.bond === "pseudoTerminal" ? pid : undefined;
    const request = { pid, launch: run.id, platform: process.platform, spare, graceMs: around.graceMs };
    void stopTree(request, impatience.signal).catch(() => undefined); // what is left ends by itself or not at all
  };
  if (stop.signal.aborted) end();
  else stop.signal.addEventListener("abort", end, { once: true });
  let control: Promise<Disposable | undefined> | undefined;
  try {
    const { pid } = launched;
    // the command runs already: a disk that does not take this is no reason to leave it alone
    attempt(() => {
      run.write({ kind: "child.started", pid, start: startOf(recording.ports, pid) ?? "" });
    });
    recording.start(launched, around.echo);
    control = takeControl(terminate).catch((error: unknown) => {
      const { message } = toFailure(error, said`Listening for control`);
      workbench.store.ports.log.write("info", "run", message); // a signal still reaches it
      return undefined;
    });
    return await launched.ended;
  } finally {
    signals.dispose();
    (await control)?.dispose();
  }
}

async function finish(
  workbench: Workbench,
  run: RunRecorder,
  recording: Recording,
  ending: Ending,
  stopped: boolean,
): Promise<Omit<RunOutcome, "remarks">> {
  const end = workbench.store.ports.clock.now();
  const exitCode = exitCodeOf(ending);
  const status: RunStatus =
    stopped || ending.kind === "signalled" ? "KILLED" : exitCode === 0 ? "FINISHED" : "FAILED";
  const hurry = (): void => {
    recording.hurry();
  };
  return onSignals(hurry, async () => {
    const error = await recording.end(status);
    const ended = {
      kind: "run.ended" as const,
      by: "supervisor" as const,
      status,
      end,
      exitCode: ending.kind === "exited" ? ending.code : null,
      signal: ending.kind === "signalled" ? ending.signal : null,
    };
    const failure = attempt(() => {
      run.write({ ...ended, ...(status === "FINISHED" ? {} : (error ?? {})) });
      for (const other of openRuns(workbench.tracking.runs)) if (other !== run) other.write(ended);
    });
    return { run, status, exitCode, failure };
  });
}

/** Does the last work of a run; signals do not end it, but are told. */
async function onSignals<T>(hurry: () => void, work: () => Promise<T>): Promise<T> {
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, hurry);
  try {
    return await work();
  } finally {
    for (const name of names) process.off(name, hurry);
  }
}
