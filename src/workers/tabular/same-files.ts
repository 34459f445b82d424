import * as fs from "node:fs";

const pieceBytes = 4 * 1024 * 1024;

/** Whether two files have the same bytes. */
export function haveSameBytes(one: string, other: string, signal: AbortSignal): boolean {
  const opened = [fs.openSync(one, "r")];
  try {
    opened.push(fs.openSync(other, "r"));
    const [a = 0, b = 0] = opened;
    const { size } = fs.fstatSync(a);
    if (size !== fs.fstatSync(b).size) return false;
    const [left, right] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)];
    for (let at = 0; at < size && !signal.aborted; at += pieceBytes) {
      const length = fs.readSync(a, left, 0, pieceBytes, at);
      fs.readSync(b, right, 0, pieceBytes, at);
      if (!left.subarray(0, length).equals(right.subarray(0, length))) return false;
    }
    return true;
  } finally {
    for (const fd of opened) fs.closeSync(fd);
  }
}
