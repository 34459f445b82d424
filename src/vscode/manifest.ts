import type { Uri } from "vscode";

/** Ids and types of what package.json contributes; a test compares the two both ways. */
const runCommands = {
  "loam.runs.run": {} as (file?: Uri) => Promise<void>,
  "loam.runs.runWith": {} as (file?: Uri) => Promise<void>,
  "loam.runs.runCommand": {} as () => Promise<void>,
  "loam.runs.open": {} as (node?: unknown) => Promise<void>,
  "loam.runs.table": {} as () => Promise<void>,
  "loam.runs.compare": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.rename": {} as (node?: unknown) => Promise<void>,
  "loam.runs.tag": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.note": {} as (node?: unknown) => Promise<void>,
  "loam.runs.archive": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.unarchive": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.delete": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.restore": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.stop": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.runs.rerun": {} as (node?: unknown) => Promise<void>,
  "loam.runs.rerunWith": {} as (node?: unknown) => Promise<void>,
  "loam.runs.openCode": {} as (node?: unknown) => Promise<void>,
  "loam.runs.diffCode": {} as (node?: unknown) => Promise<void>,
  "loam.runs.copyId": {} as (node?: unknown) => Promise<void>,
  "loam.runs.showLive": {} as () => Promise<void>,
  "loam.runs.filter": {} as () => Promise<void>,
  "loam.runs.clearFilter": {} as () => Promise<void>,
  "loam.trash.empty": {} as (node?: unknown) => Promise<void>,
  "loam.python.setUp": {} as () => Promise<void>,
} as const;

export type RunCommandId = keyof typeof runCommands;

const dataCommands = {
  "loam.data.track": {} as () => Promise<void>,
  "loam.data.trackThis": {} as (given?: unknown, more?: unknown) => Promise<void>,
  "loam.data.open": {} as (node?: unknown) => Promise<void>,
  "loam.data.version": {} as (node?: unknown) => Promise<void>,
  "loam.data.restore": {} as (node?: unknown) => Promise<void>,
  "loam.data.restoreTo": {} as (node?: unknown) => Promise<void>,
  "loam.data.compare": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.data.compareWorking": {} as (node?: unknown) => Promise<void>,
  "loam.data.profile": {} as (node?: unknown) => Promise<void>,
  "loam.data.rules": {} as (node?: unknown) => Promise<void>,
  "loam.data.overlap": {} as (node?: unknown) => Promise<void>,
  "loam.data.rename": {} as (node?: unknown) => Promise<void>,
  "loam.data.describe": {} as (node?: unknown) => Promise<void>,
  "loam.data.auto": {} as (node?: unknown) => Promise<void>,
  "loam.data.select": {} as (node?: unknown) => Promise<void>,
  "loam.data.tag": {} as (node?: unknown) => Promise<void>,
  "loam.data.alias": {} as (node?: unknown) => Promise<void>,
  "loam.data.message": {} as (node?: unknown) => Promise<void>,
  "loam.data.delete": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.data.undelete": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.data.reveal": {} as (node?: unknown) => Promise<void>,
  "loam.data.copyPath": {} as (node?: unknown) => Promise<void>,
  "loam.data.copyId": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.data.refresh": {} as () => void,
} as const;

export type DataCommandId = keyof typeof dataCommands;

const modelCommands = {
  "loam.models.open": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.register": {} as (node?: unknown) => Promise<void>,
  "loam.models.ask": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.approve": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.reject": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.champion": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.alias": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.compare": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.compareChampion": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.rename": {} as (node?: unknown) => Promise<void>,
  "loam.models.describe": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.tag": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.download": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.convert": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.measure": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.models.audit": {} as (node?: unknown, nodes?: unknown) => void,
  "loam.models.delete": {} as (node?: unknown, nodes?: unknown) => Promise<void>,
  "loam.webhooks.add": {} as () => Promise<void>,
  "loam.webhooks.manage": {} as () => Promise<void>,
} as const;

export type ModelCommandId = keyof typeof modelCommands;

/** What the trees of all pillars offer. */
const lineageCommands = {
  "loam.lineage.show": {} as (node?: unknown) => Promise<void>,
} as const;

export type LineageCommandId = keyof typeof lineageCommands;

export const commands = { ...runCommands, ...dataCommands, ...modelCommands, ...lineageCommands } as const;

/** Commands that only Loam itself calls, from its trees and lenses: package.json does not offer them. */
const innerRunCommands = {
  "loam.runs.showMore": {} as () => void,
  "loam.runs.openById": {} as (folder: string, run: string) => Promise<void>,
  "loam.runs.installModule": {} as (node: unknown) => Promise<void>,
  "loam.runs.filterByFile": {} as (file: Uri) => Promise<void>,
} as const;

export type InnerRunCommandId = keyof typeof innerRunCommands;

const innerDataCommands = {
  "loam.data.showMore": {} as (node: unknown) => void,
  "loam.data.openById": {} as (folder: string, dataset: string, version?: string) => Promise<void>,
  "loam.data.openRulesById": {} as (folder: string, dataset: string) => Promise<void>,
  "loam.data.check": {} as (folder: string, dataset: string) => Promise<void>,
  "loam.data.relax": {} as (folder: string, dataset: string, version: string, at: number) => Promise<void>,
} as const;

export type InnerDataCommandId = keyof typeof innerDataCommands;

const innerModelCommands = { "loam.models.showMore": {} as () => void } as const;

export type InnerModelCommandId = keyof typeof innerModelCommands;

export const innerCommands = { ...innerRunCommands, ...innerDataCommands, ...innerModelCommands } as const;

/** Settings below `loam.`, with their defaults. */
export const settings = { "terminals.track": "ask" } as const;

export const views = {
  runs: "loam.runs",
  data: "loam.data",
  models: "loam.models",
  metrics: "loam.metrics",
} as const;

/** Context keys that Loam sets, for the conditions of its menus. */
export const contextKeys = {
  started: "loam.started",
  filtered: "loam.runs.filtered",
  empty: "loam.runs.empty",
  noData: "loam.data.empty",
  noModels: "loam.models.empty",
} as const;
