import type { Browser } from "playwright-core";

export interface EditorServer {
  readonly authority: string;
  url(query: Readonly<Record<string, string>>): string;
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

export interface EditorServerOptions {
  readonly data: string;
  readonly extensions?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  readonly development?: boolean;
  readonly token?: string;
  readonly port?: number;
  readonly gallery?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: string;
}

export function installServer(): Promise<void>;
export function installedBrowser(): string | undefined;
export function findBrowser(): string;
export function installExtension(
  vsix: string,
  places: { readonly data: string; readonly extensions: string },
): Promise<void>;
export function startServer(options: EditorServerOptions): Promise<EditorServer>;
export function openBrowser(): Promise<Browser>;
