import type { ModelCommand, RunCommand } from "../../src/protocol/pages.js";
import type { Page } from "../bridge.js";

/** Names a version of a model, by ids. */
export interface VersionRef {
  readonly model: string;
  readonly version: string;
}

const untold = (): undefined => undefined; // the editor tells what went wrong

/** Has the editor do something with versions of a model. */
export function callModel(
  page: Page,
  command: ModelCommand,
  model: string,
  versions: readonly VersionRef[] = [],
): void {
  page.ask.request("host/modelCommand", { command, model, versions }).catch(untold);
}

/** Has the editor do something with runs. */
export function callRuns(page: Page, command: RunCommand, runs: readonly string[]): void {
  page.ask.request("host/command", { command, runs }).catch(untold);
}

/** Opens the page of a data set at one of its versions, compared with another where one is given. */
export function openData(page: Page, dataset: string, version: string, against?: string): void {
  const other = against === undefined ? {} : { against };
  page.ask
    .request("host/dataCommand", { command: "loam.data.open", dataset, version, ...other })
    .catch(untold);
}

export function openLineage(page: Page, version: string): void {
  page.ask.request("host/openLineage", { focus: { kind: "version", version } }).catch(untold);
}

export function copyText(page: Page, text: string): void {
  page.ask.request("host/copy", { text }).catch(untold);
}
