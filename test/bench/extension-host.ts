import { setTimeout as sleep } from "node:timers/promises";
import type { Editor } from "../host/workbench.js";
import { memoryOf } from "./processes.js";

const id = "loam.loam";
/** The host counts as quiet where it worked less than this share of a second. */
const quietShare = 0.08;

/** What the start of the extension took, in ms. */
interface Activation {
  /** What the host's main thread worked. */
  readonly cpu: number;
  readonly wall: number;
  /** By the marks that the editor sets itself, in whole ms. */
  readonly load: number;
  readonly call: number;
}

/** Starts Loam in a window in which it has not started, and says what that took. */
export async function activation(editor: Editor): Promise<Activation> {
  const whole = await editor.inside(async ({ vscode }, name) => {
    const extension = vscode.extensions.getExtension(name);
    if (!extension || extension.isActive) throw new Error("Loam is not there, or has started already");
    const [began, worked] = [performance.now(), process.threadCpuUsage()];
    await extension.activate();
    const wall = performance.now() - began;
    const { user, system } = process.threadCpuUsage(worked);
    return { cpu: (user + system) / 1000, wall };
  }, id);
  const at = await marksOf(editor);
  return {
    ...whole,
    load: at("didLoadExtensionCode") - at("willLoadExtensionCode"),
    call: at("didActivateExtension") - at("willActivateExtension"),
  };
}

/** Where the editor keeps the times of its own marks, in milliseconds since the epoch. */
interface Marks {
  readonly MonacoPerformanceMarks: {
    getMarks(): readonly { readonly name: string; readonly startTime: number }[];
  };
}

/** When the editor began and ended to load and to activate Loam, by its own marks. */
async function marksOf(editor: Editor): Promise<(mark: string) => number> {
  const marks = await editor.inside(
    () => (globalThis as unknown as Marks).MonacoPerformanceMarks.getMarks(),
    null,
  );
  return (mark) => marks.find(({ name }) => name === `code/extHost/${mark}/${id}`)?.startTime ?? Number.NaN;
}

/** When the editor began to load Loam, in milliseconds since the epoch. */
export async function whenActivated(editor: Editor): Promise<number> {
  return (await marksOf(editor))("willLoadExtensionCode");
}

/** Megabytes of the extension host's process. */
export async function hostMemory(editor: Editor): Promise<number> {
  return memoryOf(await editor.inside(() => process.pid, null)).now;
}

/** Waits until the host's process, with all its threads, has next to nothing to do for three seconds in turn. */
export async function whenQuiet(editor: Editor): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const share = await editor.inside(async () => {
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    }, null);
    quiet = share < quietShare ? quiet + 1 : 0;
    await sleep(10);
  }
}
