import * as path from "node:path";
import { systemCode } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import type { Layout } from "./layout.js";

const isClosed = (error: unknown): boolean => {
  const code = systemCode(error);
  return code === "EACCES" || code === "EPERM";
};

/**
 * The disk as whoever looks into the store of another person sees it: `local/` is closed to all but its owner, and is as
 * if it were not there. What is to be written fails as in any folder that is not one's own.
 */
export function beyondLocal(ports: Ports, layout: Layout): Ports {
  const { files } = ports;
  const local = layout.at("local");
  try {
    files.list(local);
    return ports;
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  const closedAs = <T>(at: string, absent: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (isClosed(error) && at.startsWith(local + path.sep)) return absent;
      throw error;
    }
  };
  return {
    ...ports,
    files: {
      ...files,
      stat: (at) => closedAs(at, undefined, () => files.stat(at)),
      list: (at) => (at === local ? [] : closedAs(at, [], () => files.list(at))),
      readAll: (at) => closedAs(at, undefined, () => files.readAll(at)),
    },
  };
}
