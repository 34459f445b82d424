import * as os from "node:os";
import * as path from "node:path";
import { readText } from "./disk.js";

/** Settings by `section.key` or `section.subsection.key` (section and key in lower case); the last value wins. */
export type GitConfig = ReadonlyMap<string, string>;

export const homeFolder = (): string => process.env["HOME"] ?? os.homedir();
const configHome = (): string => process.env["XDG_CONFIG_HOME"] || path.join(homeFolder(), ".config");

const expandHome = (file: string): string =>
  file === "~" || file.startsWith("~/") ? path.join(homeFolder(), file.slice(1)) : file;

function globalFiles(): string[] {
  const env = process.env;
  const system =
    env["GIT_CONFIG_SYSTEM"] ??
    (process.platform === "win32"
      ? path.join(env["ProgramFiles"] ?? "C:\\Program Files", "Git", "etc", "gitconfig")
      : "/etc/gitconfig");
  const user = env["GIT_CONFIG_GLOBAL"];
  return [
    ...(env["GIT_CONFIG_NOSYSTEM"] ? [] : [system]),
    ...(user === undefined
      ? [path.join(configHome(), "git", "config"), path.join(homeFolder(), ".gitconfig")]
      : [user]),
  ];
}

/** The settings that hold in a repository (or outside of any), read from git's files without git. */
export function readGitConfig(commonDir: string | undefined): GitConfig {
  const config = new Map<string, string>();
  const files = [...globalFiles(), ...(commonDir === undefined ? [] : [path.join(commonDir, "config")])];
  for (const file of files) readConfigFile(file, config, 0);
  return config;
}

function readConfigFile(file: string, into: Map<string, string>, depth: number): void {
  const text = readText(file);
  if (text === undefined || depth > 5) return;
  for (const [key, value] of parseConfig(text)) {
    into.set(key, value);
    if (key === "include.path")
      readConfigFile(path.resolve(path.dirname(file), expandHome(value)), into, depth + 1);
  }
}

/** The pairs of a config file in order. Lines that git would refuse are skipped. */
export function parseConfig(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  let section = "";
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i]?.trimStart() ?? "";
    const header = /^\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header) {
      const name = (header[1] ?? "").toLowerCase();
      section = header[2] === undefined ? name : `${name}.${header[2].replaceAll(/\\(.)/g, "$1")}`;
      line = line.slice(header[0].length).trimStart();
    }
    const key = /^([A-Za-z][\w-]*)\s*(=?)/.exec(line);
    if (!key || section === "") continue;
    const name = `${section}.${(key[1] ?? "").toLowerCase()}`;
    if (key[2] === "") {
      pairs.push([name, "true"]);
      continue;
    }
    let rest = line.slice(key[0].length);
    while (endsInBackslash(rest) && i + 1 < lines.length) rest = rest.slice(0, -1) + (lines[++i] ?? "");
    pairs.push([name, configValue(rest)]);
  }
  return pairs;
}

const endsInBackslash = (text: string): boolean => (/\\+$/.exec(text)?.[0].length ?? 0) % 2 === 1;

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

function configValue(raw: string): string {
  let value = "";
  let quoted = false;
  let keep = 0;
  const text = raw.trimStart();
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === ";")) break;
    else if (character === "\\") {
      const next = text.charAt(++i);
      value += escapes[next] ?? next;
      keep = value.length;
      continue;
    } else value += character;
    if (quoted || !/\s/.test(character)) keep = value.length;
  }
  return value.slice(0, keep);
}

export const isOn = (config: GitConfig, key: string): boolean =>
  /^(true|yes|on|1)$/i.test(config.get(key) ?? "");

export const isOff = (config: GitConfig, key: string): boolean =>
  /^(false|no|off|0)$/i.test(config.get(key) ?? "");

/** The user's excludes file, for every repository. */
export const excludesFile = (config: GitConfig): string => {
  const set = config.get("core.excludesfile");
  return set === undefined ? path.join(configHome(), "git", "ignore") : expandHome(set);
};

export const globalAttributesFile = (config: GitConfig): string => {
  const set = config.get("core.attributesfile");
  return set === undefined ? path.join(configHome(), "git", "attributes") : expandHome(set);
};

/** The address of a remote without what may be a credential: user and password of a URL, its query and fragment. */
export function maskAddress(address: string): string {
  const url = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^/?#]*@)?([^?#]*)([?#].*)?$/s.exec(address);
  if (!url) {
    // user:password@host:path is no form of git's, but people write it
    return address.replace(/^[^/@]*:[^/@]*@/, "***@");
  }
  const [, scheme = "", user = "", rest = "", query = ""] = url;
  const plainSshUser = /^(git\+)?ssh:/i.test(scheme) && /^[^:]*@$/.test(user);
  const masked = user === "" || plainSshUser ? user : "***@";
  return `${scheme}${masked}${rest}${query === "" ? "" : "?***"}`;
}

/** The address of the remote that a branch follows, else of `origin`, else of the only one; masked. */
export function remoteOf(config: GitConfig, branch: string | null): string | null {
  const remotes = [...config.keys()].flatMap((key) => /^remote\.(.+)\.url$/s.exec(key)?.[1] ?? []);
  const followed = branch === null ? undefined : config.get(`branch.${branch}.remote`);
  const name = [followed, "origin", ...(remotes.length === 1 ? remotes : [])].find(
    (one) => one !== undefined && config.has(`remote.${one}.url`),
  );
  const address = name === undefined ? undefined : config.get(`remote.${name}.url`);
  return address === undefined ? null : maskAddress(address);
}
